"""Calendars: business days are days with hours that are not closed; what falls outside of the hours waits."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.action import Span
from amends.domain.decision import ObligationKind
from amends.packs.model import Calendar
from amends.resolution.calendars import next_opening
from amends.resolution.due import due_time
from tests.unit.resolution.building import (
    SECOND,
    cadence,
    decide,
    office_hours,
    only,
    pack,
    propose,
    rule,
    situation,
    usd,
)

NEW_YORK = "America/New_York"
NIGHT = Calendar(NEW_YORK, (((0, 24 * 60),),) * 7)


def moment(text: str, zone: str = NEW_YORK, *, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()) * SECOND


def opening(start: str, calendar: Calendar, *, fold: int = 0) -> str:
    """The local time of the next opening, with its offset from UTC."""
    found = next_opening(moment(start, calendar.zone, fold=fold), calendar)
    return datetime.fromtimestamp(found // SECOND, tz=ZoneInfo(calendar.zone)).isoformat(timespec="minutes")


def every_day(*spans: tuple[str, str], zone: str = NEW_YORK) -> Calendar:
    minutes = [tuple(int(text[:2]) * 60 + int(text[3:]) for text in span) for span in spans]
    return Calendar(zone, (tuple((start, end) for start, end in minutes),) * 7)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-02T08:59:59", "2026-11-02T09:00-05:00"),
        ("2026-11-02T09:00", "2026-11-02T09:00-05:00"),
        ("2026-11-02T16:59", "2026-11-02T16:59-05:00"),
        ("2026-11-02T17:00", "2026-11-03T09:00-05:00"),
        ("2026-11-06T18:00", "2026-11-09T09:00-05:00"),
        ("2026-11-07T12:00", "2026-11-09T09:00-05:00"),
    ],
)
def test_what_falls_outside_waits_for_the_next_opening(start: str, expected: str) -> None:
    """Hours are half open: at five nobody is there any more."""
    assert opening(start, office_hours(NEW_YORK)) == expected


def test_a_moment_within_the_hours_stays_to_the_nanosecond() -> None:
    """Nothing is rounded; the last nanosecond before closing is within."""
    last = moment("2026-11-02T17:00") - 1
    assert next_opening(last, office_hours(NEW_YORK)) == last
    assert next_opening(last + 1, office_hours(NEW_YORK)) == moment("2026-11-03T09:00")


def test_closed_days_are_passed_over() -> None:
    """A holiday on Monday: Tuesday."""
    assert opening("2026-11-07T12:00", office_hours(NEW_YORK, closed=["2026-11-09"])) == "2026-11-10T09:00-05:00"


def test_a_break_is_no_opening() -> None:
    """After lunch."""
    split = every_day(("09:00", "12:00"), ("13:00", "17:00"))
    assert opening("2026-11-02T12:30", split) == "2026-11-02T13:00-05:00"
    assert opening("2026-11-02T08:00", split) == "2026-11-02T09:00-05:00"


def test_an_opening_that_the_clock_leaps_over_comes_when_it_has_leapt() -> None:
    """On 8 March 2026 there is no half past two in New York: at three the clock is within the hours."""
    assert opening("2026-03-08T01:00", every_day(("02:30", "17:00"))) == "2026-03-08T03:00-04:00"
    assert opening("2026-03-08T01:00", every_day(("09:00", "17:00"))) == "2026-03-08T09:00-04:00"
    assert opening("2026-03-08T01:00", every_day(("02:00", "02:45"))) == "2026-03-09T02:00-04:00"


def test_an_opening_that_comes_twice_is_the_next_one() -> None:
    """On 1 November 2026 the hour from one to two comes twice in New York."""
    early = every_day(("01:30", "01:45"))
    assert opening("2026-11-01T01:10", early) == "2026-11-01T01:30-04:00"
    assert opening("2026-11-01T01:50", early) == "2026-11-01T01:30-05:00"
    assert opening("2026-11-01T01:50", early, fold=1) == "2026-11-02T01:30-05:00"


def test_always_open_means_at_once() -> None:
    """Until midnight and from midnight, also on the days on which the clock is changed."""
    for start in ("2026-03-08T03:00", "2026-11-01T01:30", "2026-11-02T23:59"):
        assert next_opening(moment(start), NIGHT) == moment(start)


@given(
    seconds=st.integers(1_735_689_600, 1_830_297_600),
    zone=st.sampled_from((NEW_YORK, "Europe/Vienna", "Australia/Lord_Howe", "Africa/Cairo", "UTC")),
    spans=st.lists(st.integers(0, 24 * 60), min_size=2, max_size=6, unique=True).map(sorted),
    days=st.lists(st.booleans(), min_size=7, max_size=7).filter(any),
)
def test_the_next_opening_is_the_first_minute_within_the_hours(
    seconds: int,
    zone: str,
    spans: list[int],
    days: list[bool],
) -> None:
    """Found by looking at the clock minute after minute, whatever the zone does to it."""
    hours = tuple(
        (start, end) for (start, end), taken in zip(pairwise(spans), [True, False] * 3, strict=False) if taken
    )
    calendar = Calendar(zone, tuple(hours if is_open else () for is_open in days))
    start = seconds // 60 * 60
    clock = start
    while not _within(calendar, clock):
        clock += 60
    assert next_opening(start * SECOND, calendar) == clock * SECOND


def _within(calendar: Calendar, second: int) -> bool:
    local = datetime.fromtimestamp(second, tz=ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in calendar.hours[local.weekday()])


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-05T19:30", 1, "2026-11-06T19:30"),
        ("2026-11-06T09:30", 1, "2026-11-10T09:30"),
        ("2026-11-06T09:30", 3, "2026-11-12T09:30"),
        ("2026-10-30T09:30", 1, "2026-11-02T09:30"),
    ],
)
def test_business_days_of_a_calendar_are_its_open_days(start: str, days: int, due: str) -> None:
    """At the same local time, within the hours or not; Monday the 9th is closed, and the clock goes back in between."""
    calendar = office_hours(NEW_YORK, closed=["2026-11-09"])
    found = due_time(moment(start), Span(business_days=days), timezone="Asia/Tokyo", calendar=calendar)
    assert found == moment(due)


def test_a_calendar_may_work_on_sundays() -> None:
    """Its days are its own."""
    sundays = Calendar("UTC", (*((),) * 6, ((600, 660),)))
    found = due_time(moment("2026-11-02T09:30", "UTC"), Span(business_days=2), timezone="UTC", calendar=sundays)
    assert found == moment("2026-11-15T09:30", "UTC")


def test_a_due_time_that_the_clock_leaps_over_is_after_the_leap() -> None:
    """Half past two on 8 March 2026 is half past three."""
    found = due_time(moment("2026-03-07T02:30"), Span(business_days=1), timezone=NEW_YORK, calendar=NIGHT)
    assert found == moment("2026-03-08T03:30")


def test_a_long_list_of_closed_days_ends() -> None:
    """Ten years closed: the day after."""
    first = date(2026, 11, 2)
    closed = [(first + timedelta(days=day)).isoformat() for day in range(3653)]
    calendar = office_hours("UTC", closed=closed)
    after = datetime(2036, 11, 3, 9, tzinfo=UTC)
    assert next_opening(moment("2026-11-02T09:00", "UTC"), calendar) == int(after.timestamp()) * SECOND
    due = due_time(moment("2026-11-02T09:00", "UTC"), Span(business_days=1), timezone="UTC", calendar=calendar)
    assert due == int(after.timestamp()) * SECOND


def test_an_entitlement_falls_due_by_its_calendar() -> None:
    """The action says so, and so does the promise to pay."""
    bank = office_hours(closed=["2026-11-03"])
    for named, due in (("desk", "2026-11-04T12:00"), ("bank", "2026-11-05T12:00")):
        then = propose("entitlement", usd("5"), basis="law", due=Span(business_days=2), calendar=named)
        decision = decide(pack(rule("a", then), calendars={"bank": bank, "desk": office_hours()}))
        assert only(decision, "entitlement").due == moment(due, "UTC")
        assert [(one.kind, one.due) for one in decision.obligations] == [(ObligationKind.PAY, moment(due, "UTC"))]


def test_of_equal_amounts_the_one_due_first_by_its_calendar_stands() -> None:
    """Two business days by an open calendar come before two by one with a holiday."""
    late = propose("entitlement", usd("5"), basis="law", due=Span(business_days=2), calendar="bank")
    soon = propose("entitlement", usd("5"), basis="law", due=Span(business_days=2))
    decision = decide(
        pack(rule("a", late), rule("b", soon), calendars={"bank": office_hours(closed=["2026-11-03"])}),
    )
    assert only(decision, "entitlement").rule_ids == ("b",)


def test_an_update_outside_the_hours_falls_due_at_the_next_opening() -> None:
    """Asked for at noon on Monday; eight hours later they have gone home. The words say the time that holds."""
    built = pack(
        rule("a", cadence(8 * 60, hours="desk"), customer="We call at {next_update}."),
        calendars={"desk": office_hours()},
    )
    decision = decide(built)
    action = only(decision, "update_cadence")
    assert action.due == moment("2026-11-03T09:00", "UTC")
    assert decision.obligations[0].due == action.due
    assert action.reason_for_customer == "We call at 2026-11-03 09:00 UTC."
    within = decide(pack(rule("a", cadence(60, hours="desk")), calendars={"desk": office_hours()}))
    assert only(within, "update_cadence").due == moment("2026-11-02T13:00", "UTC")


def test_without_hours_an_update_falls_due_at_any_time() -> None:
    """A calendar that the cadence does not name does not bind it."""
    decision = decide(pack(rule("a", cadence(8 * 60)), calendars={"desk": office_hours()}), situation())
    assert only(decision, "update_cadence").due == moment("2026-11-02T20:00", "UTC")
