"""Filling a message of the contract from plain values, by its descriptors; every mistake is collected with its path.

It owns no names: fields, enum members and which message stands for a set come from the contract itself.
"""

from collections.abc import Iterable, Mapping
from typing import Final, cast

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from amends_client.messages import FactValue
from amends_client.values import MistakeError, duration, fact_value, member, money, nearest, texts, timestamp

_INT32: Final = range(-(2**31), 2**31)
_WIRE_NAMES: Final = frozenset(("google.type.Money", "google.protobuf.Duration", "google.protobuf.Timestamp"))


def fill(message: Message, values: Mapping[str, object], *, path: str, mistakes: list[str]) -> None:
    """Set every value that is known, and collect what is wrong with the others."""
    known = _fields(message.DESCRIPTOR)
    for name, value in values.items():
        where = f"{path}{name}"
        if name not in known:
            mistakes.append(f"{where}: there is no such field{nearest(name, known)}")
        elif value is not None:
            try:
                _set(message, known[name], value, path=where, mistakes=mistakes)
            except ValueError as mistake:
                mistakes.append(f"{where}: {mistake}")
    mistakes.extend(
        f"{path}{name}: required" for name, field in known.items() if _is_required(field) and not values.get(name)
    )


def _is_required(field: FieldDescriptor) -> bool:
    return field_behavior_pb2.REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]


def _fields(descriptor: object) -> Mapping[str, FieldDescriptor]:
    """The fields of a message by name; a cast, since the stubs know two unrelated types for the one descriptor."""
    return cast("Descriptor", descriptor).fields_by_name


def _set(message: Message, field: FieldDescriptor, value: object, *, path: str, mistakes: list[str]) -> None:
    if field.message_type is None:
        _set_scalar(message, field, value)
    elif field.message_type.GetOptions().map_entry:
        _set_map(message, field, value, path=path, mistakes=mistakes)
    else:
        _set_message(getattr(message, field.name), value, path=path, mistakes=mistakes)


def _set_scalar(message: Message, field: FieldDescriptor, value: object) -> None:
    if field.is_repeated and field.enum_type is not None:
        getattr(message, field.name).extend(sorted({member(one, field.enum_type) for one in _listed(value)}))
    elif field.is_repeated:
        getattr(message, field.name).extend(texts(value))
    elif field.enum_type is not None:
        setattr(message, field.name, member(value, field.enum_type))
    else:
        setattr(message, field.name, _scalar(field, value))


def _listed(value: object) -> Iterable[object]:
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise MistakeError(f"expected a list or a set, not {value!r}")
    return value


def _scalar(field: FieldDescriptor, value: object) -> object:
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        if isinstance(value, bool):
            return value
        raise MistakeError(f"expected True or False, not {value!r}")
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        if isinstance(value, str):
            return value
        raise MistakeError(f"expected text, not {value!r}")
    if isinstance(value, int) and not isinstance(value, bool) and value in _INT32:
        return value
    raise MistakeError(f"expected a whole number of at most 32 bits, not {value!r}")


def _set_map(message: Message, field: FieldDescriptor, value: object, *, path: str, mistakes: list[str]) -> None:
    if not isinstance(value, Mapping):
        raise MistakeError(f"expected a mapping, not {value!r}")
    target, entry = getattr(message, field.name), _fields(field.message_type)["value"]
    for key, item in value.items():
        try:
            if not isinstance(key, str):
                raise MistakeError("a name is text")  # collected with its path like every other
            if entry.message_type is not None:
                _set_fact(target, key, item)
            elif entry.enum_type is not None:
                target[key] = member(item, entry.enum_type)
            else:
                target[key] = _scalar(entry, item)
        except ValueError as mistake:
            mistakes.append(f"{path}.{key}: {mistake}")


def _set_fact(facts: Mapping[str, FactValue], name: str, value: object) -> None:
    if name.startswith("facts."):
        raise MistakeError("a fact is named without the leading `facts.`")
    if value is not None:
        facts[name].CopyFrom(fact_value(value))


def _set_message(target: Message, value: object, *, path: str, mistakes: list[str]) -> None:
    if isinstance(value, type(target)):
        target.CopyFrom(value)
    elif target.DESCRIPTOR.full_name in _WIRE_NAMES:
        target.CopyFrom(_well_known(target.DESCRIPTOR.full_name, value))
    elif list(_fields(target.DESCRIPTOR)) in (["values"], ["actions"]):
        target.SetInParent()
        _set_collection(target, value, path=path, mistakes=mistakes)
    elif isinstance(value, Mapping):
        target.SetInParent()
        fill(target, value, path=f"{path}.", mistakes=mistakes)
    else:
        raise MistakeError(f"expected a mapping of its fields, not {value!r}")


def _well_known(name: str, value: object) -> Message:
    if name == "google.protobuf.Timestamp":
        return timestamp(value)
    if name == "google.protobuf.Duration":
        span = duration(value)
        if span.seconds < 0 or span.nanos < 0:
            raise MistakeError("expected a length of time that is not negative")
        return span
    amount = money(value)
    if amount.units < 0 or amount.nanos < 0:
        raise MistakeError("expected money that is not negative")
    return cast("Message", amount)


def _set_collection(target: Message, value: object, *, path: str, mistakes: list[str]) -> None:
    """Fill a message that stands for a set (`values`) or for the list of what was granted (`actions`)."""
    (field,) = _fields(target.DESCRIPTOR).values()
    members = getattr(target, field.name)
    listed = _listed(value)
    if field.message_type is not None:
        for index, item in enumerate(listed):
            _set_message(members.add(), item, path=f"{path}[{index}]", mistakes=mistakes)
    elif field.enum_type is not None:
        members.extend(sorted(_members(listed, field, path=path, mistakes=mistakes)))
    else:
        members.extend(texts(value))


def _members(value: Iterable[object], field: FieldDescriptor, *, path: str, mistakes: list[str]) -> set[int]:
    enum = cast("EnumDescriptor", field.enum_type)
    found: set[int] = set()
    for item in value:
        try:
            found.add(member(item, enum))
        except ValueError as mistake:
            mistakes.append(f"{path}: {mistake}")
    return found
