"""Calendars: which days count as business days, and when somebody is there again.

Hours are those of the local clock, also on days on which it is put forward or back. Every search ends: a calendar has
an open weekday, and each closed day delays it by a day at most.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.facts import NANOS_PER_SECOND
from amends.packs.model import Calendar

_MINUTE: Final = 60
_DAY: Final = timedelta(days=1)
_SECONDS_A_DAY: Final = 24 * 3600
_WEEK_DAYS: Final = 7
_SPARE_WEEKS: Final = 3


def next_opening(moment: int, calendar: Calendar) -> int:
    """The moment itself (nanoseconds since the epoch) within the calendar's hours, else the first one after it."""
    zone, closed = ZoneInfo(calendar.zone), frozenset(calendar.closed)
    second = moment // NANOS_PER_SECOND
    now = datetime.fromtimestamp(second, tz=zone)
    if _is_open(now, calendar, closed):
        return moment
    day = now.date()
    for _ in range(longest_wait(1, calendar)):
        for opening in _openings(day, zone, calendar, closed):
            if opening > second:
                return opening * NANOS_PER_SECOND
        day += _DAY
    return moment


def longest_wait(business_days: int, calendar: Calendar) -> int:
    """Within how many days so many business days surely pass, if the calendar has any."""
    return _WEEK_DAYS * (business_days + len(calendar.closed) + _SPARE_WEEKS)


def is_business_day(day: date, calendar: Calendar, closed: frozenset[str]) -> bool:
    """A day with hours that is not closed; `closed` are the calendar's, as a set."""
    return bool(calendar.hours[day.weekday()]) and day.isoformat() not in closed


def _is_open(local: datetime, calendar: Calendar, closed: frozenset[str]) -> bool:
    minute = local.hour * 60 + local.minute
    return is_business_day(local.date(), calendar, closed) and any(
        start <= minute < end for start, end in calendar.hours[local.weekday()]
    )


def _openings(day: date, zone: ZoneInfo, calendar: Calendar, closed: frozenset[str]) -> Iterator[int]:
    """The seconds at which hours begin on a local day; where its clock is changed, every minute within them."""
    if not is_business_day(day, calendar, closed):
        return
    midnight = datetime.combine(day, time(), tzinfo=zone)
    first, last = _second(midnight), _second(midnight + _DAY)
    if last - first == _SECONDS_A_DAY:
        yield from (first + start * _MINUTE for start, _ in calendar.hours[day.weekday()])
        return
    # Hours may begin twice, or at a time that the clock leaps over.
    for second in range(first, last, _MINUTE):
        if _is_open(datetime.fromtimestamp(second, tz=zone), calendar, closed):
            yield second


def _second(local: datetime) -> int:
    return int(local.timestamp())
