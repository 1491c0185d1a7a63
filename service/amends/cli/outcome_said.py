"""A report as the options of `amends outcome` say it, before anything is read."""

from enum import StrEnum
from typing import NamedTuple

from amends.domain.action_kinds import ActionKind
from amends.domain.record import ActorKind, OutcomeKind


class Instead(StrEnum):
    """What may have been given in an action's place."""

    ENTITLEMENT = ActionKind.ENTITLEMENT.value
    REFUND = ActionKind.REFUND.value
    GOODWILL = ActionKind.GOODWILL.value
    REMEDY = ActionKind.REMEDY.value


class Said(NamedTuple):
    """Texts as they were typed; empty or None: not said."""

    decision_id: str
    action: str
    obligation: str
    kind: OutcomeKind | None
    amount: str
    time: str | None
    reason: str
    reference: str
    instead: Instead | None
    instead_amount: str
    actor: str
    role: str
    actor_kind: ActorKind | None = None
    request_id: str = ""
