"""The fields of a situation that a mapping may fill, with their kinds: read from the contract's own descriptors."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from amends_client.bridge.mapping.model import Kind, Target
from amends_client.messages import Situation

FACTS: Final = "facts"
GROUPS: Final = ("subject", "customer", "incident")
"""The fields that hold fields."""

_LEFT_OUT: Final = frozenset(("granted", "unobtainable", "fact_sources", FACTS, *GROUPS))
_MESSAGES: Final = MappingProxyType(
    {
        "google.type.Money": Kind.MONEY,
        "google.protobuf.Duration": Kind.DURATION,
        "google.protobuf.Timestamp": Kind.TIMESTAMP,
    }
)
_SCALARS: Final = MappingProxyType(
    {FieldDescriptor.CPPTYPE_STRING: Kind.TEXT, FieldDescriptor.CPPTYPE_BOOL: Kind.BOOLEAN}
)


def targets() -> Mapping[str, Target]:
    """By path: `fault`, `customer.loyalty_tier`. What was granted is not for a mapping to say: the log knows it."""
    root: Descriptor = Situation.DESCRIPTOR
    found = {name: _target(name, field) for name, field in root.fields_by_name.items() if name not in _LEFT_OUT}
    for group in GROUPS:
        inner = root.fields_by_name[group].message_type
        assert inner is not None  # a group is a message
        for name, field in inner.fields_by_name.items():
            found[f"{group}.{name}"] = _target(f"{group}.{name}", field)
    return found


def _target(path: str, field: FieldDescriptor) -> Target:
    message = field.message_type
    if message is None:
        kind = Kind.ENUM if field.enum_type is not None else _SCALARS.get(field.cpp_type, Kind.INTEGER)
        return Target(path, kind, field.enum_type)
    if message.full_name in _MESSAGES:
        return Target(path, _MESSAGES[message.full_name])
    return Target(path, Kind.SET, message.fields_by_name["values"].enum_type)
