"""Oblige: which promises the standing actions make, and when each is due, from observe_time alone."""

from collections.abc import Sequence

from amends.domain.action import Action
from amends.domain.decision import Obligation, ObligationKind
from amends.resolution.draft import Draft
from amends.resolution.due import due_time


def obligations(
    drafts: Sequence[Draft],
    actions: Sequence[Action],
    *,
    observe_time: int,
    timezone: str,
    owner: str,
) -> tuple[Obligation, ...]:
    """The promises of what is not given yet, in the actions' order (one a draft); `owner` is the case's team."""
    found = []
    for draft, action in zip(drafts, actions, strict=True):
        if draft.already_given:
            continue
        if draft.promise is not None and draft.due is not None:
            found.append(Obligation(draft.promise.kind, action.action_id, draft.due, draft.promise.owner or owner))
        review = draft.candidate.review_in
        if review is not None:
            due = due_time(observe_time, review, timezone=timezone)
            found.append(Obligation(ObligationKind.REVIEW, action.action_id, due, owner))
    return tuple(found)
