/** The case that is open: what is decided on it, as its answers are typed, and what was done about that. */
import {
  createAmendsClient,
  NotFound,
  PermissionDenied,
  type AmendsClient,
  type Decision,
  type GrantedAction,
  type OutcomeKind,
  type RulePack,
} from "amends-client";
import type { DoneSo } from "./card.tsx";
import { withAnswers, type Answers, type Vocabulary } from "./facts.ts";
import type { NamedCase, OpenCase } from "./host.ts";

/** The service that gave out this page is the one that is asked. */
export function clientOf(token: string): AmendsClient {
  return createAmendsClient({ baseUrl: new URL("..", location.href).href, timeoutMs: 10_000, ...(token && { token }) });
}

/** What a pack declares: how a fact is asked for, and in which currency money is. */
export interface Declared {
  facts: Vocabulary;
  currency: string;
}

export const NOTHING: Declared = { facts: new Map(), currency: "" };

/** What the deciding pack declares; nothing to who may not read it, who then answers in words. */
export async function declaredBy(amends: AmendsClient, packId: string): Promise<Declared> {
  try {
    const { rulePack } = await amends.getRulePack({ name: `rulePacks/${packId}` });
    return rulePack ? { facts: byPath(rulePack), currency: rulePack.currency } : NOTHING;
  } catch (error) {
    if (error instanceof PermissionDenied || error instanceof NotFound) {
      return NOTHING;
    }
    throw error;
  }
}

function byPath({ facts }: RulePack): Vocabulary {
  return new Map(facts.map((spec) => [spec.path, spec]));
}

/** What would be decided: nothing of it is recorded. */
export async function preview(
  amends: AmendsClient,
  open: OpenCase,
  { answers, declared, signal }: { answers: Answers; declared: Declared; signal: AbortSignal },
): Promise<Decision> {
  const { decision } = await amends.decide({ ...request(open, answers, declared), preview: true }, { signal });
  return decision!;
}

/** Decided, and recorded: what it comes to may be offered. */
export async function decide(
  amends: AmendsClient,
  open: OpenCase,
  answers: Answers,
  declared: Declared,
): Promise<{ decisionId: string; decision: Decision }> {
  const { decisionId, decision } = await amends.decide(request(open, answers, declared));
  return { decisionId, decision: decision! };
}

/** A recorded decision with what was done about its actions; undefined where there is none, or this one may not read it. */
export async function recordedOf(
  amends: AmendsClient,
  decisionId: string,
): Promise<{ decision: Decision; doneSo: ReadonlyMap<string, DoneSo> } | undefined> {
  if (!decisionId) {
    return undefined;
  }
  try {
    const { decision: recorded } = await amends.getDecision({ decisionId });
    const done = (recorded?.outcomes ?? []).flatMap(({ about, kind, reason, instead }): [string, DoneSo][] =>
      about.case === "actionId" ? [[about.value, { kind, reason, instead, remarks: [] }]] : [],
    );
    return recorded?.decision && { decision: recorded.decision, doneSo: new Map(done) };
  } catch (error) {
    if (error instanceof PermissionDenied) {
      return undefined;
    }
    throw error;
  }
}

/** What was done about an action. */
export async function record(
  amends: AmendsClient,
  open: OpenCase,
  { actionId, kind, reason, instead }: { actionId: string; kind: OutcomeKind; reason: string; instead: GrantedAction | undefined },
): Promise<readonly string[]> {
  const { remarks } = await amends.recordOutcome({
    decisionId: open.decisionId,
    about: { case: "actionId", value: actionId },
    kind,
    reason,
    ...(instead && { instead }),
    ...(open.actor && { actor: open.actor }),
  });
  return remarks;
}

/** The newest decision of a case, with the situation that it was made from. Who made it is not who acts now. */
export async function newest(amends: AmendsClient, { caseId, actor }: NamedCase): Promise<OpenCase | undefined> {
  for await (const { decisionId, policy } of amends.eachDecision({ caseId, pageSize: 1 })) {
    const { decision } = await amends.getDecision({ decisionId });
    const situation = decision?.situation;
    return situation && { situation, policy, actor, decisionId };
  }
  return undefined;
}

function request(open: OpenCase, answers: Answers, declared: Declared) {
  return {
    situation: withAnswers(open.situation, answers, declared.facts),
    policy: open.policy,
    supersedes: open.decisionId,
    ...(open.actor && { actor: open.actor }),
  };
}
