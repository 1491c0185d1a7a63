/**
 * What to do while the service is away: care, and nothing else.
 *
 * A fallback is no decision. It promises no money, names no time and no fault, has no id, and nobody recorded it: decide the
 * case once the service is back.
 */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceAway } from "./errors.js";
import { ActionSchema, Justice, Phase, Scope, type Action } from "./gen/amends/v1/action_pb.js";
import { GuardrailSchema, type Guardrail } from "./gen/amends/v1/decision_pb.js";
import { SubjectSchema } from "./gen/amends/v1/situation_pb.js";

/** Care actions in the order of saying, and what may not be said. `cause` tells why there is no decision. */
export interface Fallback {
  readonly isFallback: true;
  readonly cause: ServiceAway;
  readonly actions: readonly Action[];
  readonly guardrails: readonly Guardrail[];
}

/** What a fallback knows of the case. */
export interface FallbackOptions {
  subject?: MessageInitShape<typeof SubjectSchema> | undefined;
  /** The team that takes the case. Empty: whoever answers the customer names an owner. */
  ownerTeam?: string | undefined;
}

type Care = Exclude<MessageInitShape<typeof ActionSchema>, Action>;

/** The care that needs no facts. */
export function fallback(cause: ServiceAway, { subject, ownerTeam = "" }: FallbackOptions = {}): Fallback {
  const cares: Care[] = [
    {
      kind: { case: "apology", value: { literal: true } },
      justices: [Justice.INTERACTIONAL],
      reasonForAgent: "Say the words; they cost nothing and need no decision.",
      reasonForCustomer: "I am sorry about what happened.",
    },
    {
      kind: { case: "askPerspective", value: {} },
      justices: [Justice.INTERACTIONAL],
      reasonForAgent: "Hear the customer out before anything is explained.",
      reasonForCustomer: "Please tell me how it was for you.",
    },
    {
      kind: { case: "setExpectations", value: { next: "We come back to you; you need not ask again." } },
      justices: [Justice.PROCEDURAL],
      reasonForAgent: "Say what comes next, without a time: what to offer is not decided yet.",
      reasonForCustomer: "I cannot see yet what we can do. We come back to you; you need not ask again.",
    },
    {
      kind: { case: "assignOwner", value: { to: ownerTeam } },
      justices: [Justice.PROCEDURAL],
      reasonForAgent: "Give the case a named owner, who has it decided once the service answers again.",
    },
  ];
  const about = subject && { subject: create(SubjectSchema, subject) };
  const shared = { phase: Phase.CARE, scope: Scope.CASE, mayGrantNow: true, ...about };
  const actions = cares.map((care) => create(ActionSchema, { ...care, ...shared }));
  return { isFallback: true, cause, actions, guardrails: guardrails() };
}

function guardrails(): Guardrail[] {
  const never = [
    {
      guardrailId: "fallback-no-money",
      never: "an amount, a refund, a gesture, or that there will be one",
      instead: "that we look at what we can do, and come back",
    },
    {
      guardrailId: "fallback-no-time",
      never: "a time by which it will be solved or decided",
      instead: "who has the case now",
    },
    {
      guardrailId: "fallback-no-blame",
      never: "whose fault it was, or that we are liable",
      instead: "that we are sorry about what happened",
    },
  ];
  return never.map((one) => create(GuardrailSchema, one));
}
