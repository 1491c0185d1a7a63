/**
 * The page around this one: it says which case is open, and hears what was done about it.
 *
 * Only the page that frames this one is heard, and the service's policy says which pages may frame it.
 */
import { ActorSchema, fromJson, SituationSchema, type Actor, type Situation } from "amends-client";

/** The case that is open, as its page tells it. */
export interface OpenCase {
  situation: Situation;
  policy: string;
  actor: Actor | undefined;
  /** The case's newest decision, where the page knows of one. */
  decisionId: string;
}

/** A case of which its page knows no more than the name: its newest decision says the rest. */
export interface NamedCase {
  caseId: string;
  actor: Actor | undefined;
}

/** What the page around may say. Names within are those of the JSON form of the contract. */
interface Told {
  type?: unknown;
  situation?: unknown;
  caseId?: unknown;
  policy?: unknown;
  actor?: unknown;
  decisionId?: unknown;
  token?: unknown;
}

/** What the page around hears. */
export type Heard =
  | { type: "amends.ready" }
  | { type: "amends.decided"; decisionId: string; caseId: string }
  | { type: "amends.outcome"; decisionId: string; actionId: string; kind: string; reason: string; instead: string; amount: string };

type Json = Parameters<typeof fromJson>[1];

/** Listens until told to stop. What cannot be read is told as a mistake of that page. */
export function listen(
  opened: (open: OpenCase | NamedCase, token: string) => void,
  mistaken: (why: string) => void,
): () => void {
  function hear(event: MessageEvent<Told>): void {
    if (event.source !== window.parent || event.data?.type !== "amends.case") {
      return;
    }
    try {
      opened(read(event.data), text(event.data.token));
    } catch (error) {
      mistaken(error instanceof Error ? error.message : String(error));
    }
  }
  window.addEventListener("message", hear);
  return () => window.removeEventListener("message", hear);
}

/** Tells the page around; who may be that page is the service's policy, and nothing here is a secret of the case. */
export function tell(heard: Heard): void {
  if (window.parent !== window) {
    window.parent.postMessage(heard, "*");
  }
}

function read({ situation, caseId, policy, actor: said, decisionId }: Told): OpenCase | NamedCase {
  const actor = said === undefined ? undefined : fromJson(ActorSchema, said as Json);
  if (situation === undefined && text(caseId)) {
    return { caseId: text(caseId), actor };
  }
  return {
    situation: fromJson(SituationSchema, (situation ?? {}) as Json),
    policy: text(policy),
    actor,
    decisionId: text(decisionId),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
