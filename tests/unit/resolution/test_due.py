"""Due: business days are Monday to Friday in the pack's zone, at the same local time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from amends.domain.action import Span
from amends.resolution.due import due_time
from tests.unit.resolution.building import HOUR, NOW, SECOND

NEW_YORK = "America/New_York"


def moment(text: str, zone: str = NEW_YORK) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND


def test_a_span_is_added_to_the_nanosecond() -> None:
    """Hours pass whatever the clocks do."""
    assert due_time(NOW + 7, Span(nanos=24 * HOUR), timezone=NEW_YORK) == NOW + 24 * HOUR + 7


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-05T09:30", 1, "2026-11-06T09:30"),
        ("2026-11-06T09:30", 1, "2026-11-09T09:30"),
        ("2026-11-07T09:30", 1, "2026-11-09T09:30"),
        ("2026-11-08T09:30", 1, "2026-11-09T09:30"),
        ("2026-11-06T09:30", 7, "2026-11-17T09:30"),
    ],
)
def test_weekends_do_not_count(start: str, days: int, due: str) -> None:
    """From a Thursday, a Friday, a Saturday, a Sunday; and over two weekends."""
    assert due_time(moment(start), Span(business_days=days), timezone=NEW_YORK) == moment(due)


@pytest.mark.parametrize(
    ("start", "due"), [("2026-10-30T09:30", "2026-11-02T09:30"), ("2026-03-06T09:30", "2026-03-09T09:30")]
)
def test_the_local_time_stays_when_clocks_change(start: str, due: str) -> None:
    """Over the weekends in which daylight saving time ends and begins: an hour more, an hour less."""
    found = due_time(moment(start), Span(business_days=1), timezone=NEW_YORK)
    assert found == moment(due)
    assert (found - moment(start)) // HOUR in (71, 73)


def test_the_weekend_is_the_pack_s() -> None:
    """Friday evening in New York is Saturday in Tokyo."""
    start = moment("2026-11-06T20:00")
    assert due_time(start, Span(business_days=1), timezone=NEW_YORK) == moment("2026-11-09T20:00")
    tokyo = due_time(start, Span(business_days=1), timezone="Asia/Tokyo")
    assert tokyo == moment("2026-11-09T10:00", "Asia/Tokyo")


def test_the_fraction_of_a_second_stays() -> None:
    """Nothing is rounded on the way."""
    start = moment("2026-11-05T09:30") + 123_456_789
    assert due_time(start, Span(business_days=1), timezone=NEW_YORK) % SECOND == 123_456_789
