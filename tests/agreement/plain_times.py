"""Moments in the naive resolver: so long after another, by the clock or by business days, within hours."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.action import Span
from amends.packs.model import Calendar, Pack

_SECOND: Final = 1_000_000_000
_WEEKDAYS: Final = 5


def after(span: Span, moment: int, *, pack: Pack, calendar: str = "") -> int:
    """The moment `span` later; business days end at the same local time, in the calendar's zone or the pack's."""
    if not span.business_days:
        return moment + span.nanos
    named = pack.calendars.get(calendar)
    zone = ZoneInfo(named.zone if named else pack.timezone)
    local = _local(moment, zone)
    left = span.business_days
    while left:
        local += timedelta(days=1)
        left -= _is_business_day(local, named)
    return _nanos(local, zone) + moment % _SECOND


def within_hours(moment: int, calendar: Calendar) -> int:
    """The moment itself if somebody is there, else the next opening."""
    zone = ZoneInfo(calendar.zone)
    local = _local(moment, zone)
    for day in range(3660):
        date = local + timedelta(days=day)
        for opens, closes in _hours(date, calendar):
            start = date.replace(hour=0, minute=0, second=0) + timedelta(minutes=opens)
            end = date.replace(hour=0, minute=0, second=0) + timedelta(minutes=closes)
            if day == 0 and start <= local < end:
                return moment
            if day > 0 or local < start:
                return _nanos(start, zone)
    return moment


def _is_business_day(local: datetime, calendar: Calendar | None) -> bool:
    return local.weekday() < _WEEKDAYS if calendar is None else bool(_hours(local, calendar))


def _hours(local: datetime, calendar: Calendar) -> tuple[tuple[int, int], ...]:
    return () if local.date().isoformat() in calendar.closed else calendar.hours[local.weekday()]


def _local(moment: int, zone: ZoneInfo) -> datetime:
    """The wall clock's time, without its zone, so that days can be counted on it."""
    utc = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment // _SECOND)
    return utc.astimezone(zone).replace(tzinfo=None)


def _nanos(local: datetime, zone: ZoneInfo) -> int:
    elapsed = local.replace(tzinfo=zone).astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (elapsed.days * 86_400 + elapsed.seconds) * _SECOND
