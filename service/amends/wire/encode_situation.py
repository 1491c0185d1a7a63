"""A situation of the domain into the contract's: what the command line and the demo send to a server.

The inverse of `decode_situation`, by the same tables. It refuses nothing: who built the situation held it to the pack.
"""

from typing import Final, cast

from google.protobuf.message import Message

from amends.domain.action_kinds import ActionKind
from amends.domain.facts import Facts, Value, Vocabulary
from amends.domain.situation import Granted, Situation, Subject
from amends.v1 import situation_pb2
from amends.wire.built_in_fields import PARTS, Field
from amends.wire.encode_values import write_fact, write_moment, write_money, write_value
from amends.wire.names import numbers

_KINDS: Final = numbers(situation_pb2.ActionKind)
_SOURCES: Final = numbers(situation_pb2.FactSource)
_DECLARED_PREFIX: Final = "facts."


def encode_situation(situation: Situation, vocabulary: Vocabulary) -> situation_pb2.Situation:
    """The message that decodes, under that vocabulary, to an equal situation."""
    message = situation_pb2.Situation(case_id=situation.case_id)
    write_moment(message.observe_time, situation.observe_time)
    _write_identifiers(message, situation)
    write_built_in(message, situation.facts)
    _write_declared(message, situation, vocabulary)
    message.unobtainable.extend(sorted(situation.unobtainable))
    for path, source in sorted(situation.fact_sources.items()):
        message.fact_sources[path] = _SOURCES[source]
    if situation.locale:
        message.locale = situation.locale
    if situation.granted is not None:
        message.granted.SetInParent()
        for granted in situation.granted:
            write_granted(message.granted.actions.add(), granted)
    return message


def _write_identifiers(message: situation_pb2.Situation, situation: Situation) -> None:
    _write_subject(message.subject, situation.subject)
    if situation.incident_id:
        message.incident.incident_id = situation.incident_id
    if situation.customer_id:
        message.customer.customer_id = situation.customer_id
    if situation.account_id:
        message.customer.account_id = situation.account_id


def _write_subject(message: situation_pb2.Subject, subject: Subject) -> None:
    if subject.order_id:
        message.order_id = subject.order_id
    if subject.item_id:
        message.item_id = subject.item_id


def write_built_in(message: situation_pb2.Situation, facts: Facts) -> None:
    """Those of the facts that are fields of the contract."""
    for part in PARTS:
        for field in part.fields:
            value = facts.get(field.path)
            if value is not None:
                _write_field(getattr(message, part.name) if part.name else message, field, value)


def _write_field(holder: Message, field: Field, value: Value) -> None:
    if field.names is None:
        write_value(holder, field.name, field.type, value)
        return
    by_name = {name: number for number, name in field.names.items()}
    if isinstance(value, frozenset):
        members = getattr(holder, field.name)
        members.SetInParent()
        members.values.extend(sorted(by_name[member] for member in value))
    else:
        setattr(holder, field.name, by_name[cast("str", value)])


def _write_declared(message: situation_pb2.Situation, situation: Situation, vocabulary: Vocabulary) -> None:
    for path in sorted(situation.facts):
        if path.startswith(_DECLARED_PREFIX):
            spec = vocabulary.specs[path]
            write_fact(message.facts[path.removeprefix(_DECLARED_PREFIX)], spec.type, situation.facts[path])


def write_granted(message: situation_pb2.GrantedAction, granted: Granted) -> None:
    """Something that was given."""
    message.kind = _KINDS[ActionKind(granted.kind)]
    if granted.action_id:
        message.action_id = granted.action_id
    if granted.subject is not None:
        message.subject.SetInParent()
        _write_subject(message.subject, granted.subject)
    if granted.incident_id:
        message.incident_id = granted.incident_id
    if granted.basis:
        message.basis = granted.basis
    for name, text in sorted(granted.parameters.items()):
        message.parameters[name] = text
    if granted.amount is not None:
        write_money(message.amount, granted.amount)
    if granted.time is not None:
        write_moment(message.time, granted.time)
