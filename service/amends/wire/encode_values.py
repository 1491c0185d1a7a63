"""Single values of the domain into the contract's messages, exactly: integers only."""

from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type import money_pb2

from amends.domain.action import Span
from amends.domain.currencies import EXPONENTS
from amends.domain.facts import NANOS_PER_SECOND
from amends.domain.money import Money
from amends.v1 import action_pb2

_NANO_DECIMALS: Final = 9
_SCALES: Final = {
    currency: (10**exponent, 10 ** (_NANO_DECIMALS - exponent)) for currency, exponent in EXPONENTS.items()
}


def write_money(into: money_pb2.Money, money: Money) -> None:
    """Minor units as units and nanos of one sign."""
    currency, total = money.currency, money.minor_units
    minor, nanos_per_minor = _SCALES[currency]
    units, rest = divmod(total, minor) if total >= 0 else (-(-total // minor), -(-total % minor))
    into.currency_code = currency
    into.units = units
    into.nanos = rest * nanos_per_minor


def write_moment(into: Timestamp, moment: int) -> None:
    """Nanoseconds since 1970-01-01T00:00Z as a timestamp."""
    into.seconds, into.nanos = divmod(moment, NANOS_PER_SECOND)


def write_duration(into: Duration, nanos: int) -> None:
    """Nanoseconds as a duration, seconds and nanos of one sign."""
    seconds, rest = divmod(abs(nanos), NANOS_PER_SECOND)
    sign = -1 if nanos < 0 else 1
    into.seconds, into.nanos = sign * seconds, sign * rest


def write_span(into: action_pb2.Span, span: Span) -> None:
    """A length of time in its own measure."""
    if span.business_days:
        into.business_days = span.business_days
    else:
        write_duration(into.duration, span.nanos)
