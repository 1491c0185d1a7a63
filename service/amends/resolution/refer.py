"""Refer: an applied not_a_fit referral removes every proposal meant to retain the customer. Honesty goes first."""

from collections.abc import Sequence

from amends.domain.decision import Adjustment, Effect, Step
from amends.resolution.candidates import Candidate, is_not_a_fit


def refer(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Adjustment]]:
    """What stands after an honest referral, and what it removed."""
    referral = next((candidate for candidate in candidates if is_not_a_fit(candidate.planned)), None)
    if referral is None:
        return list(candidates), []
    kept = [candidate for candidate in candidates if not candidate.planned.retention]
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
        if candidate.planned.retention
    ]
    return kept, removed
