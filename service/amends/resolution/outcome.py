"""Outcome: what the decision comes to. The first that holds, in the order of `Outcome`."""

from collections.abc import Sequence

from amends.domain.action import Action
from amends.domain.decision import NeededFact, Outcome
from amends.resolution.candidates import is_substantive


def outcome(
    actions: Sequence[Action],
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
    substantive = [action for action in actions if is_substantive(action.kind)]
    if any(not action.already_given for action in substantive):
        return Outcome.ACTIONS_RECOMMENDED
    if substantive:
        return Outcome.ALREADY_SETTLED
    if needed:
        return Outcome.NEEDS_FACTS
    if substantive_proposed:
        return Outcome.ALL_OVERRULED
    return Outcome.CARE_ONLY if actions else Outcome.NO_RULE_MATCHED
