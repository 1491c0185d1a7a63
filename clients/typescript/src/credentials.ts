/** Who calls: a key or a token with every call, and never in clear to another machine. */
import type { Interceptor } from "@connectrpc/connect";

/** A JWT, or what gives one that still counts each time that it is asked. */
export type Token = string | (() => string | Promise<string>);

/** What says who calls: at most one of the two. */
export interface Credentials {
  /** An API key, as `amends key` has shown it. */
  apiKey?: string | undefined;
  token?: Token | undefined;
}

/** Sends them along; a `TypeError` where they would leave this machine in clear. */
export function authorise(baseUrl: string, { apiKey, token }: Credentials): Interceptor[] {
  const secret = apiKey ?? token;
  if (secret === undefined) {
    return [];
  }
  if (apiKey !== undefined && token !== undefined) {
    throw new TypeError("say apiKey or token, not both");
  }
  const url = new URL(baseUrl);
  if (url.protocol !== "https:" && !isLoopback(url.hostname)) {
    throw new TypeError(`a key or token is not sent in clear: say https for ${url.host}`);
  }
  return [
    (next) => async (request) => {
      request.header.set("authorization", `Bearer ${typeof secret === "function" ? await secret() : secret}`);
      return next(request);
    },
  ];
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
