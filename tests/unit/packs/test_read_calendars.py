"""Calendars: zones, hours of each day, closed days."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amends.packs.diagnostics import PackError
from amends.packs.load import load_pack
from amends.packs.model import Calendar

Write = Callable[[Mapping[str, str]], Path]
HEAD = "pack: shop\nversion: 1\ntitle: A shop\ntimezone: America/New_York\n"
DAY = ((8 * 60, 20 * 60),)


def read(write: Write, calendars: str) -> Mapping[str, Calendar]:
    return load_pack(write({"shop/pack.yaml": f"{HEAD}calendars: {calendars}\n"}), "shop").calendars


def test_hours_are_minutes_of_each_day_from_monday(write: Write) -> None:
    """A span of days, a single day with a break, a day of which nothing is said."""
    written = (
        '{support: {zone: Europe/Vienna, hours: {mon-fri: "08:00-20:00", sat: ["13:00-15:00", "09:00-12:00"]},'
        " closed: [2026-12-26, 2026-12-25]}}"
    )
    saturday = ((9 * 60, 12 * 60), (13 * 60, 15 * 60))
    expected = Calendar("Europe/Vienna", (DAY, DAY, DAY, DAY, DAY, saturday, ()), ("2026-12-25", "2026-12-26"))
    assert read(write, written) == {"support": expected}


def test_hours_need_no_quotes(write: Write) -> None:
    """What YAML 1.1 would read as a number in base sixty is text."""
    assert read(write, "{a: {hours: {sun: 08:00-20:00}}}")["a"].hours == ((), (), (), (), (), (), DAY)


def test_the_zone_is_the_packs_unless_it_is_said(write: Write) -> None:
    """A calendar inherited keeps the zone of the pack that wrote it."""
    child = (
        "pack: child\nversion: 1\ntitle: C\nextends: [shop]\ntimezone: Asia/Tokyo\ncalendars: {b: {hours: {mon: %s}}}"
    )
    parent = HEAD + "calendars: {a: {hours: {mon-sun: '00:00-24:00'}}}\n"
    folder = write({"shop/pack.yaml": parent, "child/pack.yaml": child % "'00:00-00:01'"})
    calendars = load_pack(folder, "child").calendars
    assert {ident: calendar.zone for ident, calendar in calendars.items()} == {
        "a": "America/New_York",
        "b": "Asia/Tokyo",
    }
    assert calendars["a"].hours == (((0, 24 * 60),),) * 7


def test_one_span_may_begin_where_another_ends(write: Write) -> None:
    """They are half open: at noon only the second is open."""
    hours = read(write, '{a: {hours: {mon: ["12:00-13:00", "09:00-12:00"]}}}')["a"].hours
    assert hours[0] == ((9 * 60, 12 * 60), (12 * 60, 13 * 60))


@pytest.mark.parametrize(
    ("calendar", "code"),
    [
        ("{hours: {}}", "never-open"),
        ("{hours: {mon: []}}", "never-open"),
        ("{}", "missing-key"),
        ("{hours: {mon: '08:00-08:00'}}", "impossible-bounds"),
        ("{hours: {mon: '20:00-08:00'}}", "impossible-bounds"),
        ("{hours: {fri-mon: '08:00-20:00'}}", "impossible-bounds"),
        ("{hours: {mon: '08:00-24:01'}}", "type-mismatch"),
        ("{hours: {mon: '8-20'}}", "type-mismatch"),
        ("{hours: {mon: ['08:00-12:00', '11:59-13:00']}}", "overlapping-hours"),
        ("{hours: {mon-fri: '08:00-12:00', wed: '13:00-14:00'}}", "repeated"),
        ("{hours: {Monday: '08:00-12:00'}}", "unknown-value"),
        ("{hours: {mon: '08:00-12:00'}, closed: [20261225]}", "bad-date"),
        ("{hours: {mon: '08:00-12:00'}, closed: [2026-02-29]}", "bad-date"),
        ("{hours: {mon: '08:00-12:00'}, zone: Mars/Base}", "unknown-timezone"),
    ],
)
def test_what_is_no_calendar_is_refused(calendar: str, code: str, write: Write) -> None:
    """Each with a code of its own kind."""
    with pytest.raises(PackError) as refused:
        read(write, f"{{a: {calendar}}}")
    assert code in {found.code for found in refused.value.diagnostics}
