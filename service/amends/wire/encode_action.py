"""Actions into the contract's messages, in two halves: what the plan fixes, and what this case adds to it.

A kind's message has a field for each of its parameters, of the same name, but for those in `_RENAMED`. The tables are
made once from the kinds and the generated code; which kinds and parameters there are is not listed again.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from google.protobuf.message import Message

from amends.domain.action import Action, ParameterValue, PlannedAction, Span
from amends.domain.action_kinds import KINDS, ActionKind, ParameterSpec, ParameterType
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


def write_planned(into: action_pb2.Action, planned: PlannedAction) -> None:
    """The half that no amount, time or identifier touches."""
    into.scope = _SCOPES[planned.scope]
    into.phase = _PHASES[KINDS[planned.kind].phase]
    into.justices.extend(_JUSTICES[justice] for justice in planned.justices)
    into.retention = planned.retention
    into.meets.extend(_REQUESTS[request] for request in planned.meets)
    into.reason_for_agent = planned.reason_for_agent
    into.reason_for_customer = planned.reason_for_customer
    _write_kind(into, planned.kind, planned.parameters)


def write_filled(into: action_pb2.Action, action: Action) -> None:
    """The half that belongs to this case, on top of the planned one, and what departs from the plan."""
    planned = action.planned
    into.action_id = action.action_id
    into.authority_role = action.authority_role
    into.rule_ids.extend(action.rule_ids)
    _write_circumstances(into, action)
    if action.may_grant_now:
        into.may_grant_now = True
    if action.approval_needed:
        into.approval_needed = True
    for unsettled in action.unsettled:
        into.unsettled.add(rule_id=unsettled.rule_id, facts=unsettled.facts, why=unsettled.why)
    if action.reason_for_agent != planned.reason_for_agent:
        into.reason_for_agent = action.reason_for_agent
    if action.reason_for_customer != planned.reason_for_customer:
        into.reason_for_customer = action.reason_for_customer
    if action.parameters is not planned.parameters and action.parameters != planned.parameters:
        into.ClearField(planned.kind.value)
        _write_kind(into, planned.kind, action.parameters)


def _write_circumstances(into: action_pb2.Action, action: Action) -> None:
    subject = action.subject
    if subject.order_id:
        into.subject.order_id = subject.order_id
    if subject.item_id:
        into.subject.item_id = subject.item_id
    if action.incident_id:
        into.incident_id = action.incident_id
    if action.amount is not None:
        write_money(into.amount, action.amount)
    if action.amount_needs:
        into.amount_needs.extend(action.amount_needs)
    if action.already_given:
        into.already_given = True
    if action.granted_amount is not None:
        write_money(into.granted_amount, action.granted_amount)
    if action.due is not None:
        write_moment(into.due_time, action.due)
    if action.valid_until is not None:
        write_moment(into.valid_until, action.valid_until)


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


def _paths(field: str) -> _Writer:
    return lambda message, value: getattr(message, field).extend(value)


def _writer(kind: ActionKind, spec: ParameterSpec) -> _Writer:
    field = _RENAMED.get((kind, spec.name), spec.name)
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
        case ParameterType.NAME | ParameterType.TEXT | ParameterType.BOOLEAN | ParameterType.TEAM | ParameterType.OWNER:
            return _plain(field)


_WRITERS: Final[Mapping[ActionKind, Mapping[str, _Writer]]] = {
    kind: {parameter.name: _writer(kind, parameter) for parameter in spec.parameters} for kind, spec in KINDS.items()
}
