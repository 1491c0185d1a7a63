"""Due times: a moment plus a span. Business days are those of a calendar, else Monday to Friday in the pack's zone.

They are counted at the same local time, whatever the clocks do in between.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.action import Span
from amends.domain.facts import NANOS_PER_SECOND
from amends.packs.model import Calendar, Pack
from amends.resolution.calendars import is_business_day, longest_wait, next_opening
from amends.resolution.promise import Promise

_SATURDAY: Final = 5
_DAY: Final = timedelta(days=1)


def due_time(start: int, span: Span, *, timezone: str, calendar: Calendar | None = None) -> int:
    """`start` (nanoseconds since the epoch) plus the span."""
    if not span.business_days:
        return start + span.nanos
    local = local_time(start, timezone if calendar is None else calendar.zone)
    local = (
        _weekdays(local, span.business_days) if calendar is None else _open_days(local, span.business_days, calendar)
    )
    seconds = int(local.astimezone(UTC).timestamp())
    return seconds * NANOS_PER_SECOND + start % NANOS_PER_SECOND


def promise_due(promise: Promise, pack: Pack, start: int) -> int:
    """When a promise falls due: by its calendar, and not outside of its hours."""
    calendar = pack.calendars.get(promise.calendar) if promise.calendar else None
    due = due_time(start, promise.span, timezone=pack.timezone, calendar=calendar)
    hours = pack.calendars.get(promise.hours) if promise.hours else None
    return due if hours is None else next_opening(due, hours)


def local_time(moment: int, timezone: str) -> datetime:
    """The whole second of a moment, in a time zone."""
    return datetime.fromtimestamp(moment // NANOS_PER_SECOND, tz=ZoneInfo(timezone))


def _weekdays(local: datetime, days: int) -> datetime:
    remaining = days
    while remaining:
        local += _DAY
        remaining -= local.weekday() < _SATURDAY
    return local


def _open_days(local: datetime, days: int, calendar: Calendar) -> datetime:
    remaining, closed = days, frozenset(calendar.closed)
    for _ in range(longest_wait(days, calendar)):
        local += _DAY
        remaining -= is_business_day(local.date(), calendar, closed)
        if not remaining:
            break
    return local
