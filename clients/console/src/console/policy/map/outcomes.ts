/** What a cell comes to: its kind, as the legend tells kinds apart, and what one gets, in a few words. */
import { Outcome, type Action, type Decision, type TriedSituation } from "amends-client";
import { actionInWords, outcomeWords } from "../../../words.ts";

export interface Kind {
  /** As the style sheet has it. */
  name: string;
  glyph: string;
  words: string;
}

const GIVES: Kind = { name: "gives", glyph: "●", words: "something is given or done" };
const CARES: Kind = { name: "cares", glyph: "○", words: "care alone: nothing is given" };
const ASKS: Kind = { name: "asks", glyph: "…", words: "waits for a fact" };
const DENIES: Kind = { name: "denies", glyph: "–", words: "nothing may be given" };
const SILENT: Kind = { name: "silent", glyph: "∅", words: "no rule matches" };
const FAILS: Kind = { name: "fails", glyph: "×", words: "no situation that can be decided" };
export const KINDS: readonly Kind[] = [GIVES, CARES, ASKS, DENIES, SILENT, FAILS];

const CARE: ReadonlySet<Action["kind"]["case"]> = new Set([
  "apology",
  "askPerspective",
  "offerPerspective",
  "setExpectations",
  "updateCadence",
  "assignOwner",
  "auditStep",
  "verifyFollowup",
] as const);
/** What is said, or handed on: no gift. */
const SAID: ReadonlySet<Action["kind"]["case"]> = new Set(["decline", "clarify", "escalate", "referral"] as const);

export function kindOfCell({ result }: TriedSituation): Kind {
  if (result.case !== "decision") {
    return FAILS;
  }
  const { outcome, actions } = result.value;
  if (outcome === Outcome.NO_RULE_MATCHED) {
    return SILENT;
  }
  if (actions.some(isGift)) {
    return GIVES;
  }
  if (outcome === Outcome.NEEDS_FACTS) {
    return ASKS;
  }
  return outcome === Outcome.CARE_ONLY || actions.some(isCare) ? CARES : DENIES;
}

/** A line each: every action that is no care, with its amount; then how much care. */
export function linesOf({ result }: TriedSituation): readonly string[] {
  if (result.case !== "decision") {
    return [result.value?.message ?? "not decided"];
  }
  const { outcome, actions } = result.value;
  if (outcome === Outcome.NO_RULE_MATCHED) {
    return ["No rule matches"];
  }
  const care = actions.filter(isCare).length;
  const lines = actions.filter((action) => !isCare(action)).map(actionInWords);
  const cared = care > 0 ? [`${lines.length > 0 ? "with care" : "Care"} (${care})`] : [];
  const asked = outcome === Outcome.NEEDS_FACTS ? [actions.length > 0 ? "and asks for more" : "Asks for more"] : [];
  const said = [...lines, ...cared, ...asked];
  return said.length > 0 ? said : [outcomeWords[outcome]];
}

export function decisionOf({ result }: TriedSituation): Decision | undefined {
  return result.case === "decision" ? result.value : undefined;
}

function isCare({ kind }: Action): boolean {
  return CARE.has(kind.case);
}

function isGift({ kind }: Action): boolean {
  return !CARE.has(kind.case) && !SAID.has(kind.case);
}
