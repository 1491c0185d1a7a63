"""Outcome: what the decision comes to. The first that holds, in the order of `Outcome`."""

from collections.abc import Sequence

from amends.domain.decision import NeededFact, Outcome
from amends.resolution.draft import Draft


def outcome(
    drafts: Sequence[Draft],
    needed: Sequence[NeededFact],
    *,
    referred: bool,
    substantive_proposed: bool,
) -> Outcome:
    """`referred`: an applied rule said not_a_fit; `substantive_proposed`: one asked for a substantive action.

    Both count whatever became of the proposal.
    """
    if referred:
        return Outcome.NOT_A_FIT
    substantive = [draft for draft in drafts if draft.substantive]
    if any(not draft.already_given for draft in substantive):
        return Outcome.ACTIONS_RECOMMENDED
    if substantive:
        return Outcome.ALREADY_SETTLED
    if needed:
        return Outcome.NEEDS_FACTS
    if substantive_proposed:
        return Outcome.ALL_OVERRULED
    return Outcome.CARE_ONLY if drafts else Outcome.NO_RULE_MATCHED
