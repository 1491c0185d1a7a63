"""What the log keeps, into the contract's messages: decisions, what was done about them, obligations, statistics."""

from collections.abc import Sequence
from typing import Final

from amends.application.get_decision import Remembered
from amends.application.list_decisions import DecisionPage
from amends.application.list_obligations import ObligationPage
from amends.application.report import Reported
from amends.domain.log_queries import DecisionInShort, RuleCounts
from amends.domain.record import DecisionEntry, OutcomeEntry, OutcomeKind, Supplied, TrackedObligation
from amends.domain.situation import Subject
from amends.v1 import decision_pb2, record_pb2, situation_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.actors import write_actor
from amends.wire.decode_log_request import obligation_place
from amends.wire.encode_values import write_moment, write_money
from amends.wire.names import numbers
from amends.wire.page_tokens import token

_OUTCOMES: Final = numbers(decision_pb2.Outcome)
_OBLIGATIONS: Final = numbers(decision_pb2.ObligationKind)
_KINDS: Final = numbers(record_pb2.OutcomeKind)
_STATES: Final = numbers(record_pb2.ObligationState)


def encode_remembered(remembered: Remembered) -> service_pb2.GetDecisionResponse:
    """One decision with its life."""
    entry = remembered.entry
    response = service_pb2.GetDecisionResponse()
    message = response.decision
    _write_summary(message.summary, in_short(entry))
    message.decision.ParseFromString(entry.decision)
    if entry.erased_at is None:
        message.situation.ParseFromString(entry.situation)
        message.situation.SetInParent()
    write_actor(message.actor, entry.actor)
    message.request_id = entry.request_id
    message.software_version = entry.software_version
    message.supplied.extend(_supplied(entry.supplied))
    for outcome in remembered.outcomes:
        _write_outcome(message.outcomes.add(), outcome)
    for tracked in remembered.obligations:
        _write_obligation(message.obligations.add(), tracked)
    return response


def encode_decisions(page: DecisionPage, *, mark: bytes) -> service_pb2.ListDecisionsResponse:
    """A page of decisions; `mark` binds the next one to the request."""
    response = service_pb2.ListDecisionsResponse(next_page_token=token(mark, page.next_before))
    for found in page.decisions:
        _write_summary(response.decisions.add(), found)
    return response


def encode_summary(found: DecisionInShort) -> record_pb2.DecisionSummary:
    """A decision in short."""
    summary = record_pb2.DecisionSummary()
    _write_summary(summary, found)
    return summary


def encode_obligations(page: ObligationPage, *, mark: bytes) -> service_pb2.ListObligationsResponse:
    """A page of obligations; `mark` as for decisions."""
    response = service_pb2.ListObligationsResponse(next_page_token=token(mark, obligation_place(page.next_after)))
    for tracked in page.obligations:
        _write_obligation(response.obligations.add(), tracked)
    return response


def encode_reported(reported: Reported) -> service_pb2.RecordOutcomeResponse:
    """What was recorded."""
    response = service_pb2.RecordOutcomeResponse(remarks=reported.remarks)
    _write_outcome(response.outcome, reported.outcome)
    for tracked in reported.obligations:
        _write_obligation(response.obligations.add(), tracked)
    return response


def encode_statistics(statistics: Sequence[RuleCounts]) -> service_pb2.GetRuleStatisticsResponse:
    """The statistics of rules and periods."""
    response = service_pb2.GetRuleStatisticsResponse()
    for found in statistics:
        message = response.statistics.add(
            rule_id=found.rule_id,
            applied=found.applied,
            offered=found.offered,
            accepted=found.accepted,
            declined=found.declined,
            executed=found.executed,
            overridden=found.overridden,
        )
        write_moment(message.period_start, found.period_start)
        for money in found.paid:
            write_money(message.paid.add(), money)
    return response


def in_short(entry: DecisionEntry) -> DecisionInShort:
    """A decision as a list shows it."""
    return DecisionInShort(
        decision_id=entry.decision_id,
        decided_at=entry.decided_at,
        policy=entry.policy,
        pack_id=entry.pack_id,
        pack_version=entry.pack_version,
        pack_digest=entry.pack_digest,
        outcome=entry.outcome,
        case_id=entry.case_id,
        subject=entry.subject,
        customer_id=entry.customer_id,
        supersedes=entry.supersedes,
        superseded_by=entry.superseded_by,
        rule_ids=entry.rule_ids,
        erased_at=entry.erased_at,
    )


def _write_summary(into: record_pb2.DecisionSummary, found: DecisionInShort) -> None:
    into.decision_id = found.decision_id
    write_moment(into.decided_at, found.decided_at)
    into.policy = found.policy
    into.pack_id = found.pack_id
    into.pack_version = found.pack_version
    into.pack_digest = found.pack_digest
    into.outcome = _OUTCOMES[found.outcome]
    into.case_id = found.case_id
    if found.subject != Subject():
        _write_subject(into.subject, found.subject)
    into.customer_id = found.customer_id
    into.supersedes = found.supersedes
    into.superseded_by = found.superseded_by
    into.rule_ids.extend(found.rule_ids)
    if found.erased_at is not None:
        write_moment(into.erase_time, found.erased_at)


def _write_outcome(into: record_pb2.RecordedOutcome, outcome: OutcomeEntry) -> None:
    into.outcome_id = outcome.outcome_id
    into.decision_id = outcome.decision_id
    if outcome.action_id:
        into.action_id = outcome.action_id
    else:
        into.obligation_id = outcome.obligation_id
    into.kind = _KINDS[outcome.kind]
    write_actor(into.actor, outcome.actor)
    write_moment(into.time, outcome.time)
    write_moment(into.recorded_at, outcome.recorded_at)
    if outcome.amount is not None:
        write_money(into.amount, outcome.amount)
    into.external_reference = outcome.external_reference
    if outcome.kind is OutcomeKind.OVERRIDDEN and outcome.granted:
        into.instead.CopyFrom(situation_pb2.GrantedAction.FromString(outcome.granted))
    into.reason = outcome.reason
    into.request_id = outcome.request_id


def _write_obligation(into: record_pb2.TrackedObligation, tracked: TrackedObligation) -> None:
    promised = tracked.promised
    into.obligation_id = promised.obligation_id
    into.obligation.kind = _OBLIGATIONS[promised.kind]
    into.obligation.action_id = promised.action_id
    write_moment(into.obligation.due_time, promised.due)
    into.obligation.owner = promised.owner
    into.decision_id = tracked.decision_id
    into.case_id = tracked.case_id
    into.incident_id = promised.incident_id
    if tracked.subject != Subject():
        _write_subject(into.subject, tracked.subject)
    into.policy = tracked.policy
    into.team = promised.team
    into.state = _STATES[tracked.state]
    if tracked.settled_at is not None:
        write_moment(into.settled_at, tracked.settled_at)
    if tracked.settled_by is not None:
        write_actor(into.settled_by, tracked.settled_by)
    into.same_person_broken = tracked.same_person_broken
    into.follows = tracked.follows


def _write_subject(into: situation_pb2.Subject, subject: Subject) -> None:
    # What is not said is left unset: an empty text would be present.
    if subject.order_id:
        into.order_id = subject.order_id
    if subject.item_id:
        into.item_id = subject.item_id


def _supplied(supplied: Supplied) -> list[str]:
    """Paths, in the order in which the contract names them."""
    granted = supplied.granted or supplied.granted_unset
    return [
        *(["observe_time"] if supplied.observe_time else []),
        *(["granted"] if granted else []),
        *supplied.facts,
    ]
