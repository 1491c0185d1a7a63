"""The part of the DecisionService that tells of the past and records what was done: decodes, calls, encodes."""

from dataclasses import dataclass

from amends.application.get_decision import GetDecision
from amends.application.list_decisions import ListDecisions
from amends.application.list_obligations import ListObligations
from amends.application.log_errors import UnknownDecisionError
from amends.application.ports import Clock
from amends.application.record_outcome import RecordOutcome
from amends.application.replay import Replay
from amends.application.rule_statistics import GetRuleStatistics
from amends.domain.identity import Permission
from amends.domain.record import DecisionEntry
from amends.server.answering import Call
from amends.server.permissions import require
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.decode_log_request import (
    decode_get_decision,
    decode_list_decisions,
    decode_list_obligations,
    decode_replay_decision,
    decode_statistics,
)
from amends.wire.decode_outcome import decode_outcome
from amends.wire.encode_record import (
    encode_decisions,
    encode_obligations,
    encode_remembered,
    encode_reported,
    encode_statistics,
)
from amends.wire.encode_replay import encode_replay


@dataclass(frozen=True, slots=True)
class RecordUseCases:
    """What the servicer calls."""

    get_decision: GetDecision
    list_decisions: ListDecisions
    record_outcome: RecordOutcome
    list_obligations: ListObligations
    rule_statistics: GetRuleStatistics
    replay: Replay


class RecordServicer:
    """Answers what is asked of recorded decisions, and records what was done about them."""

    def __init__(self, use_cases: RecordUseCases, clock: Clock) -> None:
        self._use = use_cases
        self._clock = clock

    async def get_decision(
        self, request: service_pb2.GetDecisionRequest, call: Call
    ) -> service_pb2.GetDecisionResponse:
        """One recorded decision."""
        decision_id = decode_get_decision(request)
        call.fields["decision_id"] = decision_id
        remembered = await self._use.get_decision(decision_id)
        _may_see(call, remembered.entry)
        return encode_remembered(remembered)

    async def list_decisions(
        self, request: service_pb2.ListDecisionsRequest, call: Call
    ) -> service_pb2.ListDecisionsResponse:
        """A page of recorded decisions."""
        asked = decode_list_decisions(request)
        _may_ask(call, asked.wanted.policy)
        wanted = asked.wanted._replace(policies=call.identity.policies)
        page = await self._use.list_decisions(wanted, before=asked.before, size=asked.size)
        call.fields["found"] = len(page.decisions)
        return encode_decisions(page, mark=asked.mark)

    async def record_outcome(
        self, request: service_pb2.RecordOutcomeRequest, call: Call
    ) -> service_pb2.RecordOutcomeResponse:
        """What was done, recorded."""
        call.request_id = request.request_id[:128] or call.request_id
        decoded = decode_outcome(request, caller=call.identity.name, now=self._clock.now())
        call.fields["decision_id"] = decoded.report.decision_id
        call.fields["outcome_kind"] = decoded.report.kind
        reported = await self._use.record_outcome(decoded.report, decoded.violations, policies=call.identity.policies)
        call.fields["outcome_id"] = reported.outcome.outcome_id
        return encode_reported(reported)

    async def list_obligations(
        self, request: service_pb2.ListObligationsRequest, call: Call
    ) -> service_pb2.ListObligationsResponse:
        """A page of obligations."""
        asked = decode_list_obligations(request)
        _may_ask(call, asked.wanted.policy)
        wanted = asked.wanted._replace(policies=call.identity.policies)
        page = await self._use.list_obligations(wanted, after=asked.after, size=asked.size)
        call.fields["found"] = len(page.obligations)
        return encode_obligations(page, mark=asked.mark)

    async def replay_decision(
        self, request: service_pb2.ReplayDecisionRequest, call: Call
    ) -> service_pb2.ReplayDecisionResponse:
        """A recorded decision made again."""
        asked = decode_replay_decision(request)
        call.fields["decision_id"] = asked.decision_id
        replayed = await self._use.replay(asked.decision_id, explain_full=asked.explain_full)
        _may_see(call, replayed.entry)
        call.fields["replay_result"] = replayed.result
        return encode_replay(replayed)

    async def get_rule_statistics(
        self, request: service_pb2.GetRuleStatisticsRequest, call: Call
    ) -> service_pb2.GetRuleStatisticsResponse:
        """Counts by rule and period."""
        asked = decode_statistics(request)
        _may_ask(call, asked.policy)
        found = await self._use.rule_statistics(
            policy=asked.policy,
            rule_ids=asked.rule_ids,
            since=asked.since,
            until=asked.until,
            period_days=asked.period_days,
            policies=call.identity.policies,
        )
        call.fields["found"] = len(found)
        return encode_statistics(found)


def _may_see(call: Call, entry: DecisionEntry) -> None:
    """What is decided by policies of others is not even there."""
    if not call.identity.may(Permission.READ, entry.policy):
        raise UnknownDecisionError(entry.decision_id)


def _may_ask(call: Call, policy: str) -> None:
    """A policy that is named has to be theirs; where none is, they are shown what is."""
    if policy:
        require(call.identity, Permission.READ, policy)
