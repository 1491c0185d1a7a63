"""A fact's value in the words of the rule language, as an owner would write it: the way back from `literals`."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.facts import NANOS_PER_SECOND, FactSpec, FactType, Value
from amends.domain.money import Money

_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def value_words(value: Value, spec: FactSpec, *, timezone: str = "UTC") -> str:
    """`high`, `9.90 USD`, `1d12h`, `2026-12-01`, `[lid, cable]`; a date's day is one of the pack's `timezone`."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() if spec.type is FactType.DURATION:
            return duration_words(value)
        case int() if spec.type is FactType.DATE:
            return _date_words(value, timezone)
        case Decimal():
            return f"{value:f}"
        case frozenset():
            return f"[{', '.join(in_order(value, spec))}]"
        case int() | str() | Money():
            return str(value)


def duration_words(nanos: int) -> str:
    """`1d12h`, `90m` as `1h30m`; `0s` for none."""
    seconds, rest = divmod(abs(nanos), NANOS_PER_SECOND)
    parts = []
    for letter, size in _UNITS[:-1]:
        count, seconds = divmod(seconds, size)
        parts.append(f"{count}{letter}" if count else "")
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    parts.append(f"{seconds}{fraction}s" if seconds or fraction or not any(parts) else "")
    return ("-" if nanos < 0 else "") + "".join(parts)


def in_order(members: frozenset[str], spec: FactSpec) -> list[str]:
    """The members of a set as its fact lists them; those of an open set by the alphabet."""
    return sorted(members, key=lambda member: (_place(member, spec), member))


def _place(member: str, spec: FactSpec) -> int:
    return spec.values.index(member) if member in spec.values else len(spec.values)


def _date_words(nanos: int, timezone: str) -> str:
    """The day alone where it is the day's first moment; else the moment in UTC."""
    seconds, rest = divmod(nanos, NANOS_PER_SECOND)
    moment = _EPOCH + timedelta(seconds=seconds)
    local = moment.astimezone(ZoneInfo(timezone))
    if not rest and datetime(local.year, local.month, local.day, tzinfo=local.tzinfo).astimezone(UTC) == moment:
        return local.date().isoformat()
    return moment_words(nanos)


def moment_words(nanos: int) -> str:
    """`2026-12-01T12:00:00Z`, to the nanosecond."""
    seconds, rest = divmod(nanos, NANOS_PER_SECOND)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}{fraction}Z"
