"""Actions into the contract's bytes, in parts: what the plan fixes is serialised once, what this case adds each time.

A kind's message has a field for each of its parameters, of the same name, but for those in `_RENAMED`. The tables are
made once from the kinds and the generated code; which kinds and parameters there are is not listed again.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias, cast

from google.protobuf.message import Message
from google.type import date_pb2

from amends.domain.action import Action, Hold, ParameterValue, PlannedAction, Span, Unsettled
from amends.domain.action_kinds import KINDS, ActionKind, ParameterSpec, ParameterType
from amends.domain.money import Money
from amends.domain.situation import Subject
from amends.v1 import action_pb2, situation_pb2
from amends.wire.encode_values import moment_part, money_part, write_moment, write_money, write_span
from amends.wire.names import names, numbers
from amends.wire.splice import delimited, delimited_text, serialised, tag

Parameters: TypeAlias = tuple[tuple[str, ParameterValue], ...]
_Writer: TypeAlias = Callable[[Any, ParameterValue], None]

# `in` is a word that generated code cannot have as a name in every language.
_RENAMED: Final = {(ActionKind.VERIFY_FOLLOWUP, "in"): "after"}
_SCOPES: Final = numbers(action_pb2.Scope)
_JUSTICES: Final = numbers(action_pb2.Justice)
_PHASES: Final = numbers(action_pb2.Phase)
_REQUESTS: Final = numbers(situation_pb2.Request)
_ACTION_KINDS: Final = numbers(situation_pb2.ActionKind)
ACTION_ID: Final = tag(action_pb2.Action.DESCRIPTOR, "action_id")
_SUBJECT: Final = tag(action_pb2.Action.DESCRIPTOR, "subject")
_ORDER_ID: Final = tag(situation_pb2.Subject.DESCRIPTOR, "order_id")
_ITEM_ID: Final = tag(situation_pb2.Subject.DESCRIPTOR, "item_id")
_INCIDENT_ID: Final = tag(action_pb2.Action.DESCRIPTOR, "incident_id")
_AMOUNT: Final = tag(action_pb2.Action.DESCRIPTOR, "amount")
_DUE_TIME: Final = tag(action_pb2.Action.DESCRIPTOR, "due_time")
_FOR_AGENT: Final = tag(action_pb2.Action.DESCRIPTOR, "reason_for_agent")
_FOR_CUSTOMER: Final = tag(action_pb2.Action.DESCRIPTOR, "reason_for_customer")
_USUALS_KEPT: Final = 8
"""Ways in which one action of a plan is granted: who may, and what is not settled about it. Seldom more than two."""


_Usual: TypeAlias = tuple[tuple[str, ...], str, bool, bool, tuple[Unsettled, ...], tuple[Hold, ...]]
"""Rules, authority, whether it may be granted, whether approval is needed, what is unsettled, holds. Of no case."""


class ActionParts:
    """The parts of one planned action that no case touches, and what of it many cases have in common, as seen before.

    In the order of the contract's fields: identifier, scope, whose it is, this case's own (amounts and times), the
    usual (who may grant it, what is unsettled, which rules), the reasons, and what kind it is.
    """

    __slots__ = ("_kind", "_planned", "_reasons", "_usual", "scope")

    def __init__(self, planned: PlannedAction) -> None:
        self._planned = planned
        self.scope = serialised(action_pb2.Action(scope=_SCOPES[planned.scope]))
        self._reasons = _reasons(planned.reason_for_agent, planned.reason_for_customer)
        self._kind = _kind(planned, planned.parameters)
        self._usual: list[tuple[_Usual, bytes]] = []

    def end(self, action: Action) -> bytes:
        """What stands behind whose it is."""
        # Taken apart at once: eighteen attributes of a named tuple, read one by one, take four times as long.
        (
            _,
            _,
            _,
            due,
            valid_until,
            reason_for_agent,
            reason_for_customer,
            planned,
            rule_ids,
            parameters,
            amount,
            amount_needs,
            already_given,
            granted_amount,
            authority_role,
            may_grant_now,
            approval_needed,
            unsettled,
            on_hold,
        ) = action
        if amount_needs or already_given or granted_amount is not None or valid_until is not None:
            own = _own(action)
        else:
            own = b"" if amount is None else delimited(_AMOUNT, money_part(amount))
            own += b"" if due is None else delimited(_DUE_TIME, moment_part(due))
        usual = self._usual_part((rule_ids, authority_role, may_grant_now, approval_needed, unsettled, on_hold))
        reasons, kind = self._reasons, self._kind
        if reason_for_agent is not planned.reason_for_agent or reason_for_customer is not planned.reason_for_customer:
            reasons = _reasons(reason_for_agent, reason_for_customer)
        if parameters is not planned.parameters and parameters != planned.parameters:
            kind = _kind(planned, parameters)
        return own + usual + reasons + kind

    def _usual_part(self, said: _Usual) -> bytes:
        for known, part in self._usual:
            if known == said:
                return part
        part = _usual(self._planned, said)
        if len(self._usual) < _USUALS_KEPT:
            self._usual.append((said, part))
        return part


def whose_part(subject: Subject, incident_id: str) -> bytes:
    """Whose an action is: the same for all of a decision."""
    said = delimited_text(_ORDER_ID, subject.order_id) + delimited_text(_ITEM_ID, subject.item_id)
    return (delimited(_SUBJECT, said) if said else b"") + delimited_text(_INCIDENT_ID, incident_id)


def _own(action: Action) -> bytes:
    """Amounts and times, where few actions say so much: money that is open, given before or valid for a time."""
    message = action_pb2.Action(amount_needs=action.amount_needs, already_given=action.already_given)
    if action.amount is not None:
        write_money(message.amount, action.amount)
    if action.granted_amount is not None:
        write_money(message.granted_amount, action.granted_amount)
    if action.due is not None:
        write_moment(message.due_time, action.due)
    if action.valid_until is not None:
        write_moment(message.valid_until, action.valid_until)
    return serialised(message)


def _usual(planned: PlannedAction, said: _Usual) -> bytes:
    rule_ids, authority_role, may_grant_now, approval_needed, unsettled, on_hold = said
    message = action_pb2.Action(
        authority_role=authority_role,
        may_grant_now=may_grant_now,
        approval_needed=approval_needed,
        justices=[_JUSTICES[justice] for justice in planned.justices],
        rule_ids=rule_ids,
    )
    for found in unsettled:
        message.unsettled.add(rule_id=found.rule_id, facts=found.facts, why=found.why)
    for hold in on_hold:
        message.on_hold.add(team=hold.team, reason=hold.reason, rule_ids=hold.rule_ids)
    return serialised(message)


def _reasons(for_agent: str, for_customer: str) -> bytes:
    return delimited_text(_FOR_AGENT, for_agent) + delimited_text(_FOR_CUSTOMER, for_customer)


def _kind(planned: PlannedAction, parameters: Parameters) -> bytes:
    message = action_pb2.Action(
        phase=_PHASES[KINDS[planned.kind].phase],
        retention=planned.retention,
        meets=[_REQUESTS[request] for request in planned.meets],
    )
    _write_kind(message, planned.kind, parameters)
    return serialised(message)


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
