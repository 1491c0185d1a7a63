"""In which hours the weather at New York's airports was bad, by the data set's weather table.

What counts as bad is a line drawn here, and labelled so: visibility under three miles (where pilots fly by
instruments), gusts of 40 miles an hour or more, or a tenth of an inch of rain in the hour. An hour that the table lacks
is not bad.
"""

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from examples.flights import NEW_YORK, Flight

_WEATHER: Final = "weather.csv"
_MISSING: Final = "NA"
_MILES_TO_SEE: Final = Decimal(3)
_GUST: Final = Decimal(40)
_INCHES: Final = Decimal("0.1")

Hour = tuple[str, int, int, int]
"""An airport, a month, a day, an hour, by the clocks of New York."""


def read_bad_hours(folder: Path) -> frozenset[Hour]:
    """The hours of the year with bad weather, at each of the three airports."""
    with (folder / _WEATHER).open(encoding="utf-8", newline="") as data:
        return frozenset(
            (row["origin"], int(row["month"]), int(row["day"]), int(row["hour"]))
            for row in csv.DictReader(data)
            if is_bad(row)
        )


def is_bad(row: Mapping[str, str]) -> bool:
    """Whether an hour of the table is one that a flight should not have to leave in."""
    seen, gust, rain = (
        None if row[column] == _MISSING else Decimal(row[column]) for column in ("visib", "wind_gust", "precip")
    )
    return (
        (seen is not None and seen < _MILES_TO_SEE)
        or (gust is not None and gust >= _GUST)
        or (rain is not None and rain >= _INCHES)
    )


def left_in_bad_weather(flight: Flight, bad_hours: frozenset[Hour]) -> bool:
    """Whether the weather was bad where and when the flight should have left."""
    there = flight.scheduled_departure.astimezone(NEW_YORK)
    return (flight.origin, there.month, there.day, there.hour) in bad_hours
