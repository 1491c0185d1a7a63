/** What one begins to try with: what the address says, a recorded decision, or nothing. */
import { create, SituationSchema, type AmendsClient, type Situation } from "amends-client";
import { situationOf } from "./share.ts";

/** What one begins with. */
export interface Begun {
  situation: Situation;
  policy: string;
}

/** What the address says: a situation in it, or a recorded decision; else nothing is known. */
export async function begin(amends: AmendsClient, asked: URLSearchParams, signal: AbortSignal): Promise<Begun> {
  const policy = asked.get("policy") ?? "";
  const written = asked.get("situation");
  const decisionId = asked.get("decision");
  if (written !== null) {
    return { situation: situationOf(written), policy };
  }
  return decisionId === null ? { situation: blank(), policy } : recorded(amends, decisionId, signal);
}

/** The situation that a decision was made from. */
export async function recorded(amends: AmendsClient, decisionId: string, signal?: AbortSignal): Promise<Begun> {
  const { decision } = await amends.getDecision({ decisionId }, signal ? { signal } : {});
  if (!decision?.situation) {
    throw new RangeError("What this decision was made from is erased.");
  }
  return { situation: decision.situation, policy: decision.summary?.policy ?? "" };
}

export function blank(): Situation {
  return create(SituationSchema, { caseId: "console" });
}
