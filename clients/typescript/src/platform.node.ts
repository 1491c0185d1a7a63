/** What differs between a browser and Node, as Node has it: HTTP connections that are kept, TLS files, streams. */
import { randomUUID } from "node:crypto";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createConnectTransport } from "@connectrpc/connect-node";
import { fetchRoad, type Connection, type Road } from "./platform.web.js";

export type { Connection, Road, Tls } from "./platform.web.js";

export function road(connection: Connection): Road {
  const { baseUrl, interceptors, tls } = connection;
  if (connection.fetch !== undefined) {
    return fetchRoad(connection);
  }
  const encrypted = baseUrl.startsWith("https:");
  if (tls !== undefined && !encrypted) {
    throw new TypeError("tls: the address says http, which is not encrypted");
  }
  const agent = encrypted ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });
  const transport = createConnectTransport({ baseUrl, interceptors, httpVersion: "1.1", nodeOptions: { agent } });
  return { transport, sendsStreams: true };
}

export function newId(): string {
  return randomUUID();
}
