"""The flights of the demo are the data set's: same flights, same hours, nothing added. Checked against columns of the
data that the conversion does not read."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from statistics import median
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from examples.flights import (
    FLIGHTS_IN_THE_WEEK,
    DataSetError,
    Flight,
    find_data_set,
    read_flight,
    read_week,
    situation_of,
)

ZONES = {
    "IAH": "America/Chicago",
    "LAX": "America/Los_Angeles",
    "FLL": "America/New_York",
    "HNL": "Pacific/Honolulu",
    "PHX": "America/Phoenix",
    "BQN": "America/Puerto_Rico",
}
PLAIN = {
    "month": "1",
    "day": "1",
    "dep_time": "517",
    "sched_dep_time": "515",
    "sched_arr_time": "819",
    "arr_delay": "11",
    "carrier": "UA",
    "flight": "1545",
    "origin": "EWR",
    "dest": "IAH",
    "distance": "1400",
}
NEVER_LEFT = {"dep_time": "NA", "arr_delay": "NA"}


def flight(**cells: str) -> Flight:
    return read_flight(PLAIN | cells, ZONES)


@pytest.fixture(scope="module")
def data_set() -> Path:
    return find_data_set()


@pytest.fixture(scope="module")
def week(data_set: Path) -> tuple[Flight, ...]:
    return read_week(data_set)


@pytest.fixture(scope="module")
def rows(data_set: Path) -> list[dict[str, str]]:
    with ZipFile(data_set / "flights.csv.zip") as archive, archive.open("flights.csv") as data:
        every = csv.DictReader(TextIOWrapper(data, encoding="utf-8", newline=""))
        return [row for row in every if row["month"] == "1" and int(row["day"]) <= 7]


def test_one_row_becomes_one_flight() -> None:
    """05:15 in Newark is 10:15 UTC, 08:19 in Houston 14:19; 1,400 miles are 2,253 km; the year is 2026."""
    assert flight() == Flight(
        number="UA1545",
        origin="EWR",
        destination="IAH",
        scheduled_departure=datetime(2026, 1, 1, 10, 15, tzinfo=UTC),
        scheduled_arrival=datetime(2026, 1, 1, 14, 19, tzinfo=UTC),
        arrival_delay=timedelta(minutes=11),
        cancelled=False,
        distance_km=2253,
    )


@pytest.mark.parametrize(
    ("cells", "arrival"),
    [
        pytest.param(
            {"dest": "FLL", "sched_dep_time": "2130", "sched_arr_time": "18"},
            datetime(2026, 1, 2, 5, 18, tzinfo=UTC),
            id="after midnight, there as here",
        ),
        pytest.param(
            {"dest": "BQN", "sched_dep_time": "2359", "sched_arr_time": "444"},
            datetime(2026, 1, 2, 8, 44, tzinfo=UTC),
            id="one hour east of New York",
        ),
        pytest.param(
            {"dest": "LAX", "sched_dep_time": "2030", "sched_arr_time": "2359"},
            datetime(2026, 1, 2, 7, 59, tzinfo=UTC),
            id="before midnight there, after it here",
        ),
        pytest.param(
            {"dest": "HNL", "sched_dep_time": "900", "sched_arr_time": "1530"},
            datetime(2026, 1, 2, 1, 30, tzinfo=UTC),
            id="five hours west of New York",
        ),
        pytest.param(
            {"dest": "FLL", "sched_dep_time": "2100", "sched_arr_time": "2400"},
            datetime(2026, 1, 2, 5, 0, tzinfo=UTC),
            id="midnight written as 2400",
        ),
        pytest.param(
            {"day": "7", "dest": "FLL", "sched_dep_time": "2300", "sched_arr_time": "200"},
            datetime(2026, 1, 8, 7, 0, tzinfo=UTC),
            id="out of the week",
        ),
    ],
)
def test_an_arrival_is_the_first_such_hour_after_the_departure(cells: Mapping[str, str], arrival: datetime) -> None:
    """The data tell only the hour at the destination, never the day."""
    assert flight(**cells).scheduled_arrival == arrival


def test_a_flight_that_never_left_was_cancelled() -> None:
    """It is looked at when it should have left; when it arrives cannot be found out, so nobody is asked."""
    never_left = flight(**NEVER_LEFT)
    assert (never_left.cancelled, never_left.diverted) == (True, False)

    told = situation_of(never_left)
    assert told.facts["cancelled"].boolean
    assert "arrival_delay" not in told.facts
    assert list(told.unobtainable) == ["facts.arrival_delay"]
    assert told.observe_time.ToDatetime(UTC) == never_left.scheduled_departure


def test_a_flight_that_left_without_an_arrival_is_not_cancelled() -> None:
    """Its delay is unknown, not zero, and may be asked for."""
    left = flight(arr_delay="NA")
    assert (left.cancelled, left.diverted) == (False, True)

    told = situation_of(left)
    assert not told.facts["cancelled"].boolean
    assert "arrival_delay" not in told.facts
    assert not told.unobtainable
    assert told.observe_time.ToDatetime(UTC) == left.scheduled_arrival


def test_an_early_flight_has_no_delay() -> None:
    """A delay is never negative; the flight is looked at when it really came in."""
    told = situation_of(flight(arr_delay="-20"))
    assert told.facts["arrival_delay"].duration.ToTimedelta() == timedelta()
    assert told.observe_time.ToDatetime(UTC) == datetime(2026, 1, 1, 13, 59, tzinfo=UTC)


def test_nothing_is_made_up() -> None:
    """Only what the data tell: no fare, tier, cause or fault, and whether an alternative was accepted only if said."""
    told = situation_of(flight())
    assert {field.name for field, _ in told.ListFields()} == {"case_id", "reporter", "observe_time", "facts"}
    assert set(told.facts) == {
        *("scheduled_arrival", "arrival_delay", "cancelled", "distance_km", "departs_from", "arrives_in")
    }

    refused = situation_of(flight(), alternative_accepted=False)
    assert set(refused.facts) - set(told.facts) == {"alternative_accepted"}
    assert not refused.facts["alternative_accepted"].boolean


def test_the_week_is_whole(week: tuple[Flight, ...]) -> None:
    """Every flight is there once."""
    assert len(week) == FLIGHTS_IN_THE_WEEK == 6_099
    assert len({situation_of(found).case_id for found in week}) == 6_099
    assert sum(found.cancelled for found in week) == 35
    assert sum(found.diverted for found in week) == 21


def test_departures_are_those_that_the_data_tell_in_utc(week: tuple[Flight, ...], rows: list[dict[str, str]]) -> None:
    """`time_hour` is the hour of departure in UTC."""
    for found, row in zip(week, rows, strict=True):
        told = datetime.fromisoformat(row["time_hour"]).replace(year=2026) + timedelta(minutes=int(row["minute"]))
        assert found.scheduled_departure == told


def test_arrivals_lie_where_the_time_in_the_air_puts_them(week: tuple[Flight, ...], rows: list[dict[str, str]]) -> None:
    """To every airport, taxiing takes more than nothing and less than 75 minutes: no zone is wrong by an hour."""
    on_the_ground: dict[str, list[float]] = defaultdict(list)
    for found, row in zip(week, rows, strict=True):
        if row["air_time"] != "NA":
            planned = (found.scheduled_arrival - found.scheduled_departure) / timedelta(minutes=1)
            on_the_ground[found.destination].append(planned - int(row["air_time"]))
    usual = {airport: median(minutes) for airport, minutes in on_the_ground.items()}
    assert {airport: minutes for airport, minutes in usual.items() if not 0 < minutes < 75} == {}


def test_a_delay_leads_to_the_hour_at_which_the_flight_came_in(
    data_set: Path, week: tuple[Flight, ...], rows: list[dict[str, str]]
) -> None:
    """Schedule and delay give what clocks at the destination showed, `arr_time`. The data list no zone of Caribbean
    airports, so 181 flights are left out."""
    with (data_set / "airports.csv").open(encoding="utf-8", newline="") as data:
        zones = {row["faa"]: row["tzone"] for row in csv.DictReader(data)}
    checked = 0
    for found, row in zip(week, rows, strict=True):
        if found.arrival_delay is not None and found.destination in zones:
            local = found.observed.astimezone(ZoneInfo(zones[found.destination]))
            assert local.hour * 100 + local.minute == int(row["arr_time"]) % 2400
            checked += 1
    assert checked == 6_043 - 181


def test_another_number_of_flights_is_refused(tmp_path: Path) -> None:
    """A data set of another size is not the one that the demo speaks of."""
    (tmp_path / "airports.csv").write_text("faa,tzone\nIAH,America/Chicago\n", encoding="utf-8")
    with ZipFile(tmp_path / "flights.csv.zip", "w") as archive:
        archive.writestr("flights.csv", f"{','.join(PLAIN)}\n{','.join(PLAIN.values())}\n")
    with pytest.raises(DataSetError, match=r"expected 6,099 flights .* found 1$"):
        read_week(tmp_path)
