"""The business days of the airline's refunds: every day but weekends and the federal holidays of the United States."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest

from amends.packs.load import load_pack

CALENDAR: Final = load_pack(Path(__file__).parents[2] / "rules", "airline").calendars["us_federal"]
CLOSED: Final = {date.fromisoformat(day) for day in CALENDAR.closed}
MON, THU, SAT, SUN = 0, 3, 5, 6
YEARS: Final = (2026, 2027)


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """The first (1), second ... such weekday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def in_lieu(day: date) -> date:
    """5 U.S.C. 6103(b): for a Saturday the Friday before; by executive order for a Sunday the Monday after."""
    return day + timedelta(days={SAT: -1, SUN: 1}.get(day.weekday(), 0))


def holidays(year: int) -> set[date]:
    """5 U.S.C. 6103(a)."""
    moving = {
        nth(year, 1, MON, 3),
        nth(year, 2, MON, 3),
        last_monday_of_may(year),
        nth(year, 9, MON, 1),
        nth(year, 10, MON, 2),
        nth(year, 11, THU, 4),
    }
    fixed = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)]
    return moving | {in_lieu(date(year, month, day)) for month, day in fixed}


@pytest.mark.parametrize("year", YEARS)
def test_the_calendar_is_closed_on_the_federal_holidays_of_a_year(year: int) -> None:
    """All of the law's days, days in lieu in the place of a weekend's, and no other."""
    wanted = holidays(year) | holidays(year + 1)
    assert {day for day in CLOSED if day.year == year} == {day for day in wanted if day.year == year}


def test_the_calendar_speaks_of_these_years_alone() -> None:
    """The README says how far it reaches; whoever adds a year adds it here."""
    assert {day.year for day in CLOSED} == set(YEARS)


def test_it_is_open_from_monday_to_friday() -> None:
    """Saturday and Sunday have no hours; the other days are whole."""
    assert [bool(spans) for spans in CALENDAR.hours] == [True] * 5 + [False] * 2
    assert set(CALENDAR.hours[:5]) == {((0, 24 * 60),)}
