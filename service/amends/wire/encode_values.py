"""Single values of the domain into the contract's messages, exactly: integers only."""

from decimal import Decimal
from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type import money_pb2

from amends.domain.action import Span
from amends.domain.currencies import EXPONENTS
from amends.domain.facts import NANOS_PER_SECOND, FactType, Value
from amends.domain.money import Money
from amends.v1 import action_pb2, situation_pb2
from amends.wire.fact_readers import DECLARED
from amends.wire.splice import serialised

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


def money_part(money: Money) -> bytes:
    """Money as the bytes of its message."""
    message = money_pb2.Money()
    write_money(message, money)
    return serialised(message)


def moment_part(moment: int) -> bytes:
    """A moment as the bytes of its timestamp."""
    seconds, nanos = divmod(moment, NANOS_PER_SECOND)
    return serialised(Timestamp(seconds=seconds, nanos=nanos))


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


def write_fact(into: situation_pb2.FactValue, fact_type: FactType, value: Value) -> None:
    """A fact of any type, in the field of its type."""
    write_value(into, DECLARED[fact_type][0], fact_type, value)


def write_value(holder: Message, name: str, fact_type: FactType, value: Value) -> None:
    """A fact into the field `name` of a message that has one of its type."""
    match value:
        case Money():
            write_money(getattr(holder, name), value)
        case Decimal():
            getattr(holder, name).value = str(value)
        case frozenset():
            members = getattr(holder, name)
            members.SetInParent()
            members.values.extend(sorted(value))
        case int() if fact_type is FactType.DURATION:
            write_duration(getattr(holder, name), value)
        case int() if fact_type is FactType.DATE:
            write_moment(getattr(holder, name), value)
        case bool() | int() | str():
            setattr(holder, name, value)
