"""Plain Python values in the contract's form, exactly: no float, no naive time, nothing rounded, nothing guessed.

Each function raises a MistakeError that says what was expected; it does not know where in a request the value stands.
"""

import re
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import singledispatch
from typing import Final

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal as WireDecimal
from google.type.money_pb2 import Money

from amends_client.messages import FactValue, TextSet

_MONEY: Final = re.compile(r"(?P<amount>-?\d{1,18}(?:\.\d{1,9})?) (?P<currency>[A-Z]{3})")
_NANOS: Final = 1_000_000_000
_INT64: Final = range(-(2**63), 2**63)


class MistakeError(ValueError):
    """A value that the contract cannot hold; the message says what was expected."""


def money(value: object) -> Money:
    """`"9.90 USD"` as money, by its digits."""
    if isinstance(value, Money):
        return value
    found = _MONEY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise MistakeError(f'expected money as text, for instance "9.90 USD", not {value!r}')
    scaled = int(Decimal(found["amount"]).scaleb(9))
    units, nanos = divmod(abs(scaled), _NANOS)
    sign = -1 if scaled < 0 else 1
    return Money(currency_code=found["currency"], units=sign * units, nanos=sign * nanos)


def money_text(value: Money) -> str:
    """Money as text, `9.90 USD`: at least two decimals where it has any, no grouping, no locale."""
    scaled = abs(value.units * _NANOS + value.nanos)
    whole, nanos = divmod(scaled, _NANOS)
    fraction = f"{nanos:09d}".rstrip("0")
    decimals = f".{fraction:0<2}" if fraction else ""
    sign = "-" if value.units < 0 or value.nanos < 0 else ""
    return f"{sign}{whole}{decimals} {value.currency_code}"


def duration(value: object) -> Duration:
    """A timedelta as a duration."""
    if isinstance(value, Duration):
        return value
    if not isinstance(value, timedelta):
        raise MistakeError(f"expected a timedelta, not {value!r}")
    result = Duration()
    result.FromTimedelta(value)
    return result


def timestamp(value: object) -> Timestamp:
    """A moment; a datetime needs its time zone."""
    if isinstance(value, Timestamp):
        return value
    if not isinstance(value, datetime):
        what = "a date is not a moment" if isinstance(value, date) else f"not {value!r}"
        raise MistakeError(f"expected a datetime with a time zone: {what}")
    if value.utcoffset() is None:
        raise MistakeError("the datetime has no time zone: give it one, for instance tzinfo=UTC")
    result = Timestamp()
    result.FromDatetime(value)
    return result


def texts(value: object) -> list[str]:
    """The members of a set of texts, in a stable order."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise MistakeError(f"expected a list or a set, not {value!r}")
    members = list(value)
    if wrong := [member for member in members if not isinstance(member, str)]:
        raise MistakeError(f"expected texts, not {wrong[0]!r}")
    return sorted(members) if isinstance(value, AbstractSet) else members


def member(value: object, enum: EnumDescriptor) -> int:
    """The number of an enum's member: by its name in lower case without the prefix (`purchase`), or the number."""
    prefix = enum.values[0].name.removesuffix("UNSPECIFIED")
    names = {known.name.removeprefix(prefix).lower(): known.number for known in enum.values if known.number}
    if isinstance(value, str) and value in names:
        return names[value]
    if isinstance(value, int) and not isinstance(value, bool) and value in names.values():
        return value
    raise MistakeError(f"expected one of {', '.join(names)}; not {value!r}{nearest(value, names)}")


@singledispatch
def fact_value(value: object) -> FactValue:
    """A fact that the rule pack declares. Text that reads as money (`"9.90 USD"`) is money: no other text looks so."""
    what = "a float is not exact; " if isinstance(value, float) else ""
    expected = "a bool, int, Decimal, text, money, datetime, timedelta or set"
    raise MistakeError(f"{what}expected {expected}, not {value!r}")


@fact_value.register
def _(value: FactValue) -> FactValue:
    return value


@fact_value.register
def _(value: bool) -> FactValue:  # noqa: FBT001  # the type is what is dispatched on
    return FactValue(boolean=value)


@fact_value.register
def _(value: int) -> FactValue:
    if value not in _INT64:
        raise MistakeError(f"expected at most 64 bits, not {value}")
    return FactValue(integer=value)


@fact_value.register
def _(value: Decimal) -> FactValue:
    if not value.is_finite():
        raise MistakeError(f"expected a finite number, not {value}")
    return FactValue(decimal=WireDecimal(value=str(value)))


@fact_value.register(Money)
def _(value: Money) -> FactValue:
    return FactValue(money=value)


@fact_value.register
def _(value: str) -> FactValue:
    return FactValue(money=money(value)) if _MONEY.fullmatch(value) else FactValue(text=value)


@fact_value.register(date)
@fact_value.register(Timestamp)
def _(value: date | Timestamp) -> FactValue:
    return FactValue(timestamp=timestamp(value))


@fact_value.register(timedelta)
@fact_value.register(Duration)
def _(value: timedelta | Duration) -> FactValue:
    return FactValue(duration=duration(value))


@fact_value.register(list)
@fact_value.register(tuple)
@fact_value.register(AbstractSet)
def _(value: Collection[str]) -> FactValue:
    return FactValue(set=TextSet(values=texts(value)))


def nearest(name: object, known: Iterable[str]) -> str:
    """A hint, where a known name is close to the one given."""
    close = get_close_matches(str(name).lower(), list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
