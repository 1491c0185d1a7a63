"""The use case of reporting what was done: found, made what it comes to, and recorded once.

Reports of one case are recorded one after the other: each is made knowing those before it, and made again where
another process came first.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, assert_never
from weakref import WeakValueDictionary

from amends.application.log_errors import LogUnavailableError, RequestIdReusedError, UnknownDecisionError
from amends.application.make_outcome import MakeOutcome
from amends.application.ports import DecisionLog, OutcomeLog, OutcomesChanged, Recorded, RecordedBefore
from amends.application.report import Report, Reported
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.record import DecisionEntry, OutcomeEntry

MOST_TRIES: Final = 50
"""How often a report is made because another process's came first: they are few, so more often means something else."""


class RecordOutcome:
    """Records one outcome."""

    __slots__ = ("_decisions", "_make", "_outcomes", "_turns")

    def __init__(self, make: MakeOutcome, *, decisions: DecisionLog, outcomes: OutcomeLog) -> None:
        self._make = make
        self._decisions = decisions
        self._outcomes = outcomes
        # By case; each for as long as somebody waits or has a turn.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(
        self, report: Report, found: Sequence[FieldViolation] = (), *, policies: frozenset[str] | None = None
    ) -> Reported:
        """Record it. `found` is what is wrong with its form already: all that is wrong is told at once.

        Decisions of other policies than `policies` (None: all may be seen) are not known.
        """
        decision = await self._decision(report, found)
        if policies is not None and decision.policy not in policies:
            raise UnknownDecisionError(report.decision_id)
        turn = self._turns.setdefault(decision.case_id or decision.decision_id, asyncio.Lock())
        async with turn:
            return await self._record(report, decision, found)

    async def _decision(self, report: Report, found: Sequence[FieldViolation] = ()) -> DecisionEntry:
        decision = await self._decisions.decision(report.decision_id)
        if decision is not None:
            return decision
        if found:
            raise InvalidSituationError(tuple(found))
        raise UnknownDecisionError(report.decision_id)

    async def _record(self, report: Report, decision: DecisionEntry, found: Sequence[FieldViolation]) -> Reported:
        for _ in range(MOST_TRIES):
            made = await self._make(report, decision, found=found)
            answer = await self._outcomes.record(made.recording)
            match answer:
                case Recorded():
                    return Reported(made.recording.outcome, made.obligations, made.remarks)
                case RecordedBefore():
                    return await self._again(report, answer.outcome)
                case OutcomesChanged():
                    # It may have been erased meanwhile, or superseded.
                    decision = await self._decision(report, found)
                case _:
                    assert_never(answer)
        raise LogUnavailableError("others report of the same action without end")

    async def _again(self, report: Report, before: OutcomeEntry) -> Reported:
        """The report as it was recorded then, if it is the same."""
        if (report.decision_id, report.action_id, report.obligation_id) != (
            before.decision_id,
            before.action_id,
            before.obligation_id,
        ):
            raise RequestIdReusedError(report.request_id)
        decision = await self._decision(report)
        try:
            made = await self._make(report, decision, before=before)
        except InvalidSituationError:
            raise RequestIdReusedError(report.request_id) from None
        if made.recording.outcome != before:
            raise RequestIdReusedError(report.request_id)
        return Reported(before, made.obligations, made.remarks)
