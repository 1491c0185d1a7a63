/** The client: every method of the contract, and what is made of them. It decides nothing. */
import type { DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import { callsOf, type CallOptions, type Calls } from "./calls.js";
import { authorise, type Credentials } from "./credentials.js";
import { byBatches, byStream, type Answered, type Asking } from "./each.js";
import { ServiceAway } from "./errors.js";
import { fallback, type Fallback } from "./fallback.js";
import { DecisionService, type DecideResponse } from "./gen/amends/v1/decision_service_pb.js";
import type { ListDecisionsRequestSchema, ListObligationsRequestSchema } from "./gen/amends/v1/decision_service_pb.js";
import type { DecisionSummary, TrackedObligation } from "./gen/amends/v1/record_pb.js";
import { ActivationState, RulePackService } from "./gen/amends/v1/rule_pack_service_pb.js";
import type { Activation, ListActivationsRequestSchema, RulePack } from "./gen/amends/v1/rule_pack_service_pb.js";
import { walk } from "./pages.js";
import { road, type Tls } from "#platform";

const TIMEOUT_MS = 2_000;
const PACK_MS = 60_000;
const SLOW_MS: Readonly<Record<string, number>> = {
  batchDecide: 30_000,
  checkRulePack: PACK_MS,
  runPackTests: PACK_MS,
  tryRulePack: PACK_MS,
  compareRulePacks: PACK_MS,
};
const ACTIVATION_MS = 600_000;
const LOOK_MS = 500;

/** How to reach the service, and how calls are made that do not say it themselves. */
export interface ClientOptions extends Credentials {
  /** The HTTP side of the service, for instance `https://amends.example.com`. */
  baseUrl: string;
  /** Milliseconds that a call may take. Left out: 2,000; a batch 30,000, a check, test, trial or comparison of rule packs 60,000. */
  timeoutMs?: number;
  /** Whether calls are asked again, within their time, while the server cannot reach its log. Left out: true. */
  retry?: boolean;
  /** Calls go by this in place of the platform's own road; streams then by batches. */
  fetch?: typeof globalThis.fetch;
  /** In Node: whom to trust, and the certificate to show. */
  tls?: Tls;
}

/** What is made of the methods. */
export interface Conveniences {
  /** The decision; or, only where the service is away, care to give meanwhile. Any other error is raised. */
  decideOrFallback(request: Asking, options?: CallOptions & { ownerTeam?: string }): Promise<DecideResponse | Fallback>;
  /** Many, each answered in its place: a decision, or the error that it alone has come to. It ends with a broken stream's. */
  decideEach(
    requests: Iterable<Asking> | AsyncIterable<Asking>,
    options?: CallOptions,
  ): AsyncGenerator<Answered, void, undefined>;
  /** Recorded decisions, the newest first; pages are fetched as they are needed. */
  eachDecision(
    filter?: MessageInitShape<typeof ListDecisionsRequestSchema>,
    options?: CallOptions,
  ): AsyncGenerator<DecisionSummary, void, undefined>;
  /** Obligations, the next to fall due first. */
  eachObligation(
    filter?: MessageInitShape<typeof ListObligationsRequestSchema>,
    options?: CallOptions,
  ): AsyncGenerator<TrackedObligation, void, undefined>;
  /** Loaded packs, ordered by id, without their facts and rules. */
  eachRulePack(options?: CallOptions): AsyncGenerator<RulePack, void, undefined>;
  /** Activations, the newest first. */
  eachActivation(
    filter?: MessageInitShape<typeof ListActivationsRequestSchema>,
    options?: CallOptions,
  ): AsyncGenerator<Activation, void, undefined>;
  /** The activation once its check has come to an end, or as it is after so many milliseconds. */
  waitForActivation(activationId: string, waitMs?: number): Promise<Activation>;
}

/** Every method of the contract, and what is made of them. */
export type AmendsClient = Calls<typeof DecisionService> & Calls<typeof RulePackService> & Conveniences;

/** A client. Keep one for the life of the page or process: its connections are kept and shared. */
export function createAmendsClient(options: ClientOptions): AmendsClient {
  const { fetch, tls, retry = true } = options;
  const baseUrl = checked(options.baseUrl);
  const way = road({ baseUrl, interceptors: authorise(baseUrl, options), fetch, tls });
  const manner = { retry, timeoutMs: (method: DescMethodUnary) => SLOW_MS[method.localName] ?? options.timeoutMs ?? TIMEOUT_MS };
  const decisions = callsOf(DecisionService, way.transport, manner);
  const packs = callsOf(RulePackService, way.transport, manner);

  return {
    ...decisions,
    ...packs,

    async decideOrFallback(request, { ownerTeam, ...rest } = {}) {
      try {
        return await decisions.decide(request, rest);
      } catch (error) {
        if (error instanceof ServiceAway) {
          return fallback(error, { subject: request.situation?.subject, ownerTeam });
        }
        throw error;
      }
    },

    decideEach: (requests, rest = {}) =>
      way.sendsStreams ? byStream(way, requests, rest) : byBatches(decisions, requests, rest),

    eachDecision: (filter, rest) =>
      walk((pageToken) => decisions.listDecisions({ ...filter, pageToken }, rest), (page) => page.decisions),

    eachObligation: (filter, rest) =>
      walk((pageToken) => decisions.listObligations({ ...filter, pageToken }, rest), (page) => page.obligations),

    eachRulePack: (rest) => walk((pageToken) => packs.listRulePacks({ pageToken }, rest), (page) => page.rulePacks),

    eachActivation: (filter, rest) =>
      walk((pageToken) => packs.listActivations({ ...filter, pageToken }, rest), (page) => page.activations),

    async waitForActivation(activationId, waitMs = ACTIVATION_MS) {
      const end = performance.now() + waitMs;
      for (;;) {
        const { activation } = await packs.getActivation({ activationId });
        if (!isUnderWay(activation!) || performance.now() >= end) {
          return activation!;
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
  };
}

function isUnderWay({ state }: Activation): boolean {
  return state === ActivationState.REQUESTED || state === ActivationState.CHECKING;
}

function checked(baseUrl: string): string {
  const { protocol } = new URL(baseUrl);
  if (protocol !== "http:" && protocol !== "https:") {
    throw new TypeError(`baseUrl: expected http or https, not ${protocol}`);
  }
  return baseUrl.replace(/\/+$/, "");
}
