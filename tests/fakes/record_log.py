"""What was done, obligations, lists and statistics in memory: the same answers as the databases give, found naively.

It stands on a fake decision log: a decision's promises are followed from when it is there.
"""

import asyncio
from collections.abc import Sequence

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import CaseOfCaller, OutcomesChanged, Recorded, RecordedBefore, RecordedOutcome
from amends.domain.log_queries import (
    DecisionFilter,
    DecisionInShort,
    ObligationFilter,
    ObligationPlace,
    RuleCounts,
    RuleFilter,
)
from amends.domain.money import Money
from amends.domain.record import (
    DecisionEntry,
    ObligationState,
    OutcomeEntry,
    OutcomeKind,
    Recording,
    TrackedObligation,
)
from tests.fakes.decision_log import FakeDecisionLog

_TO_BE_KEPT = {ObligationState.OPEN, ObligationState.MISSED}


class FakeRecordLog:
    """Keeps outcomes beside the decisions that they are about; somebody else's of `before_record` comes first,
    one a report."""

    def __init__(self, decisions: FakeDecisionLog) -> None:
        self._log = decisions
        self.before_record: list[Recording] = []

    async def record(self, recording: Recording) -> RecordedOutcome:
        self._reach()
        if self.before_record:
            await self._record(self.before_record.pop(0))
        return await self._record(recording)

    async def _record(self, recording: Recording) -> RecordedOutcome:
        outcome = recording.outcome
        before = [
            one
            for one in self._log.outcomes
            if outcome.request_id and (one.caller, one.request_id) == (outcome.caller, outcome.request_id)
        ]
        if before:
            return RecordedBefore(before[0])
        near = await self._near(outcome)
        about = [
            one for one in near if (one.action_id, one.obligation_id) == (outcome.action_id, outcome.obligation_id)
        ]
        followed = self._log.obligations
        settled = [followed.get(one.promised.obligation_id) for one in recording.settled]
        if len(about) != recording.seen or any(one is None or one.state not in _TO_BE_KEPT for one in settled):
            return OutcomesChanged()
        self._log.outcomes.append(outcome)
        for one in (*recording.settled, *([recording.following] if recording.following else [])):
            self._log.obligations[one.promised.obligation_id] = one
        return Recorded()

    async def outcomes_of_decision(self, decision_id: str) -> Sequence[OutcomeEntry]:
        self._reach()
        return _in_order([one for one in self._log.outcomes if one.decision_id == decision_id])

    async def outcomes_of_case(self, case_id: str, *, incident_id: str = "") -> Sequence[OutcomeEntry]:
        # Others have their turn, as with a database.
        await asyncio.sleep(0)
        return _in_order(await self._log.outcomes_of_case(case_id, incident_id=incident_id))

    async def given_before(self, case: CaseOfCaller) -> Sequence[OutcomeEntry]:
        return _in_order(await self._log.given_before(case))

    async def obligation(self, obligation_id: str) -> TrackedObligation | None:
        self._reach()
        return self._log.obligations.get(obligation_id)

    async def obligations_of_decision(self, decision_id: str) -> Sequence[TrackedObligation]:
        self._reach()
        return _by_due([one for one in self._log.obligations.values() if one.decision_id == decision_id])

    async def obligations_of_action(
        self, action_id: str, *, decision_id: str, case_id: str
    ) -> Sequence[TrackedObligation]:
        self._reach()
        return _by_due(
            [
                one
                for one in self._log.obligations.values()
                if one.promised.action_id == action_id
                and (one.decision_id == decision_id or (case_id and one.case_id == case_id))
            ]
        )

    async def obligations(
        self, wanted: ObligationFilter, *, now: int, after: ObligationPlace | None, limit: int
    ) -> Sequence[TrackedObligation]:
        self._reach()
        found = [
            one
            for one in _by_due(list(self._log.obligations.values()))
            if _state_at(one, now) in wanted.states and _is_wanted(one, wanted)
        ]
        return [one for one in found if after is None or _place(one) > after][:limit]

    async def decisions(self, wanted: DecisionFilter, *, before: str, limit: int) -> Sequence[DecisionInShort]:
        self._reach()
        entries = sorted(self._log.entries.values(), key=lambda one: one.decision_id, reverse=True)
        found = [one for one in entries if (not before or one.decision_id < before) and _is_asked_for(one, wanted)]
        return [await self._in_short(one) for one in found[:limit]]

    async def rule_statistics(self, wanted: RuleFilter, *, limit: int) -> Sequence[RuleCounts]:
        self._reach()
        starts = list(zip(wanted.boundaries, wanted.boundaries[1:], strict=False))
        entries = [one for one in self._log.entries.values() if _is_under(wanted, one.policy)]
        rules = sorted(set(wanted.rule_ids) or {rule_id for one in entries for rule_id in one.rule_ids})
        found = [
            self._counts(rule_id, start, [one for one in entries if start <= one.decided_at < end])
            for rule_id in rules
            for start, end in starts
        ]
        return [one for one in found if one.applied][:limit]

    def _counts(self, rule_id: str, start: int, entries: Sequence[DecisionEntry]) -> RuleCounts:
        ids = {one.decision_id for one in entries}
        about = [one for one in self._log.outcomes if one.decision_id in ids and rule_id in one.rule_ids]

        def actions(kind: OutcomeKind) -> int:
            return len({(one.decision_id, one.action_id) for one in about if one.kind is kind})

        paid = [one.amount for one in about if one.kind is OutcomeKind.EXECUTED and one.amount is not None]
        return RuleCounts(
            rule_id=rule_id,
            period_start=start,
            applied=sum(rule_id in one.rule_ids for one in entries),
            offered=actions(OutcomeKind.OFFERED),
            accepted=actions(OutcomeKind.CUSTOMER_ACCEPTED),
            declined=actions(OutcomeKind.CUSTOMER_DECLINED),
            executed=actions(OutcomeKind.EXECUTED),
            overridden=actions(OutcomeKind.OVERRIDDEN),
            paid=tuple(
                Money(currency, sum(one.minor_units for one in paid if one.currency == currency))
                for currency in sorted({one.currency for one in paid})
            ),
        )

    async def _in_short(self, entry: DecisionEntry) -> DecisionInShort:
        read = await self._log.decision(entry.decision_id)
        assert read is not None
        return DecisionInShort(*(getattr(read, name) for name in DecisionInShort._fields))

    async def _near(self, outcome: OutcomeEntry) -> Sequence[OutcomeEntry]:
        if not outcome.case_id:
            return await self.outcomes_of_decision(outcome.decision_id)
        return await self.outcomes_of_case(outcome.case_id, incident_id=outcome.incident_id)

    def _reach(self) -> None:
        if self._log.away:
            raise LogUnavailableError("it is away")


def _in_order(outcomes: Sequence[OutcomeEntry]) -> Sequence[OutcomeEntry]:
    return sorted(outcomes, key=lambda one: one.outcome_id)


def _place(one: TrackedObligation) -> ObligationPlace:
    return ObligationPlace(one.promised.due, one.promised.obligation_id)


def _by_due(obligations: Sequence[TrackedObligation]) -> Sequence[TrackedObligation]:
    return sorted(obligations, key=_place)


def _state_at(one: TrackedObligation, now: int) -> ObligationState:
    missed = one.state is ObligationState.OPEN and one.promised.due <= now
    return ObligationState.MISSED if missed else one.state


def _is_under(wanted: DecisionFilter | ObligationFilter | RuleFilter, policy: str) -> bool:
    """Whether the policy is the one asked for, and one that who asks may see."""
    return wanted.policy in {"", policy} and (wanted.policies is None or policy in wanted.policies)


def _is_wanted(one: TrackedObligation, wanted: ObligationFilter) -> bool:
    promised = one.promised
    return (
        (wanted.due_before is None or promised.due < wanted.due_before)
        and wanted.owner in {"", promised.owner}
        and wanted.team in {"", promised.team}
        and wanted.incident_id in {"", promised.incident_id}
        and wanted.case_id in {"", one.case_id}
        and _is_under(wanted, one.policy)
    )


def _is_asked_for(one: DecisionEntry, wanted: DecisionFilter) -> bool:
    return (
        wanted.case_id in {"", one.case_id}
        and wanted.customer_id in {"", one.customer_id}
        and _is_under(wanted, one.policy)
        and wanted.outcome in {None, one.outcome}
        and (not wanted.rule_id or wanted.rule_id in one.rule_ids)
        and (wanted.since is None or one.decided_at >= wanted.since)
        and (wanted.until is None or one.decided_at < wanted.until)
    )
