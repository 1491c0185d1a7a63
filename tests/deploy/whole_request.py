"""Requests with something in every field, and where in their JSON a name may be misspelt."""

import copy
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass


def filled(message: Descriptor, depth: int = 3) -> Message:
    """A message with something in each field that takes text or a message; of several in a oneof, in the first."""
    made = GetMessageClass(message)()
    for field in message.fields:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            value = field.message_type.fields_by_name["value"]
            if value.message_type is None:
                getattr(made, field.name)["any_name"] = "x" if value.cpp_type == value.CPPTYPE_STRING else 1
            elif depth:
                getattr(made, field.name)["any_name"].CopyFrom(filled(value.message_type, depth - 1))
        elif field.message_type is not None:
            if depth and not (field.containing_oneof and made.WhichOneof(field.containing_oneof.name)):
                part = getattr(made, field.name)
                (part.add() if field.is_repeated else part).CopyFrom(filled(field.message_type, depth - 1))
        elif not field.is_repeated and field.cpp_type == field.CPPTYPE_STRING:
            setattr(made, field.name, b"x" if field.type == field.TYPE_BYTES else "x")
    return made


def objects(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the objects of a JSON value stand, but for those of maps, which take any name."""
    if isinstance(value, dict):
        if "any_name" not in value:
            yield place
        for name, part in value.items():
            yield from objects(part, (*place, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from objects(part, (*place, number))


def with_one_more(body: dict[str, Any], place: tuple[str | int, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    found: Any = changed
    for step in place:
        found = found[step]
    found["misspelt"] = 1
    return changed
