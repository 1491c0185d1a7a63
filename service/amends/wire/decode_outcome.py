"""A report of what was done, out of its request: what is wrong with its form is collected, not raised.

Whether it fits the decision is for the use case to say, which tells both at once.
"""

from typing import Final, NamedTuple

from amends.application.report import Report
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.money import Money
from amends.domain.record import OutcomeKind
from amends.domain.situation import Granted
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2
from amends.wire import decode_values
from amends.wire.actors import read_actor
from amends.wire.decode_granted import read_granted_action
from amends.wire.decode_log_request import read_moment, read_required
from amends.wire.identifiers import is_identifier, read_identifier, refuse_nul
from amends.wire.limits import CLOCK_AHEAD, TEXT_CHARACTERS
from amends.wire.names import names
from amends.wire.violations import Malformed, Violations, listing

_KINDS: Final = names(record_pb2.DESCRIPTOR.enum_types_by_name["OutcomeKind"])
_OF_OBLIGATIONS: Final = frozenset({OutcomeKind.KEPT, OutcomeKind.MISSED, OutcomeKind.CLOSED})


class DecodedOutcome(NamedTuple):
    """The report as far as it can be read, and what is wrong with its form (empty: nothing)."""

    report: Report
    violations: tuple[FieldViolation, ...]


def decode_outcome(request: service_pb2.RecordOutcomeRequest, *, caller: str, now: int) -> DecodedOutcome:
    """The report; InvalidSituationError where not even what it is about can be told."""
    violations = Violations("")
    read_required(request.decision_id, "decision_id", violations)
    kind = _kind(request, violations)
    report = Report(
        decision_id=request.decision_id,
        action_id=request.action_id,
        obligation_id=request.obligation_id,
        kind=kind or OutcomeKind.CLOSED,
        actor=read_actor(request.actor, violations),
        time=_time(request, now, violations),
        amount=_amount(request, kind, violations),
        external_reference=read_identifier(request.external_reference, "external_reference", violations),
        instead=_instead(request, kind, violations),
        reason=_reason(request, kind, violations),
        caller=caller,
        request_id=read_identifier(request.request_id, "request_id", violations),
    )
    found = violations.found()
    if found and (kind is None or not _can_be_found(request)):
        raise InvalidSituationError(found)
    return DecodedOutcome(report, found)


def _can_be_found(request: service_pb2.RecordOutcomeRequest) -> bool:
    """Whether what it is about is named, and by names that there may be."""
    ids = (request.decision_id, request.action_id, request.obligation_id)
    return bool(request.decision_id) and request.WhichOneof("about") is not None and all(map(is_identifier, ids))


def _kind(request: service_pb2.RecordOutcomeRequest, violations: Violations) -> OutcomeKind | None:
    about = request.WhichOneof("about")
    if about is None:
        violations.add("action_id", "is required, or else obligation_id: what the outcome is about")
    else:
        read_required(getattr(request, about), about, violations)
    name = _KINDS.get(request.kind)
    if name is None:
        told = f"{request.kind} is no number of this enum" if request.kind else "is required"
        violations.add("kind", f"{told}; expected one of: {listing(_KINDS.values())}")
        return None
    kind = OutcomeKind(name)
    if about is not None and (kind in _OF_OBLIGATIONS) != (about == "obligation_id"):
        fitting = [one.value for one in OutcomeKind if (one in _OF_OBLIGATIONS) == (about == "obligation_id")]
        of = about.removesuffix("_id")
        violations.add("kind", f"{name} is not said of an {of}; expected one of: {listing(fitting)}")
    return kind


def _time(request: service_pb2.RecordOutcomeRequest, now: int, violations: Violations) -> int | None:
    time = read_moment(request.time if request.HasField("time") else None, "time", violations)
    if time is not None and time > now + CLOCK_AHEAD:
        violations.add("time", "is more than 5 minutes ahead of the server's clock; expected when it was done")
    return time


def _amount(
    request: service_pb2.RecordOutcomeRequest, kind: OutcomeKind | None, violations: Violations
) -> Money | None:
    if not request.HasField("amount"):
        return None
    if kind not in {None, OutcomeKind.EXECUTED}:
        violations.add("amount", f"is for executed only; {kind} pays nothing")
        return None
    try:
        amount = decode_values.money(request.amount)
    except Malformed as problem:
        violations.malformed("amount", problem)
        return None
    if not amount.minor_units:
        violations.add("amount", f"{amount} is nothing; expected more, or no amount")
    return amount


def _instead(
    request: service_pb2.RecordOutcomeRequest, kind: OutcomeKind | None, violations: Violations
) -> Granted | None:
    if not request.HasField("instead"):
        return None
    if kind not in {None, OutcomeKind.OVERRIDDEN}:
        violations.add("instead", f"is for overridden only; {kind} puts nothing in the action's place")
        return None
    return read_granted_action(request.instead, "instead", violations)


def _reason(request: service_pb2.RecordOutcomeRequest, kind: OutcomeKind | None, violations: Violations) -> str:
    reason = request.reason
    if len(reason) > TEXT_CHARACTERS:
        violations.add("reason", f"has {len(reason)} characters; expected at most {TEXT_CHARACTERS}")
    refuse_nul(reason, "reason", violations)
    if kind is OutcomeKind.OVERRIDDEN and not reason.strip():
        violations.add("reason", "is required for overridden: what did the rule miss?")
    return reason
