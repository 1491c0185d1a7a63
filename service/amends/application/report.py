"""What somebody reports to have been done, before it is held against the decision that it is about."""

from dataclasses import dataclass
from typing import Final

from amends.domain.money import Money
from amends.domain.record import Actor, OutcomeEntry, OutcomeKind, TrackedObligation
from amends.domain.situation import Granted

_NOBODY: Final = Actor()


@dataclass(frozen=True, slots=True)
class Report:
    """One outcome as it is reported; one of `action_id` and `obligation_id` is set.

    `time` None: now. `amount` None: all that is left of the action's. `instead` is for an override.
    """

    decision_id: str
    action_id: str
    obligation_id: str
    kind: OutcomeKind
    actor: Actor = _NOBODY
    time: int | None = None
    amount: Money | None = None
    external_reference: str = ""
    instead: Granted | None = None
    reason: str = ""
    caller: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """What was recorded, the obligations that it changed or made, and what the caller should know of it."""

    outcome: OutcomeEntry
    obligations: tuple[TrackedObligation, ...]
    remarks: tuple[str, ...]
