"""How a fact of each type is read from its field and held to what the vocabulary declares: a value, or Malformed."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type import decimal_pb2, money_pb2

from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.v1 import situation_pb2
from amends.wire import decode_values
from amends.wire.built_in_fields import Field
from amends.wire.limits import ID_CHARACTERS, TEXT_CHARACTERS
from amends.wire.violations import Malformed, not_one_of, shown

Reader: TypeAlias = Callable[[Any, FactSpec], Value]
EnumSet: TypeAlias = situation_pb2.ChannelSet | situation_pb2.RequestSet | situation_pb2.FlagSet

_COUNTRY: Final = re.compile("[A-Z]{2}")


def _boolean(value: bool, _: FactSpec) -> bool:  # noqa: FBT001  # a reader's first argument is the value, of any type
    return value


def _integer(value: int, spec: FactSpec) -> int:
    decode_values.in_range(value, spec)
    return value


def _decimal(message: decimal_pb2.Decimal, spec: FactSpec) -> Decimal:
    value = decode_values.decimal(message.value)
    decode_values.in_range(value, spec)
    return value


def _money(message: money_pb2.Money, spec: FactSpec) -> Money:
    value = decode_values.money(message)
    # Money is never negative, so that a least amount of zero is held to already.
    if spec.minimum or spec.maximum is not None:
        decode_values.in_range(value.minor_units, spec)
    return value


def _duration(message: Duration, spec: FactSpec) -> int:
    value = decode_values.duration(message)
    decode_values.in_range(value, spec)
    return value


def _date(message: Timestamp, spec: FactSpec) -> int:
    value = decode_values.moment(message)
    decode_values.in_range(value, spec)
    return value


def _text(value: str, _: FactSpec) -> str:
    return decode_values.text(value, TEXT_CHARACTERS)


def _code(value: str, _: FactSpec) -> str:
    return decode_values.text(value, ID_CHARACTERS)


def _country(value: str, _: FactSpec) -> str:
    if not _COUNTRY.fullmatch(value):
        raise Malformed(f"{shown(value)} is no ISO 3166-1 alpha-2 code; expected two capitals such as 'US'")
    return value


def _name(value: str, spec: FactSpec) -> str:
    if value not in spec.values:
        raise not_one_of(value, spec.values, what=_NOUNS.get(spec.path, "a value of this fact in the rule pack"))
    return value


def _set(message: situation_pb2.TextSet, spec: FactSpec) -> frozenset[str]:
    # A slice is a list, and several times faster to walk than the message's own container.
    values = message.values[:]
    return decode_values.closed_text_set(values, allowed=spec.values) if spec.values else decode_values.text_set(values)


def _enum_set(names: Mapping[int, str]) -> Reader:
    def read(message: EnumSet, _: FactSpec) -> frozenset[str]:
        values: Sequence[int] = message.values[:]
        return decode_values.enum_set(values, names)

    return read


_NOUNS: Final = {
    "contact_reason": "a contact reason of the rule pack",
    "customer.loyalty_tier": "a loyalty tier of the rule pack",
}
_BY_TYPE: Final[Mapping[FactType, Reader]] = {
    FactType.BOOLEAN: _boolean,
    FactType.INTEGER: _integer,
    FactType.DECIMAL: _decimal,
    FactType.MONEY: _money,
    FactType.DURATION: _duration,
    FactType.DATE: _date,
    FactType.TEXT: _text,
    FactType.ENUM: _name,
    FactType.SET: _set,
}
_BY_PATH: Final[Mapping[str, Reader]] = {"customer.country": _country, "customer.time_zone": _code}

DECLARED: Final[Mapping[FactType, tuple[str, Reader]]] = {
    FactType.BOOLEAN: ("boolean", _boolean),
    FactType.INTEGER: ("integer", _integer),
    FactType.DECIMAL: ("decimal", _decimal),
    FactType.MONEY: ("money", _money),
    FactType.DURATION: ("duration", _duration),
    FactType.DATE: ("timestamp", _date),
    FactType.TEXT: ("text", _text),
    FactType.ENUM: ("text", _name),
    FactType.SET: ("set", _set),
}
"""Type of a declared fact -> the field of FactValue that holds it, and how it is read."""


def reader(field: Field) -> Reader:
    """How a built-in fact's field is read; not for enum fields, which are looked up in place."""
    if field.names is not None:
        return _enum_set(field.names)
    return _BY_PATH.get(field.path) or _BY_TYPE[field.type]
