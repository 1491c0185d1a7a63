"""Actions from the contract's messages: an earlier answer read back, to be compared with the one of now.

The way back from `encode_action`, by the same kinds. Only an action's own parameters differ in type, not in what they
say: business days of a pack's own action are text, as they are on the wire. A `false` is as good as not said.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from amends.domain.action import Action, Hold, ParameterValue, PlannedAction, Scope, Span, Unsettled
from amends.domain.action_kinds import KINDS, ActionKind, Justice, ParameterSpec, ParameterType
from amends.domain.situation import Subject
from amends.v1 import action_pb2, situation_pb2
from amends.wire import decode_values
from amends.wire.encode_action import field_of
from amends.wire.names import names
from amends.wire.violations import Malformed

_SCOPES: Final = names(action_pb2.Scope.DESCRIPTOR)
_JUSTICES: Final = names(action_pb2.Justice.DESCRIPTOR)
_REQUESTS: Final = names(situation_pb2.Request.DESCRIPTOR)
_ACTION_KINDS: Final = names(situation_pb2.ActionKind.DESCRIPTOR)


def decode_action(message: action_pb2.Action) -> Action:
    """The action, its words filled as they were; Malformed where it is of a kind that is not known here."""
    kind = message.WhichOneof("kind")
    scope = _SCOPES.get(message.scope)
    if kind is None or scope is None:
        raise Malformed(f"the action {message.action_id!r} is of no kind or scope that this version knows")
    parameters = tuple(parameters_of(ActionKind(kind), getattr(message, kind)))
    return Action(
        action_id=message.action_id,
        subject=Subject(message.subject.order_id, message.subject.item_id),
        incident_id=message.incident_id,
        planned=PlannedAction(
            kind=ActionKind(kind),
            parameters=parameters,
            scope=Scope(scope),
            justices=tuple(Justice(_JUSTICES[one]) for one in message.justices if one in _JUSTICES),
            retention=message.retention,
            meets=tuple(_REQUESTS[one] for one in message.meets if one in _REQUESTS),
            reason_for_agent=message.reason_for_agent,
            reason_for_customer=message.reason_for_customer,
        ),
        rule_ids=tuple(message.rule_ids),
        parameters=parameters,
        amount=decode_values.money(message.amount) if message.HasField("amount") else None,
        amount_needs=tuple(message.amount_needs),
        already_given=message.already_given,
        granted_amount=(decode_values.money(message.granted_amount) if message.HasField("granted_amount") else None),
        due=decode_values.moment(message.due_time) if message.HasField("due_time") else None,
        valid_until=decode_values.moment(message.valid_until) if message.HasField("valid_until") else None,
        authority_role=message.authority_role,
        may_grant_now=message.may_grant_now,
        approval_needed=message.approval_needed,
        unsettled=tuple(Unsettled(one.rule_id, tuple(one.facts), one.why) for one in message.unsettled),
        reason_for_agent=message.reason_for_agent,
        reason_for_customer=message.reason_for_customer,
        on_hold=tuple(Hold(one.team, one.reason, tuple(one.rule_ids)) for one in message.on_hold),
    )


def parameters_of(kind: ActionKind, message: Any) -> Iterator[tuple[str, ParameterValue]]:  # noqa: ANN401  # any kind's message
    """The parameters that the message of that kind has, by the names of the rule language."""
    for spec in KINDS[kind].parameters:
        value = _read(spec, message, field_of(kind, spec))
        if value is not None:
            yield spec.name, value
    if kind is ActionKind.CUSTOM:
        for declared in message.parameters:
            value = _declared(declared.value)
            if value is not None:
                yield declared.name, value


def _read(spec: ParameterSpec, message: Any, field: str) -> ParameterValue | None:  # noqa: ANN401  # as above; one a type
    """The parameter; None where the action stands without it."""
    value = getattr(message, field)
    match spec.type:
        case ParameterType.DURATION:
            return _span(value) if message.HasField(field) else None
        case ParameterType.DATE:
            return f"{value.year:04}-{value.month:02}-{value.day:02}" if message.HasField(field) else None
        case ParameterType.ENUM:
            return names(message.DESCRIPTOR.fields_by_name[field].enum_type).get(value)
        case ParameterType.COVERED:
            return tuple(_ACTION_KINDS[one] for one in value if one in _ACTION_KINDS) or None
        case ParameterType.PATHS:
            return tuple(value) or None
        case _:
            return value or None


def _span(message: action_pb2.Span) -> Span:
    if message.WhichOneof("length") == "business_days":
        return Span(business_days=message.business_days)
    return Span(nanos=decode_values.duration(message.duration))


def _declared(message: situation_pb2.FactValue) -> ParameterValue | None:
    which = message.WhichOneof("value")
    value: Any = getattr(message, which) if which else None
    match which:
        case "duration":
            return Span(nanos=decode_values.duration(value))
        case "money":
            return decode_values.money(value)
        case "decimal":
            return Decimal(value.value)
        case "set":
            return tuple(value.values)
        case _:
            return value  # type: ignore[no-any-return]  # a text, number or boolean as it is
