"""Requests to the log that ask and change nothing: one decision, lists, statistics; with every violation at once."""

from typing import Final, NamedTuple

from google.protobuf.timestamp_pb2 import Timestamp

from amends.domain.decision import Outcome
from amends.domain.log_queries import DecisionFilter, ObligationFilter, ObligationPlace
from amends.domain.record import ObligationState
from amends.v1 import decision_pb2, record_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire import decode_values
from amends.wire.decode import read_explain
from amends.wire.errors import InvalidPageTokenError
from amends.wire.identifiers import read_identifier
from amends.wire.names import names
from amends.wire.page_tokens import mark_of, page_size, place_of
from amends.wire.violations import Malformed, Violations, listing

_OUTCOMES: Final = names(decision_pb2.DESCRIPTOR.enum_types_by_name["Outcome"])
_STATES: Final = names(record_pb2.DESCRIPTOR.enum_types_by_name["ObligationState"])
_MOST_RULES: Final = 100
_LATEST: Final = 2**63 - 1
_USUAL: Final = ObligationFilter().states


class DecisionsAsked(NamedTuple):
    """Which decisions, and which page of them: `size` behind `before`. `mark` binds the next page to the request."""

    wanted: DecisionFilter
    before: str
    size: int
    mark: bytes


class ReplayAsked(NamedTuple):
    """Which decision to make again, and whether to tell of every rule and condition."""

    decision_id: str
    explain_full: bool


class ObligationsAsked(NamedTuple):
    """Which obligations, and which page of them."""

    wanted: ObligationFilter
    after: ObligationPlace | None
    size: int
    mark: bytes


class StatisticsAsked(NamedTuple):
    """Which statistics."""

    policy: str
    rule_ids: tuple[str, ...]
    since: int | None
    until: int | None
    period_days: int


def decode_get_decision(request: service_pb2.GetDecisionRequest) -> str:
    """The id of the decision asked for."""
    violations = Violations("")
    decision_id = read_required(request.decision_id, "decision_id", violations)
    violations.check()
    return decision_id


def decode_replay_decision(request: service_pb2.ReplayDecisionRequest) -> ReplayAsked:
    """The decision to make again."""
    violations = Violations("")
    decision_id = read_required(request.decision_id, "decision_id", violations)
    explain_full = read_explain(request.explain, violations) == service_pb2.EXPLAIN_FULL
    violations.check()
    return ReplayAsked(decision_id, explain_full)


def decode_list_decisions(request: service_pb2.ListDecisionsRequest) -> DecisionsAsked:
    """The decisions asked for."""
    violations = Violations("")
    for field in ("case_id", "customer_id", "policy", "rule_id"):
        read_identifier(getattr(request, field), field, violations)
    if request.outcome and request.outcome not in _OUTCOMES:
        expected = listing(_OUTCOMES.values())
        violations.add("outcome", f"{request.outcome} is no number of this enum; expected one of: {expected}")
    wanted = DecisionFilter(
        case_id=request.case_id,
        customer_id=request.customer_id,
        policy=request.policy,
        outcome=Outcome(_OUTCOMES[request.outcome]) if request.outcome in _OUTCOMES else None,
        rule_id=request.rule_id,
        since=read_moment(request.since if request.HasField("since") else None, "since", violations),
        until=read_moment(request.until if request.HasField("until") else None, "until", violations),
    )
    size = page_size(request.page_size, violations)
    violations.check()
    mark = mark_of(request)
    return DecisionsAsked(wanted, place_of(request.page_token, mark), size, mark)


def decode_list_obligations(request: service_pb2.ListObligationsRequest) -> ObligationsAsked:
    """The obligations asked for."""
    violations = Violations("")
    for field in ("owner", "team", "incident_id", "case_id", "policy"):
        read_identifier(getattr(request, field), field, violations)
    unknown = sorted({state for state in request.states if state not in _STATES})
    if unknown:
        told = ", ".join(map(str, unknown))
        violations.add("states", f"{told} is no number of this enum; expected one of: {listing(_STATES.values())}")
    due_before = request.due_before if request.HasField("due_before") else None
    wanted = ObligationFilter(
        states=frozenset(ObligationState(_STATES[state]) for state in request.states if state in _STATES) or _USUAL,
        due_before=read_moment(due_before, "due_before", violations),
        owner=request.owner,
        team=request.team,
        incident_id=request.incident_id,
        case_id=request.case_id,
        policy=request.policy,
    )
    size = page_size(request.page_size, violations)
    violations.check()
    mark = mark_of(request)
    return ObligationsAsked(wanted, _obligation_place(place_of(request.page_token, mark)), size, mark)


def decode_statistics(request: service_pb2.GetRuleStatisticsRequest) -> StatisticsAsked:
    """The statistics asked for."""
    violations = Violations("")
    read_identifier(request.policy, "policy", violations)
    if len(request.rule_ids) > _MOST_RULES:
        violations.add("rule_ids", f"has {len(request.rule_ids)} entries; expected at most {_MOST_RULES}")
    else:
        for index, rule_id in enumerate(request.rule_ids):
            read_required(rule_id, f"rule_ids[{index}]", violations)
    if request.period_days < 0:
        violations.add("period_days", f"{request.period_days} is negative; expected 0 (one period) or more")
    asked = StatisticsAsked(
        policy=request.policy,
        rule_ids=tuple(request.rule_ids),
        since=read_moment(request.since if request.HasField("since") else None, "since", violations),
        until=read_moment(request.until if request.HasField("until") else None, "until", violations),
        period_days=request.period_days,
    )
    violations.check()
    return asked


def obligation_place(place: ObligationPlace | None) -> str:
    """A place as it stands in a page token."""
    return "" if place is None else f"{place.due} {place.obligation_id}"


def _obligation_place(text: str) -> ObligationPlace | None:
    if not text:
        return None
    due, _, obligation_id = text.partition(" ")
    try:
        place = ObligationPlace(int(due), obligation_id)
    except ValueError:
        raise InvalidPageTokenError from None
    # A moment beyond 64 bits is none that a database knows.
    if abs(place.due) > _LATEST:
        raise InvalidPageTokenError
    return place


def read_required(value: str, field: str, violations: Violations) -> str:
    """An identifier that has to be said."""
    if not value:
        violations.add(field, "is required")
    return read_identifier(value, field, violations)


def read_moment(message: Timestamp | None, field: str, violations: Violations) -> int | None:
    """A moment, where it is said."""
    if message is None:
        return None
    try:
        return decode_values.moment(message)
    except Malformed as problem:
        violations.malformed(field, problem)
        return None
