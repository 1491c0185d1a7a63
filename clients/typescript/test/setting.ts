/** Where the tests find the services that were started for them, and the case that they ask about. */
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { createAmendsClient, facts, Fault, money, type Asking } from "amends-client";

/** What was started for the tests says where it is by the environment. */
export function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: these tests are run by pytest, which starts the service`);
  }
  return value;
}

/** A service that records, with the packs of the repository, and asks nobody who they are. */
export const client = createAmendsClient({ baseUrl: told("AMENDS_OPEN"), timeoutMs: 30_000 });

/** A late delivery that gets its shipping fee back. */
export function late(caseId: string) {
  return {
    policy: "starter",
    situation: {
      caseId,
      contactReason: "late_delivery",
      fault: Fault.COMPANY,
      shippingFee: money("9.90 USD"),
      amountPaid: money("59.90 USD"),
      amountRefunded: money("0.00 USD"),
      facts: facts({ delay_days: 4 }),
    },
  } satisfies Asking;
}

/** Run with the address of a server of HTTP that answers as it is told. */
export async function answering<Result>(listener: RequestListener, run: (url: string) => Promise<Result>): Promise<Result> {
  return withServer(createServer(listener), run);
}

/** Run with the address of somebody who takes a call and never says anything. */
export async function silent<Result>(run: (url: string) => Promise<Result>): Promise<Result> {
  return withServer(createTcpServer(), run);
}

/** Run with an address where nobody listens any more. */
export async function nobody<Result>(run: (url: string) => Promise<Result>): Promise<Result> {
  return run(await withServer(createTcpServer(), async (url) => url));
}

async function withServer<Result>(server: Server, run: (url: string) => Promise<Result>): Promise<Result> {
  const connections = new Set<{ destroy(): void }>();
  server.on("connection", (connection) => connections.add(connection));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    const closed = new Promise((resolve) => server.close(resolve));
    connections.forEach((connection) => connection.destroy());
    await closed;
  }
}
