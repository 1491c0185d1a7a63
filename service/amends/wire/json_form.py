"""Messages as JSON and from JSON: unknown names are errors, and so is everything else that could be meant otherwise."""

from collections.abc import Sequence
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.wire.violations import Violations, not_one_of

M = TypeVar("M", bound=Message)


def read_json(raw: bytes, message: M) -> M:
    """Fill a message from JSON; InvalidSituationError with what is wrong. Nothing is nothing said."""
    if not raw.strip():
        return message
    try:
        json_format.Parse(raw, message)
    except (json_format.ParseError, UnicodeDecodeError) as error:
        raise _refused(str(error)) from None
    except RecursionError:
        raise _refused("it is nested too deeply") from None
    return message


def write_json(message: Message) -> bytes:
    """A message as JSON, with what is false, zero or empty written out: not every reader supplies it."""
    return json_format.MessageToJson(message, always_print_fields_with_no_presence=True, indent=None).encode()


def read_query(said: Sequence[tuple[str, str]], message: M) -> M:
    """Fill a message from the names and values of a query or a path; InvalidSituationError with all that is wrong."""
    violations = Violations("")
    values: dict[str, Any] = {}
    fields: dict[str, Any] = {
        name: field for field in message.DESCRIPTOR.fields for name in (field.camelcase_name, field.name)
    }
    for name, text in said:
        field = fields.get(name)
        if field is None or _is_structure(field):
            known = [one.name for one in message.DESCRIPTOR.fields]
            violations.malformed(name, not_one_of(name, known, what="a parameter of this call"))
        elif field.is_repeated:
            values.setdefault(field.name, []).append(_value(field, text))
        elif field.name in values:
            violations.add(name, "stands there more than once")
        else:
            values[field.name] = _value(field, text)
    violations.check()
    try:
        json_format.ParseDict(values, message)
    except json_format.ParseError as error:
        raise _refused(str(error)) from None
    return message


def _is_structure(field: FieldDescriptor) -> bool:
    """A message that no text stands for."""
    kind = field.message_type
    return kind is not None and not kind.full_name.startswith("google.protobuf.")


def _value(field: FieldDescriptor, text: str) -> object:
    """All but truth is written in JSON as a text too."""
    return {"true": True, "false": False}.get(text, text) if field.type == FieldDescriptor.TYPE_BOOL else text


def _refused(why: str) -> InvalidSituationError:
    return InvalidSituationError((FieldViolation("", f"the JSON is not that of this method's request: {why}"),))
