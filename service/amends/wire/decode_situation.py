"""A Situation of the contract into the domain's, for the vocabulary of one pack, with every violation collected.

This is the hot path of a call: what can be known before a request comes is in tables, and a good request pays nothing
for the messages a bad one gets. It refuses everything that `amends.v1.Situation` says a situation may not be.
"""

import re
from collections.abc import Mapping
from typing import Final

from google.protobuf.message import Message

from amends.domain.facts import FactSpec, FactType, Value, Vocabulary
from amends.domain.situation import Situation, Subject
from amends.v1 import situation_pb2
from amends.wire import decode_values
from amends.wire.built_in_fields import OBSERVE_TIME, PARTS, Part
from amends.wire.decode_about_facts import read_fact_sources, read_unobtainable
from amends.wire.decode_granted import decode_granted
from amends.wire.fact_readers import DECLARED, Reader, reader
from amends.wire.identifiers import read_identifier
from amends.wire.limits import CLOCK_AHEAD, DECLARED_FACTS
from amends.wire.violations import Malformed, Violations, entry, listing, shown

_DECLARED_PREFIX: Final = "facts."
_LOCALE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_LOCALE_CHARACTERS: Final = 35  # RFC 5646, section 4.4.1

# A part's enum fields, its booleans, and the rest, each as the loops below want them.
_Enums = tuple[tuple[str, str, Mapping[int, str]], ...]
_Booleans = tuple[tuple[str, str], ...]
_Others = tuple[tuple[str, str, Reader], ...]


_Tables = tuple[_Enums, _Booleans, _Others]


def _tables(part: Part) -> tuple[str, _Tables]:
    enums = tuple((field.name, field.path, field.names) for field in part.fields if field.is_enum and field.names)
    booleans = tuple((field.name, field.path) for field in part.fields if field.type is FactType.BOOLEAN)
    others = tuple(
        (field.name, field.path, reader(field))
        for field in part.fields
        if not field.is_enum and field.type is not FactType.BOOLEAN
    )
    return part.name, (enums, booleans, others)


_PARTS: Final = tuple(_tables(part) for part in PARTS)


_NO_SUBJECT: Final = Subject()


def decode_situation(
    message: situation_pb2.Situation,
    vocabulary: Vocabulary,
    *,
    now: int,
    prefix: str = "situation",
) -> Situation:
    """The situation, or InvalidSituationError with all its violations. `now` is the server's clock in nanoseconds."""
    violations = Violations(prefix)
    situation = read_situation(message, vocabulary, now=now, violations=violations)
    violations.check()
    return situation


def read_situation(
    message: situation_pb2.Situation,
    vocabulary: Vocabulary,
    *,
    now: int,
    violations: Violations,
) -> Situation:
    """The situation as far as it could be read; it may be used only if no violation was added."""
    specs = vocabulary.specs
    facts: dict[str, Value] = {}
    for part, tables in _PARTS:
        if not part:
            _read_part(message, tables, specs=specs, facts=facts, violations=violations)
        elif message.HasField(part):  # type: ignore[arg-type]  # the names come from the message's own descriptor
            _read_part(getattr(message, part), tables, specs=specs, facts=facts, violations=violations)
    if message.facts:
        _read_declared(message.facts, specs, facts=facts, violations=violations)
    observe_time = _observe_time(message, now=now, violations=violations)
    facts[OBSERVE_TIME] = observe_time
    case_id = read_identifier(message.case_id, "case_id", violations)
    if not case_id:
        violations.add("case_id", "is required: the caller's own identifier of the case")
    has, locale = message.HasField, message.locale
    # A part that is absent is not opened: that alone costs as much as reading two of its fields.
    subject = _subject(message.subject, violations) if has("subject") else _NO_SUBJECT
    incident_id = (
        read_identifier(message.incident.incident_id, "incident.incident_id", violations) if has("incident") else ""
    )
    customer_id, account_id = _customer(message.customer, violations) if has("customer") else ("", "")
    return Situation(
        case_id,
        observe_time,
        facts,
        subject,
        incident_id,
        customer_id,
        account_id,
        decode_granted(message.granted, violations) if has("granted") else None,
        read_unobtainable(message, vocabulary, facts=facts, violations=violations),
        read_fact_sources(message, vocabulary, facts=facts, violations=violations),
        read_locale(locale, violations) if locale else "",
    )


def _subject(subject: situation_pb2.Subject, violations: Violations) -> Subject:
    return Subject(
        read_identifier(subject.order_id, "subject.order_id", violations),
        read_identifier(subject.item_id, "subject.item_id", violations),
    )


def _customer(customer: situation_pb2.Customer, violations: Violations) -> tuple[str, str]:
    return (
        read_identifier(customer.customer_id, "customer.customer_id", violations),
        read_identifier(customer.account_id, "customer.account_id", violations),
    )


def _read_part(
    message: Message,
    tables: _Tables,
    *,
    specs: Mapping[str, FactSpec],
    facts: dict[str, Value],
    violations: Violations,
) -> None:
    enums, booleans, others = tables
    for field, path, known in enums:
        number = getattr(message, field)
        if number:
            name = known.get(number)
            if name is None:
                violations.add(path, f"{number} is no number of this enum; expected one of: {listing(known.values())}")
            else:
                facts[path] = name
    has_field = message.HasField
    for field, path in booleans:
        if has_field(field):
            facts[path] = getattr(message, field)
    for field, path, read in others:
        if has_field(field):
            try:
                facts[path] = read(getattr(message, field), specs[path])
            except Malformed as problem:
                violations.malformed(path, problem)


def _read_declared(
    declared: Mapping[str, situation_pb2.FactValue],
    specs: Mapping[str, FactSpec],
    *,
    facts: dict[str, Value],
    violations: Violations,
) -> None:
    if len(declared) > DECLARED_FACTS:
        violations.add("facts", f"has {len(declared)} entries; expected at most {DECLARED_FACTS}")
        return
    wrong: dict[str, Malformed] = {}
    for name in declared:
        path = _DECLARED_PREFIX + name
        try:
            facts[path] = _declared_value(name, declared[name], specs.get(path), specs=specs)
        except Malformed as problem:
            wrong[name] = problem
    # A map has no order: the report gets one.
    for name in sorted(wrong):
        violations.malformed(entry("facts", name), wrong[name])


def _declared_value(
    name: str,
    value: situation_pb2.FactValue,
    spec: FactSpec | None,
    *,
    specs: Mapping[str, FactSpec],
) -> Value:
    if spec is None:
        raise _unknown_fact(name, specs)
    field, read = DECLARED[spec.type]
    given = value.WhichOneof("value")
    if given != field:
        if given is None:
            raise Malformed("has no value; leave out a fact that is not known")
        raise Malformed(f"is given as {given}; expected {field}, since the rule pack declares the type {spec.type}")
    return read(getattr(value, field), spec)


def _unknown_fact(name: str, specs: Mapping[str, FactSpec]) -> Malformed:
    short = name.removeprefix(_DECLARED_PREFIX)
    if short != name and name in specs:
        return Malformed(f"is written with a leading {_DECLARED_PREFIX!r}; expected {shown(short)}")
    if name in specs:
        return Malformed(f"is a field of the situation, not a fact that the rule pack declares; expected it at {name}")
    declared = [path.removeprefix(_DECLARED_PREFIX) for path in specs if path.startswith(_DECLARED_PREFIX)]
    return Malformed("is no fact that the rule pack declares", word=short, known=declared)


def _observe_time(message: situation_pb2.Situation, *, now: int, violations: Violations) -> int:
    if not message.HasField("observe_time"):
        return now
    try:
        moment = decode_values.moment(message.observe_time)
    except Malformed as problem:
        violations.malformed("observe_time", problem)
        return now
    if moment - now > CLOCK_AHEAD:
        violations.add(
            "observe_time", "is more than 5 minutes ahead of the server's clock; expected a moment that has come"
        )
    return moment


def read_locale(value: str, violations: Violations) -> str:
    if len(value) > _LOCALE_CHARACTERS or not _LOCALE.fullmatch(value):
        violations.add("locale", f"{shown(value)} is no BCP 47 tag; expected one such as 'de' or 'de-AT'")
    return value
