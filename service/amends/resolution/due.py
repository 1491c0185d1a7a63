"""Due times: a moment plus a span. Business days are Monday to Friday in the pack's zone, at the same local time."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.action import Span
from amends.domain.facts import NANOS_PER_SECOND

_SATURDAY: Final = 5


def due_time(start: int, span: Span, *, timezone: str) -> int:
    """`start` (nanoseconds since the epoch) plus the span."""
    if not span.business_days:
        return start + span.nanos
    local = local_time(start, timezone)
    remaining = span.business_days
    while remaining:
        local += timedelta(days=1)
        remaining -= local.weekday() < _SATURDAY
    seconds = int(local.astimezone(UTC).timestamp())
    return seconds * NANOS_PER_SECOND + start % NANOS_PER_SECOND


def local_time(moment: int, timezone: str) -> datetime:
    """The whole second of a moment, in a time zone."""
    return datetime.fromtimestamp(moment // NANOS_PER_SECOND, tz=ZoneInfo(timezone))
