"""Actions into the contract's messages, in two halves: what the plan fixes, and what this case adds to it.

A kind's message has a field for each of its parameters, of the same name, but for those in `_RENAMED`. The tables are
made once from the kinds and the generated code; which kinds and parameters there are is not listed again.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias, cast

from google.protobuf.message import Message
from google.type import date_pb2

from amends.domain.action import Action, ParameterValue, PlannedAction, Span, Unsettled
from amends.domain.action_kinds import KINDS, ActionKind, ParameterSpec, ParameterType
from amends.domain.money import Money
from amends.v1 import action_pb2, situation_pb2
from amends.wire.encode_values import write_moment, write_money, write_span
from amends.wire.names import names, numbers

Parameters: TypeAlias = tuple[tuple[str, ParameterValue], ...]
_Writer: TypeAlias = Callable[[Any, ParameterValue], None]

# `in` is a word that generated code cannot have as a name in every language.
_RENAMED: Final = {(ActionKind.VERIFY_FOLLOWUP, "in"): "after"}
_SCOPES: Final = numbers(action_pb2.Scope)
_JUSTICES: Final = numbers(action_pb2.Justice)
_PHASES: Final = numbers(action_pb2.Phase)
_REQUESTS: Final = numbers(situation_pb2.Request)
_ACTION_KINDS: Final = numbers(situation_pb2.ActionKind)


class Usual(NamedTuple):
    """What an action's planned message says already, though a case may depart from it. Nothing in it names a case."""

    rule_ids: tuple[str, ...]
    authority_role: str
    may_grant_now: bool
    approval_needed: bool
    unsettled: tuple[Unsettled, ...]


def usual_of(action: Action) -> Usual:
    """What this action says, as what is usual for its plan."""
    return Usual(action.rule_ids, action.authority_role, action.may_grant_now, action.approval_needed, action.unsettled)


def write_planned(into: action_pb2.Action, planned: PlannedAction, usual: Usual) -> None:
    """The half that no amount, time or identifier touches, and what is usual."""
    into.scope = _SCOPES[planned.scope]
    into.phase = _PHASES[KINDS[planned.kind].phase]
    into.justices.extend(_JUSTICES[justice] for justice in planned.justices)
    into.retention = planned.retention
    into.meets.extend(_REQUESTS[request] for request in planned.meets)
    into.reason_for_agent = planned.reason_for_agent
    into.reason_for_customer = planned.reason_for_customer
    _write_kind(into, planned.kind, planned.parameters)
    _write_usual(into, usual)


def write_filled(into: action_pb2.Action, action: Action, usual: Usual) -> None:
    """The half that belongs to this case, on top of the planned one, and what departs from the plan."""
    # Taken apart at once: eighteen attributes of a named tuple, read one by one, take four times as long.
    (
        action_id,
        subject,
        incident_id,
        planned,
        rule_ids,
        parameters,
        amount,
        amount_needs,
        already_given,
        granted_amount,
        due,
        valid_until,
        authority_role,
        may_grant_now,
        approval_needed,
        unsettled,
        reason_for_agent,
        reason_for_customer,
        on_hold,
    ) = action
    into.action_id = action_id
    if subject.order_id:
        into.subject.order_id = subject.order_id
    if subject.item_id:
        into.subject.item_id = subject.item_id
    if incident_id:
        into.incident_id = incident_id
    if amount is not None:
        write_money(into.amount, amount)
    if due is not None:
        write_moment(into.due_time, due)
    if amount_needs or already_given or granted_amount is not None or valid_until is not None or on_hold:
        _write_seldom(into, action)
    if (rule_ids, authority_role, may_grant_now, approval_needed, unsettled) != usual:
        _write_usual(into, usual_of(action))
    if reason_for_agent is not planned.reason_for_agent or reason_for_customer is not planned.reason_for_customer:
        into.reason_for_agent = reason_for_agent
        into.reason_for_customer = reason_for_customer
    if parameters is not planned.parameters and parameters != planned.parameters:
        into.ClearField(planned.kind.value)
        _write_kind(into, planned.kind, parameters)


def _write_seldom(into: action_pb2.Action, action: Action) -> None:
    """What few actions say: money that is open, given before or valid for a time."""
    into.amount_needs.extend(action.amount_needs)
    into.already_given = action.already_given
    if action.granted_amount is not None:
        write_money(into.granted_amount, action.granted_amount)
    if action.valid_until is not None:
        write_moment(into.valid_until, action.valid_until)
    for hold in action.on_hold:
        into.on_hold.add(team=hold.team, reason=hold.reason, rule_ids=hold.rule_ids)


def _write_usual(into: action_pb2.Action, usual: Usual) -> None:
    """Whatever stood there before."""
    into.rule_ids[:] = usual.rule_ids
    into.authority_role = usual.authority_role
    into.may_grant_now = usual.may_grant_now
    into.approval_needed = usual.approval_needed
    del into.unsettled[:]
    for unsettled in usual.unsettled:
        into.unsettled.add(rule_id=unsettled.rule_id, facts=unsettled.facts, why=unsettled.why)


def _write_kind(into: action_pb2.Action, kind: ActionKind, parameters: Parameters) -> None:
    message: Message = getattr(into, kind.value)
    # A kind without parameters, or with none set, is present all the same.
    message.SetInParent()
    writers = _WRITERS[kind]
    for name, value in parameters:
        write = writers.get(name)
        if write is None:
            assert kind is ActionKind.CUSTOM, f"{kind} has no parameter {name}"
            _write_declared(cast("action_pb2.Custom", message).parameters.add(name=name).value, value)
        else:
            write(message, value)


def _write_declared(into: situation_pb2.FactValue, value: ParameterValue) -> None:
    match value:
        case bool():
            into.boolean = value
        case str():
            into.text = value
        case int():
            into.integer = value
        case Decimal():
            into.decimal.value = f"{value:f}"
        case Money():
            write_money(into.money, value)
        case Span(nanos, 0):
            into.duration.FromNanoseconds(nanos)
        case Span(_, business_days):
            into.text = f"{business_days}bd"
        case tuple():
            into.set.values.extend(value)


def _plain(field: str) -> _Writer:
    return lambda message, value: setattr(message, field, value)


def _enum(field: str, table: Mapping[str, int]) -> _Writer:
    return lambda message, value: setattr(message, field, table[cast("str", value)])


def _span(field: str) -> _Writer:
    return lambda message, value: write_span(getattr(message, field), cast("Span", value))


def _date(field: str) -> _Writer:
    def write(message: Message, value: ParameterValue) -> None:
        day = date.fromisoformat(cast("str", value))
        getattr(message, field).MergeFrom(date_pb2.Date(year=day.year, month=day.month, day=day.day))

    return write


def _kinds(field: str) -> _Writer:
    return lambda message, value: getattr(message, field).extend(
        _ACTION_KINDS[kind] for kind in cast("tuple[str, ...]", value)
    )


def _paths(field: str) -> _Writer:
    return lambda message, value: getattr(message, field).extend(value)


def field_of(kind: ActionKind, spec: ParameterSpec) -> str:
    """The field of the kind's message that holds the parameter."""
    return _RENAMED.get((kind, spec.name), spec.name)


def _writer(kind: ActionKind, spec: ParameterSpec) -> _Writer:
    field = field_of(kind, spec)
    match spec.type:
        case ParameterType.ENUM:
            message = action_pb2.Action.DESCRIPTOR.fields_by_name[kind.value].message_type
            enum = None if message is None else message.fields_by_name[field].enum_type
            assert enum is not None, f"{kind}.{field} is no enum of the contract"
            return _enum(field, {name: number for number, name in names(enum).items()})
        case ParameterType.DURATION:
            return _span(field)
        case ParameterType.PATHS:
            return _paths(field)
        case ParameterType.COVERED:
            return _kinds(field)
        case ParameterType.DATE:
            return _date(field)
        case _:
            return _plain(field)


_WRITERS: Final[Mapping[ActionKind, Mapping[str, _Writer]]] = {
    kind: {parameter.name: _writer(kind, parameter) for parameter in spec.parameters} for kind, spec in KINDS.items()
}
