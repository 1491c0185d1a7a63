/** How a policy stands, as words for a person. */
import { PolicyState } from "amends-client";

export const STANDS: Readonly<Record<PolicyState, string>> = {
  [PolicyState.UNSPECIFIED]: "",
  [PolicyState.PROVED]: "Decides, and engines agree on it",
  [PolicyState.UNPROVED]: "Decides, without a proof so far",
  [PolicyState.BEHIND]: "Something newer was refused: the last good pack decides",
  [PolicyState.NOT_FOLLOWED]: "What is live cannot be made ready here: the pack of before decides",
  [PolicyState.UNDECIDED]: "Nothing decides",
};

const LOOKED_AFTER: readonly PolicyState[] = [PolicyState.BEHIND, PolicyState.NOT_FOLLOWED, PolicyState.UNDECIDED];

/** Whether somebody has to look after it. */
export function wantsCare(state: PolicyState): boolean {
  return LOOKED_AFTER.includes(state);
}
