"""How an obligation stands at a moment: one that is open and whose time has gone by is missed, whoever looks."""

from collections.abc import Sequence
from dataclasses import replace

from amends.domain.record import ObligationState, TrackedObligation


def as_of(now: int, obligations: Sequence[TrackedObligation]) -> tuple[TrackedObligation, ...]:
    """The obligations, each in the state that holds now."""
    return tuple(
        replace(one, state=ObligationState.MISSED)
        if one.state is ObligationState.OPEN and one.promised.due <= now
        else one
        for one in obligations
    )
