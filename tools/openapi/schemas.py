"""Schemas of messages as their JSON form is: names in lowerCamelCase, enums by name, 64-bit numbers as text."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

Schema = dict[str, Any]

_INT32: Final = 2**31
_SCALARS: Final[Mapping[int, Schema]] = {
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32", "minimum": -_INT32, "maximum": _INT32 - 1},
    FieldDescriptor.TYPE_INT64: {"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,19}$"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
}
_KNOWN: Final[Mapping[str, Schema]] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,9})?s$"},
    "google.rpc.Status": {"$ref": "#/components/schemas/Status"},
}
"""Messages that have a form of their own in JSON."""

STATUS: Final[Schema] = {
    "type": "object",
    "description": "Why a call failed: `google.rpc.Status`.",
    "properties": {
        "code": {"type": "integer", "format": "int32", "description": "A number of `google.rpc.Code`."},
        "message": {"type": "string", "description": "What is wrong, in words."},
        "details": {
            "type": "array",
            "description": "A `google.rpc.ErrorInfo` with the reason; for wrong input a `google.rpc.BadRequest` with "
            "every violation; a `google.rpc.RetryInfo` where waiting helps.",
            "items": {
                "type": "object",
                "properties": {"@type": {"type": "string"}},
                "required": ["@type"],
                "additionalProperties": True,
            },
        },
    },
    "required": ["code", "message"],
}
_OF_GOOGLE: Final[Mapping[str, str]] = {
    "google.type.Money": "An amount: whole units, and billionths of one of the same sign, of an ISO 4217 currency.",
    "google.type.Decimal": "A decimal number as text.",
    "google.type.Date": "A day.",
}


class Schemas:
    """The schemas of all messages and enums that operations name."""

    def __init__(self, comments: Mapping[str, str]) -> None:
        self._comments = comments
        self._asked = set[str]()
        self.found: dict[str, Schema] = {"Status": STATUS}

    def ask(self, messages: Iterable[Descriptor]) -> None:
        """These are what callers send: of such, what must be there is what the contract calls required."""
        for message in messages:
            if message.full_name not in self._asked:
                self._asked.add(message.full_name)
                self.ask(field.message_type for field in message.fields if field.message_type is not None)

    def message(self, message: Descriptor, *, without: frozenset[str] = frozenset()) -> Schema:
        """A reference to the message's schema, which is made where it is not there. `without`: fields of the path."""
        if message.full_name in _KNOWN:
            return dict(_KNOWN[message.full_name])
        if message.name not in self.found:
            self.found[message.name] = {}  # it may be asked for again while it is made
            self.found[message.name].update(self._made(message, without))
        return {"$ref": f"#/components/schemas/{message.name}"}

    def field(self, field: FieldDescriptor) -> Schema:
        """A field's schema, with what the contract says of it."""
        text = self._comments.get(field.full_name, "")
        oneof = field.containing_oneof
        if oneof is not None and not oneof.name.startswith("_"):
            text = f"{text} At most one of those beside it: {', '.join(one.json_name for one in oneof.fields)}."
        return self.type_of(field) | ({"description": text} if text else {})

    def type_of(self, field: FieldDescriptor) -> Schema:
        """A field's schema."""
        kind = field.message_type
        if kind is not None and kind.GetOptions().map_entry:
            return {"type": "object", "additionalProperties": self._single(kind.fields_by_name["value"])}
        single = self._single(field)
        return {"type": "array", "items": single} if field.is_repeated else single

    def _single(self, field: FieldDescriptor) -> Schema:
        if field.message_type is not None:
            return self.message(field.message_type)
        if field.enum_type is not None:
            return self._enum(field.enum_type)
        return dict(_SCALARS[field.type])

    def _made(self, message: Descriptor, without: frozenset[str]) -> Schema:
        fields = [field for field in message.fields if field.name not in without]
        asked = message.full_name in self._asked
        required = [field.json_name for field in fields if (_is_required(field) if asked else _is_always_there(field))]
        text = self._comments.get(message.full_name, _OF_GOOGLE.get(message.full_name, ""))
        return {
            "type": "object",
            **({"description": text} if text else {}),
            "properties": {field.json_name: self.field(field) for field in fields},
            **({"required": required} if required else {}),
            # An unknown name is an error; an answer may gain names.
            **({"additionalProperties": False} if asked else {}),
        }

    def _enum(self, enum: EnumDescriptor) -> Schema:
        if enum.name not in self.found:
            values = [(value.name, self._comments.get(f"{enum.full_name}.{value.name}", "")) for value in enum.values]
            told = "\n".join(f"- `{name}`: {text}" for name, text in values)
            self.found[enum.name] = {
                "type": "string",
                "description": f"{self._comments.get(enum.full_name, '')}\n\n{told}".strip(),
                "enum": [name for name, _ in values],
            }
        return {"$ref": f"#/components/schemas/{enum.name}"}


def _is_required(field: FieldDescriptor) -> bool:
    return field_behavior_pb2.REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]


def _is_always_there(field: FieldDescriptor) -> bool:
    """What is false, zero or empty is written out; what has presence stands there only where it is set."""
    return not field.has_presence
