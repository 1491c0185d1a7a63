"""Refer: an applied not_a_fit referral removes every proposal meant to retain the customer. Honesty goes first.

It never removes itself, nor what is owed: nothing may cut an entitlement.
"""

from collections.abc import Sequence

from amends.domain.action import PlannedAction
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Effect, Step
from amends.packs.model import Proposal
from amends.resolution.candidates import Candidate, is_not_a_fit


def refer(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Adjustment]]:
    """What stands after an honest referral, and what it removed."""
    referral = next((candidate for candidate in candidates if is_not_a_fit(candidate.planned)), None)
    if referral is None:
        return list(candidates), []
    kept = [candidate for candidate in candidates if not retains(candidate.planned)]
    removed = [
        Adjustment(
            step=Step.REFER,
            effect=Effect.REMOVED,
            kind=candidate.kind,
            rule_id=candidate.rule_id,
            by=referral.rule_id,
            why="what we offer does not fit, so nothing is offered to keep the customer",
        )
        for candidate in candidates
        if retains(candidate.planned)
    ]
    return kept, removed


def retains(proposal: Proposal | PlannedAction) -> bool:
    """Whether a referral would remove such a proposal."""
    return proposal.retention and proposal.kind is not ActionKind.ENTITLEMENT and not is_not_a_fit(proposal)
