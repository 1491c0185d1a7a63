"""Requests with something in every field, where in their JSON a name may be misspelt, and JSON that is broken."""

import copy
import random
from collections.abc import Iterator
from typing import Any, Final

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from amends.v1.decision_service_pb2 import DecideRequest

WHOLE: Final = """{"situation": {"caseId": "c", "fault": "FAULT_COMPANY", "facts": {"delay_days": {"integer": "4"}},
 "customer": {"loyaltyTier": "gold"}}, "preview": true, "policy": "default"}"""
PIECES: Final = (
    *"\"{}[],:\\x \n\x00'-",
    *("//", "/*", "null", "tru", "1e5", "0x1", "NaN", "\\u0041", "é", "\ufeff", '"x":1,'),
    *('"policy":"a",', '"request_id":"a",', '"requestId":"b",', '"customer":{"x":1},', '"situation":{"faultt":1},'),
)


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


def broken(chance: random.Random) -> str:
    """A request in JSON with something put in, taken out or changed, in one to three places."""
    text = WHOLE
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(text) + 1)
        cut = chance.choice((0, 0, 0, 1, 1, 2, 3))
        put = chance.choice(PIECES) if cut < 2 else ""
        text = text[:at] + put + text[at + cut :]
    return text


def strictly_taken(text: str) -> bool:
    """Whether protobuf's own reader, which drops nothing, takes it."""
    try:
        json_format.Parse(text, DecideRequest())
    except json_format.ParseError:
        return False
    return True
