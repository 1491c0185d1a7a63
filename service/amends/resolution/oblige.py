"""Oblige: which promises an action that is not given yet makes, and when each is due, from observe_time alone."""

from amends.domain.decision import Obligation, ObligationKind
from amends.resolution.due import due_time
from amends.resolution.ready import Timed


def obliged(  # noqa: PLR0913  # all that an obligation names
    timed: Timed, action_id: str, *, due: int | None, owner: str, timezone: str, start: int
) -> list[Obligation]:
    """What the action of this id promises; `due` is when its promise falls due, `owner` is the case's team."""
    found = []
    if timed.promise is not None and due is not None:
        found.append(Obligation(timed.promise.kind, action_id, due, timed.promise.owner or owner))
    if timed.review_in is not None:
        review = due_time(start, timed.review_in, timezone=timezone)
        found.append(Obligation(ObligationKind.REVIEW, action_id, review, owner))
    return found
