"""Where it is kept what was done about decisions, and what they promised."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias

from amends.domain.log_queries import ObligationFilter, ObligationPlace
from amends.domain.record import OutcomeEntry, Recording, TrackedObligation


class Recorded(NamedTuple):
    """The outcome is on disk."""


class RecordedBefore(NamedTuple):
    """A request of that id was recorded before; nothing was written. The caller compares what was said."""

    outcome: OutcomeEntry


class OutcomesChanged(NamedTuple):
    """Something else was recorded of the same action or obligation in between; nothing was written: look again."""


RecordedOutcome: TypeAlias = Recorded | RecordedBefore | OutcomesChanged


class CaseOfCaller(NamedTuple):
    """A case as one caller knows it: others may number theirs alike. Its incident is everybody's."""

    case_id: str
    incident_id: str
    customer_id: str
    caller: str


class CaseMemory(Protocol):
    """What was done about a case. Each method may raise LogUnavailableError."""

    async def outcomes_of_case(self, case_id: str, *, incident_id: str = "") -> Sequence[OutcomeEntry]:
        """All that was recorded of it, in the order of recording.

        With an incident, of the actions too that are done once for all of its cases.
        """
        ...

    async def given_before(self, case: CaseOfCaller) -> Sequence[OutcomeEntry]:
        """Of that, in the same order, what gave something: to nobody who is known to be another customer, and by
        decisions that the caller asked for; to everybody in the incident whoever asked.
        """
        ...


class OutcomeLog(CaseMemory, Protocol):
    """Where it is kept what was done. Each method may raise LogUnavailableError; then nothing was written.

    Lists stand in the order of their ids, which is that of recording.
    """

    async def record(self, recording: Recording) -> RecordedOutcome:
        """Write an outcome with what it changes, reservations and the customer's ledger included; all or nothing."""
        ...

    async def outcomes_of_decision(self, decision_id: str) -> Sequence[OutcomeEntry]:
        """What was done about a decision."""
        ...


class ObligationLog(Protocol):
    """Where obligations are followed. Each method may raise LogUnavailableError."""

    async def obligation(self, obligation_id: str) -> TrackedObligation | None:
        """The obligation of that id."""
        ...

    async def obligations_of_decision(self, decision_id: str) -> Sequence[TrackedObligation]:
        """Those that the decision has promised last, the next to fall due first."""
        ...

    async def obligations_of_action(
        self, action_id: str, *, decision_id: str, case_id: str
    ) -> Sequence[TrackedObligation]:
        """Those that the action has made, in that decision or another of the case, the next to fall due first."""
        ...

    async def obligations(
        self, wanted: ObligationFilter, *, now: int, after: ObligationPlace | None, limit: int
    ) -> Sequence[TrackedObligation]:
        """At most `limit` of them behind `after`, the next to fall due first. OPEN past `now` counts as missed."""
        ...
