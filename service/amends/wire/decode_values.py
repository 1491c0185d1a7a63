"""Single values of the contract into the domain's exact ones, or Malformed. No float is made on the way."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type import money_pb2

from amends.domain.currencies import EXPONENTS
from amends.domain.facts import NANOS_PER_SECOND, FactSpec, FactType
from amends.domain.money import Money
from amends.wire.limits import (
    DECIMAL_DIGITS,
    DECIMAL_EXPONENT,
    ID_CHARACTERS,
    MONEY_MINOR_UNITS,
    NANOS_LEAST,
    NANOS_MOST,
    SET_MEMBERS,
)
from amends.wire.violations import Malformed, listing, shown

_NANO_DECIMALS: Final = 9
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_DECIMAL_CHARACTERS: Final = 80
# Exponent -> (minor units a unit, nanos a minor unit).
_SCALES: Final = {exponent: (10**exponent, 10 ** (_NANO_DECIMALS - exponent)) for exponent in {*EXPONENTS.values()}}
_CURRENCY_SCALES: Final = {currency: _SCALES[exponent] for currency, exponent in EXPONENTS.items()}
_UNITS: Final = {
    FactType.DURATION: "nanoseconds",
    FactType.MONEY: "minor units",
    FactType.DATE: "nanoseconds since 1970",
}


def money(message: money_pb2.Money) -> Money:
    """A google.type.Money in minor units, never negative."""
    currency: str = message.currency_code
    units: int = message.units
    nanos: int = message.nanos
    scale = _CURRENCY_SCALES.get(currency)
    if scale is None:
        raise _unknown_currency(currency)
    minor, nanos_per_minor = scale
    if not nanos:
        total = units * minor
    else:
        if nanos % nanos_per_minor or not -NANOS_PER_SECOND < nanos < NANOS_PER_SECOND or units * nanos < 0:
            raise _wrong_nanos(currency, units, nanos)
        total = units * minor + nanos // nanos_per_minor
    if total < 0:
        raise Malformed(f"{Money(currency, total)} is negative; expected 0 or more")
    if total > MONEY_MINOR_UNITS:
        raise Malformed(f"is beyond {Money(currency, MONEY_MINOR_UNITS)}, the most that is accepted")
    return Money(currency, total)


def duration(message: Duration) -> int:
    """A duration in nanoseconds."""
    seconds, nanos = message.seconds, message.nanos
    if nanos and (not -NANOS_PER_SECOND < nanos < NANOS_PER_SECOND or seconds * nanos < 0):
        raise Malformed(
            f"nanos {nanos} beside seconds {seconds} is no duration: both have one sign, and nanos is below 1 second",
        )
    total = seconds * NANOS_PER_SECOND + nanos
    if not NANOS_LEAST <= total <= NANOS_MOST:
        raise Malformed(f"{seconds} seconds is out of range: expected at most 292 years")
    return total


def moment(message: Timestamp) -> int:
    """A timestamp in nanoseconds since 1970-01-01T00:00Z."""
    nanos = message.nanos
    if not 0 <= nanos < NANOS_PER_SECOND:
        raise Malformed(f"nanos {nanos} is out of range: expected 0 to 999999999")
    total = message.seconds * NANOS_PER_SECOND + nanos
    if not NANOS_LEAST <= total <= NANOS_MOST:
        raise Malformed(f"{message.seconds} seconds since 1970 is out of range: expected a moment in 1678 to 2261")
    return total


def decimal(text: str) -> Decimal:
    """The text of a google.type.Decimal."""
    if len(text) > _DECIMAL_CHARACTERS or not _DECIMAL.fullmatch(text):
        raise Malformed(f"{shown(text)} is no decimal number; expected digits such as '12.50'")
    value = Decimal(text)
    if len(value.as_tuple().digits) > DECIMAL_DIGITS:
        raise Malformed(f"has {len(value.as_tuple().digits)} digits; expected at most {DECIMAL_DIGITS}")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > DECIMAL_EXPONENT or abs(value.adjusted()) > DECIMAL_EXPONENT:
        raise Malformed(f"{shown(text)} is out of range: expected a size between 1e-28 and 1e28")
    return value


def text(value: str, limit: int) -> str:
    """A text of at most `limit` characters."""
    if len(value) > limit:
        raise Malformed(f"has {len(value)} characters; expected at most {limit}")
    return value


def text_set(values: Sequence[str]) -> frozenset[str]:
    """A set of free texts."""
    if len(values) > SET_MEMBERS:
        raise _too_many_members(len(values))
    members = frozenset(values)
    if max(map(len, members), default=0) > ID_CHARACTERS:
        longest = max(sorted(members), key=len)
        raise Malformed(f"the member {shown(longest)} has {len(longest)} characters; expected at most {ID_CHARACTERS}")
    return members


def closed_text_set(values: Sequence[str], *, allowed: tuple[str, ...]) -> frozenset[str]:
    """A set of texts out of a list."""
    members = text_set(values)
    wrong = sorted(members.difference(allowed))
    if wrong:
        raise Malformed(f"{', '.join(map(shown, wrong))} is no member; expected only: {listing(allowed)}")
    return members


def enum_set(values: Sequence[int], names: Mapping[int, str]) -> frozenset[str]:
    """A set of enum numbers, as names."""
    if len(values) > SET_MEMBERS:
        raise _too_many_members(len(values))
    try:
        return frozenset([names[number] for number in values])
    except KeyError:
        wrong = ", ".join(map(str, sorted(set(values).difference(names))))
        raise Malformed(f"{wrong} is no member; expected only: {listing(names.values())}") from None


def in_range(value: int | Decimal, spec: FactSpec) -> None:
    """Malformed where a value lies outside of what its fact allows."""
    minimum, maximum = spec.minimum, spec.maximum
    if minimum is not None and value < minimum:
        raise Malformed(f"{value} is less than {_bound(minimum, spec)}, the least it may be")
    if maximum is not None and value > maximum:
        raise Malformed(f"{value} is more than {_bound(maximum, spec)}, the most it may be")


def _bound(bound: int, spec: FactSpec) -> str:
    return f"{bound} {_UNITS.get(spec.type, spec.unit)}".strip()


def _too_many_members(count: int) -> Malformed:
    return Malformed(f"has {count} members; expected at most {SET_MEMBERS}")


def _unknown_currency(currency: str) -> Malformed:
    if not currency:
        return Malformed("has no currency_code; expected an ISO 4217 code such as 'USD'")
    return Malformed(
        f"{shown(currency)} is not an ISO 4217 currency; expected a code such as 'USD'",
        word=currency,
        known=EXPONENTS,
    )


def _wrong_nanos(currency: str, units: int, nanos: int) -> Malformed:
    if not -NANOS_PER_SECOND < nanos < NANOS_PER_SECOND:
        return Malformed(f"nanos {nanos} is out of range: expected -999999999 to 999999999")
    if units * nanos < 0:
        return Malformed(f"nanos {nanos} has another sign than units {units}; expected one sign")
    step = _CURRENCY_SCALES[currency][1]
    whole = step == NANOS_PER_SECOND
    expected = "nanos 0" if whole else f"a multiple of {step}"
    return Malformed(f"nanos {nanos} is finer than the minor unit of {currency}; expected {expected}")
