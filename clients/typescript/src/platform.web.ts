/** What differs between a browser and Node, as a browser has it: calls by `fetch`, which sends no stream. */
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";

/** What a connection is made of. */
export interface Connection {
  baseUrl: string;
  interceptors: Interceptor[];
  fetch: typeof globalThis.fetch | undefined;
  tls: Tls | undefined;
}

/** In Node: whom to trust, and the certificate to show, as PEM texts. */
export interface Tls {
  ca?: string;
  cert?: string;
  key?: string;
}

/** The road to the service, and whether it takes a stream of requests. */
export interface Road {
  transport: Transport;
  sendsStreams: boolean;
}

export function road(connection: Connection): Road {
  if (connection.tls !== undefined) {
    throw new TypeError("tls: a browser has its own certificates; it is for Node");
  }
  return fetchRoad(connection);
}

/** By `fetch`: the browser's, or the one that was given. */
export function fetchRoad({ baseUrl, interceptors, fetch }: Connection): Road {
  const transport = createConnectTransport({
    baseUrl,
    interceptors,
    fetch: reaching(fetch ?? ((input, init) => globalThis.fetch(input, init))),
    useBinaryFormat: true,
  });
  return { transport, sendsStreams: false };
}

/** A UUID, also on a page without HTTPS, where there is no `crypto.randomUUID`. */
export function newId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/** What `fetch` says of a service that it does not reach is a `TypeError` without a code. */
function reaching(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      if (error instanceof TypeError) {
        throw new ConnectError("the service cannot be reached", Code.Unavailable, undefined, undefined, error);
      }
      throw error;
    }
  };
}
