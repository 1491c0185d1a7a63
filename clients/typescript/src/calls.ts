/**
 * One call: under an id, within a time, asked again only where that is safe, and its error as one of ours.
 *
 * The server says by `LOG_UNAVAILABLE` that it did nothing, and the request's id makes it safe to ask again should it have
 * been recorded after all. Nothing else is ever sent twice: whether to decide again is the caller's choice.
 */
import type { DescMessage, DescMethodUnary, DescService, Message, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { createClient, type CallOptions as ConnectOptions, type Transport } from "@connectrpc/connect";
import { errorFromCall, LogUnavailable } from "./errors.js";
import { newId } from "#platform";

export const REQUEST_ID_HEADER = "x-request-id";

const PAUSE_MS = 250;

/** How one call is made. */
export interface CallOptions {
  /** Milliseconds that the call may take, repeats included. */
  timeoutMs?: number;
  /** Ends the call from outside. */
  signal?: AbortSignal;
}

/** Every method of a service that answers one request with one answer. */
export type Calls<Service extends DescService> = {
  [Name in keyof Service["method"] as Service["method"][Name] extends DescMethodUnary ? Name : never]:
    Service["method"][Name] extends DescMethodUnary<infer Request, infer Answer>
      ? (request: MessageInitShape<Request>, options?: CallOptions) => Promise<MessageShape<Answer>>
      : never;
};

/** What holds for calls that do not say it themselves. */
export interface Manner {
  /** Milliseconds that a call of this method may take. */
  timeoutMs: (method: DescMethodUnary) => number;
  retry: boolean;
}

type Ask = (request: Message, options: ConnectOptions) => Promise<object>;

/** The unary methods of a service. */
export function callsOf<Service extends DescService>(service: Service, transport: Transport, manner: Manner): Calls<Service> {
  const client = createClient(service, transport) as unknown as Record<string, Ask>;
  const unary = service.methods.filter((method): method is DescMethodUnary => method.methodKind === "unary");
  const calls = unary.map((method) => [
    method.localName,
    (request: MessageInitShape<DescMessage>, options: CallOptions = {}) => call(method, client[method.localName]!, { request, options, manner }),
  ]);
  return Object.fromEntries(calls) as Calls<Service>;
}

/** An id of its own for a request that was given none, so that it may be sent again and an error can name it. */
export function withId<Request extends { requestId: string }>(request: Request): Request {
  return request.requestId ? request : { ...request, requestId: newId() };
}

function hasId(message: Message): message is Message & { requestId: string } {
  return "requestId" in message;
}

interface Asked {
  request: MessageInitShape<DescMessage>;
  options: CallOptions;
  manner: Manner;
}

async function call(method: DescMethodUnary, ask: Ask, { request, options, manner }: Asked): Promise<object> {
  const said = create(method.input, request);
  const message = hasId(said) ? withId(said) : said;
  const requestId = hasId(message) ? message.requestId : newId();
  const end = performance.now() + (options.timeoutMs ?? manner.timeoutMs(method));
  for (;;) {
    const left = Math.ceil(end - performance.now());
    try {
      return await ask(message, { ...how(options), timeoutMs: Math.max(left, 1), headers: { [REQUEST_ID_HEADER]: requestId } });
    } catch (caught) {
      const error = errorFromCall(caught, requestId);
      const pause = error.retryAfterMs ?? PAUSE_MS;
      const again = manner.retry && error instanceof LogUnavailable && repeatable(method) && performance.now() + pause < end;
      if (!again) {
        throw error;
      }
      await wait(pause, options.signal, requestId);
    }
  }
}

function how({ signal }: CallOptions): ConnectOptions {
  return signal ? { signal } : {};
}

/** Reads change nothing, and what has an id is done once. */
function repeatable(method: DescMethodUnary): boolean {
  return /^(get|list|replay)/.test(method.localName) || method.input.field["requestId"] !== undefined;
}

function wait(ms: number, signal: AbortSignal | undefined, requestId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    function stop(): void {
      clearTimeout(timer);
      reject(errorFromCall(new DOMException("the call was cancelled", "AbortError"), requestId));
    }
    signal?.addEventListener("abort", stop, { once: true });
  });
}

