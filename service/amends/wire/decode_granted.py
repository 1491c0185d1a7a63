"""What was already given for a case, from the contract's form into the domain's, with every violation collected."""

from typing import Final

from amends.domain.money import Money
from amends.domain.situation import Granted, Subject
from amends.v1 import situation_pb2
from amends.wire import decode_values
from amends.wire.limits import GRANTED_ACTIONS, GRANTED_PARAMETERS, ID_CHARACTERS, TEXT_CHARACTERS
from amends.wire.names import names
from amends.wire.violations import Malformed, Violations, entry, listing

_KINDS: Final = names(situation_pb2.DESCRIPTOR.enum_types_by_name["ActionKind"])


def decode_granted(message: situation_pb2.GrantedActions, violations: Violations) -> tuple[Granted, ...]:
    """Everything given, in the order of the request."""
    # A slice is a list, and several times faster to walk than the message's own container.
    actions = message.actions[:]
    if not actions:
        return ()
    if len(actions) > GRANTED_ACTIONS:
        violations.add("granted.actions", f"has {len(actions)} entries; expected at most {GRANTED_ACTIONS}")
        return ()
    return tuple(
        read_granted_action(action, f"granted.actions[{index}]", violations) for index, action in enumerate(actions)
    )


def decode_granted_action(message: situation_pb2.GrantedAction) -> Granted:
    """One thing given that was kept; InvalidSituationError where it says what cannot be."""
    violations = Violations("")
    granted = read_granted_action(message, "granted", violations)
    violations.check()
    return granted


def read_granted_action(message: situation_pb2.GrantedAction, field: str, violations: Violations) -> Granted:
    """One thing given, as a caller says it in that field."""
    return Granted(
        kind=_kind(message.kind, f"{field}.kind", violations),
        action_id=_identifier(message.action_id, f"{field}.action_id", violations),
        subject=_subject(message, f"{field}.subject", violations),
        incident_id=_identifier(message.incident_id, f"{field}.incident_id", violations),
        basis=_basis(message, f"{field}.basis", violations),
        parameters=_parameters(message, f"{field}.parameters", violations),
        amount=_amount(message, f"{field}.amount", violations),
        time=_time(message, f"{field}.time", violations),
    )


def _kind(number: int, field: str, violations: Violations) -> str:
    if not number:
        violations.add(field, f"is required; expected one of: {listing(_KINDS.values())}")
    elif number not in _KINDS:
        violations.add(field, f"{number} is no kind of action; expected one of: {listing(_KINDS.values())}")
    return _KINDS.get(number, "")


def _basis(message: situation_pb2.GrantedAction, field: str, violations: Violations) -> str:
    if message.kind == situation_pb2.ACTION_KIND_ENTITLEMENT and not message.basis:
        violations.add(field, "is required for an entitlement; expected the basis that its action carried")
    return _identifier(message.basis, field, violations)


def _subject(message: situation_pb2.GrantedAction, field: str, violations: Violations) -> Subject | None:
    if not message.HasField("subject"):
        return None
    subject = message.subject
    return Subject(
        _identifier(subject.order_id, f"{field}.order_id", violations),
        _identifier(subject.item_id, f"{field}.item_id", violations),
    )


def _parameters(message: situation_pb2.GrantedAction, field: str, violations: Violations) -> dict[str, str]:
    parameters = message.parameters
    if len(parameters) > GRANTED_PARAMETERS:
        violations.add(field, f"has {len(parameters)} entries; expected at most {GRANTED_PARAMETERS}")
        return {}
    for name in sorted(parameters):
        _at_most(name, entry(field, name), violations, limit=ID_CHARACTERS)
        _at_most(parameters[name], entry(field, name), violations, limit=TEXT_CHARACTERS)
    return {name: parameters[name] for name in sorted(parameters)}


def _amount(message: situation_pb2.GrantedAction, field: str, violations: Violations) -> Money | None:
    if not message.HasField("amount"):
        return None
    try:
        return decode_values.money(message.amount)
    except Malformed as problem:
        violations.malformed(field, problem)
        return None


def _time(message: situation_pb2.GrantedAction, field: str, violations: Violations) -> int | None:
    if not message.HasField("time"):
        return None
    try:
        return decode_values.moment(message.time)
    except Malformed as problem:
        violations.malformed(field, problem)
        return None


def _identifier(value: str, field: str, violations: Violations) -> str:
    _at_most(value, field, violations, limit=ID_CHARACTERS)
    return value


def _at_most(value: str, field: str, violations: Violations, *, limit: int) -> None:
    if len(value) > limit:
        violations.add(field, f"has {len(value)} characters; expected at most {limit}")
