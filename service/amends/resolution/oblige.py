"""Oblige: which promises the standing actions make, and when each is due, from observe_time alone."""

from collections.abc import Sequence

from amends.domain.action import Action, Span
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Obligation, ObligationKind
from amends.resolution.due import due_time


def obligations(
    actions: Sequence[Action],
    *,
    reviews: Sequence[Span | None],
    observe_time: int,
    timezone: str,
    owner: str,
) -> tuple[Obligation, ...]:
    """The promises of the actions, in their order; `reviews` holds each one's `review_in`, `owner` the case owner."""
    found = []
    for action, review in zip(actions, reviews, strict=True):
        if action.already_given:
            continue
        due = promise_due(action.kind, action.parameters, observe_time=observe_time, timezone=timezone)
        if due is not None:
            found.append(Obligation(_KINDS[action.kind], action.action_id, due, _owner(action, owner)))
        if review is not None:
            due = due_time(observe_time, review, timezone=timezone)
            found.append(Obligation(ObligationKind.REVIEW, action.action_id, due, owner))
    return tuple(found)


_KINDS = {
    ActionKind.UPDATE_CADENCE: ObligationKind.NEXT_UPDATE,
    ActionKind.VERIFY_FOLLOWUP: ObligationKind.VERIFY,
    ActionKind.ENTITLEMENT: ObligationKind.PAY,
}
_SPANS = {ActionKind.UPDATE_CADENCE: "every", ActionKind.VERIFY_FOLLOWUP: "in", ActionKind.ENTITLEMENT: "due"}


def promise_due(
    kind: ActionKind,
    parameters: Sequence[tuple[str, object]],
    *,
    observe_time: int,
    timezone: str,
) -> int | None:
    """When an action falls due: a cadence's next update, a check that it worked, the day an entitlement is owed."""
    name = _SPANS.get(kind)
    span = next((value for key, value in parameters if key == name), None) if name else None
    return due_time(observe_time, span, timezone=timezone) if isinstance(span, Span) else None


def _owner(action: Action, case_owner: str) -> str:
    owner = action.parameter("owner")
    return owner if isinstance(owner, str) else case_owner
