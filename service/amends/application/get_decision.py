"""The use case of one recorded decision: with what was done about it since, and its obligations as they stand now."""

from dataclasses import dataclass

from amends.application.log_errors import UnknownDecisionError
from amends.application.obligation_state import as_of
from amends.application.ports import Clock, DecisionLog, ObligationLog, OutcomeLog
from amends.domain.record import DecisionEntry, OutcomeEntry, TrackedObligation


@dataclass(frozen=True, slots=True)
class Remembered:
    """A decision and its life."""

    entry: DecisionEntry
    outcomes: tuple[OutcomeEntry, ...]
    obligations: tuple[TrackedObligation, ...]


class GetDecision:
    """Finds one decision."""

    __slots__ = ("_clock", "_decisions", "_obligations", "_outcomes")

    def __init__(
        self, *, decisions: DecisionLog, outcomes: OutcomeLog, obligations: ObligationLog, clock: Clock
    ) -> None:
        self._decisions = decisions
        self._outcomes = outcomes
        self._obligations = obligations
        self._clock = clock

    async def __call__(self, decision_id: str) -> Remembered:
        """The decision of that id; UnknownDecisionError."""
        entry = await self._decisions.decision(decision_id)
        if entry is None:
            raise UnknownDecisionError(decision_id)
        outcomes = await self._outcomes.outcomes_of_decision(decision_id)
        obligations = await self._obligations.obligations_of_decision(decision_id)
        return Remembered(entry, tuple(outcomes), as_of(self._clock.now(), obligations))
