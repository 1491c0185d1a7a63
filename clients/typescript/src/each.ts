/**
 * Many situations decided one after the other, each answered in its place: by one stream where the platform sends one, else
 * (in a browser, whose `fetch` sends no stream) by batches.
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { REQUEST_ID_HEADER, withId, type CallOptions, type Calls } from "./calls.js";
import { AmendsError, errorFromCall, errorFromStatus } from "./errors.js";
import {
  DecideRequestSchema,
  DecisionService,
  type BatchDecideResult,
  type DecideRequest,
  type DecideResponse,
  type StreamDecideResponse,
} from "./gen/amends/v1/decision_service_pb.js";
import { newId, type Road } from "#platform";

const BATCH = 100;

/** A request of one decision, as a plain object or a message. */
export type Asking = MessageInitShape<typeof DecideRequestSchema>;

/** The answer to one, or why there is none. */
export type Answered = DecideResponse | AmendsError;

/** The answer of one item, or the error that `decide` would have ended with. */
export function answered({ result }: BatchDecideResult | StreamDecideResponse, requestId = ""): Answered {
  switch (result.case) {
    case "response":
      return result.value;
    case "error":
      return errorFromStatus(result.value, requestId);
    case undefined:
      throw new TypeError("an answer that is neither a decision nor an error");
  }
}

/** By one stream: answers come while requests are still being sent, and as slowly as they are read. */
export async function* byStream(
  { transport }: Road,
  requests: Iterable<Asking> | AsyncIterable<Asking>,
  { signal, timeoutMs }: CallOptions,
): AsyncGenerator<Answered, void, undefined> {
  const streamId = newId();
  const sent: string[] = [];
  async function* sending() {
    for await (const request of requests) {
      const asked = identified(request);
      sent.push(asked.requestId);
      yield { request: asked };
    }
  }
  const options = { ...(signal && { signal }), ...(timeoutMs && { timeoutMs }), headers: { [REQUEST_ID_HEADER]: streamId } };
  try {
    for await (const answer of createClient(DecisionService, transport).streamDecide(sending(), options)) {
      yield answered(answer, sent.shift());
    }
  } catch (error) {
    throw errorFromCall(error, streamId);
  }
}

/** By batches, one after the other. */
export async function* byBatches(
  { batchDecide }: Pick<Calls<typeof DecisionService>, "batchDecide">,
  requests: Iterable<Asking> | AsyncIterable<Asking>,
  options: CallOptions,
): AsyncGenerator<Answered, void, undefined> {
  for await (const part of parts(requests)) {
    const { results } = await batchDecide({ items: part.map((request) => ({ request })) }, options);
    for (const [place, result] of results.entries()) {
      yield answered(result, part[place]?.requestId);
    }
  }
}

async function* parts(requests: Iterable<Asking> | AsyncIterable<Asking>): AsyncGenerator<DecideRequest[], void, undefined> {
  let part: DecideRequest[] = [];
  for await (const request of requests) {
    part.push(identified(request));
    if (part.length === BATCH) {
      yield part;
      part = [];
    }
  }
  if (part.length > 0) {
    yield part;
  }
}

function identified(request: Asking): DecideRequest {
  return withId(create(DecideRequestSchema, request));
}
