"""How two decisions differ, field by field, in words for whoever has to find out why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from amends.domain.facts import NANOS_PER_SECOND
from amends.v1 import decision_pb2
from amends.wire import decode_values
from amends.wire.violations import Malformed

_MOST: Final = 100
"""Differences that are told: who reads so many has understood."""

# What an entry of a list is known by, so that one more at its head does not make all others look changed.
_KNOWN_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "Action": ("action_id",),
    "NeededFact": ("path",),
    "Guardrail": ("guardrail_id",),
    "Obligation": ("action_id", "kind"),
    "RuleTrace": ("rule_id",),
    "Change": ("action_id", "kind"),
}


def differences(recorded: bytes, again: bytes) -> tuple[str, ...]:
    """A line for each field that differs; none for the same bytes."""
    if recorded == again:
        return ()
    try:
        before, after = decision_pb2.Decision.FromString(recorded), decision_pb2.Decision.FromString(again)
    except DecodeError:
        return ("the recorded bytes are no decision",)
    found = [*_of_messages(before, after, "")]
    if not found:
        place = next((at for at, (a, b) in enumerate(zip(recorded, again, strict=False)) if a != b), len(recorded))
        return (f"all fields that this version knows are equal, but the bytes differ from byte {place} on",)
    more = len(found) - _MOST
    return (*found[:_MOST], *((f"and {more} more",) if more > 0 else ()))


def _of_messages(before: Message, after: Message, path: str) -> Iterator[str]:
    for field in _fields(before):
        here = f"{path}.{field.name}" if path else field.name
        if field.is_repeated:
            yield from _of_lists(field, getattr(before, field.name), getattr(after, field.name), here)
        elif field.has_presence and not (before.HasField(field.name) and after.HasField(field.name)):
            if before.HasField(field.name) or after.HasField(field.name):
                yield _told(here, _held(before, field), _held(after, field))
        elif field.message_type is not None and field.message_type.full_name not in _WORDS:
            yield from _of_messages(getattr(before, field.name), getattr(after, field.name), here)
        elif getattr(before, field.name) != getattr(after, field.name):
            yield _told(here, _held(before, field), _held(after, field))


def _of_lists(field: FieldDescriptor, before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[str]:
    known_by = _KNOWN_BY.get(field.message_type.name, ()) if field.message_type is not None else ()
    first, second = _named_all(before, known_by), _named_all(after, known_by)
    if first is None or second is None:
        first, second = ({str(place): entry for place, entry in enumerate(entries)} for entries in (before, after))
    for key in [*first, *(key for key in second if key not in first)]:
        here = f"{path}[{key}]"
        if key not in second:
            yield _told(here, _words(first[key], field), "")
        elif key not in first:
            yield _told(here, "", _words(second[key], field))
        elif isinstance(first[key], Message):
            yield from _of_messages(first[key], second[key], here)
        elif first[key] != second[key]:
            yield _told(here, _words(first[key], field), _words(second[key], field))
    if [key for key in first if key in second] != [key for key in second if key in first]:
        yield f"{path}: in another order: {', '.join(first)}; again {', '.join(second)}"


def _named_all(entries: Sequence[Any], known_by: tuple[str, ...]) -> dict[str, Any] | None:
    """By what they are known by; None where that is nothing, or the same of two."""
    named = {_named(entry, known_by): entry for entry in entries} if known_by else {}
    return named if known_by and len(named) == len(entries) else None


def _named(message: Message, known_by: tuple[str, ...]) -> str:
    return " ".join(_held(message, field) for field in _fields(message) if field.name in known_by)


def _fields(message: Message) -> Sequence[FieldDescriptor]:
    return cast("Sequence[FieldDescriptor]", message.DESCRIPTOR.fields)


def _held(message: Message, field: FieldDescriptor) -> str:
    if field.has_presence and not message.HasField(field.name):
        return ""
    return _words(getattr(message, field.name), field)


def _words(value: Any, field: FieldDescriptor) -> str:  # noqa: ANN401  # of any field
    if field.enum_type is not None:
        constant = field.enum_type.values_by_number.get(value)
        return str(value) if constant is None else constant.name
    if not isinstance(value, Message):
        return str(value)
    of_type = _WORDS.get(value.DESCRIPTOR.full_name)
    if of_type is not None:
        return of_type(value)
    return _named(value, _KNOWN_BY.get(value.DESCRIPTOR.name, ())) or " ".join(str(value).split())


def _money(value: Any) -> str:  # noqa: ANN401  # a google.type.Money
    try:
        return str(decode_values.money(value))
    except Malformed:
        return f"{value.units} and {value.nanos} nanos {value.currency_code}"


def _moment(value: Any) -> str:  # noqa: ANN401  # a Timestamp
    return str(value.ToJsonString())


def _duration(value: Any) -> str:  # noqa: ANN401  # a Duration
    return f"{value.seconds * NANOS_PER_SECOND + value.nanos} ns"


_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "google.type.Money": _money,
    "google.protobuf.Timestamp": _moment,
    "google.protobuf.Duration": _duration,
}


def _told(path: str, before: str, after: str) -> str:
    return f"{path}: {before or 'nothing'}; again {after or 'nothing'}"
