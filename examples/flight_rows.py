"""A year of real flights as rows of a Parquet file, for `amends rescore` with `examples/rescoring/flights.yaml`.

    python -m examples.flight_rows flights.parquet

One row a flight, in the order of the data set month by month: what the data tell and, as in `supposed.py`, what is
supposed of it. Nobody accepted another flight. How late an early flight is: not at all.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from amends_client import Situation
from examples.flights import DataSetError, Flight, find_data_set, read_month
from examples.supposed import (
    PASSENGERS,
    Cancelled,
    Supposed,
    count_cancelled,
    fare_cents,
    is_disrupted,
    situation_supposed,
)
from examples.weather import Hour, left_in_bad_weather, read_bad_hours

MAPPING: Final = Path(__file__).parent / "rescoring" / "flights.yaml"
MONTHS: Final = range(1, 13)
SCHEMA: Final = pa.schema(
    [
        ("case", pa.string()),
        ("seen", pa.timestamp("s", "UTC")),
        ("scheduled", pa.timestamp("s", "UTC")),
        ("delay_minutes", pa.int32()),
        ("cancelled", pa.bool_()),
        ("km", pa.int32()),
        ("fare_cents", pa.int64()),
        ("fault", pa.string()),
        ("cause", pa.string()),
        ("incident", pa.string()),
        ("goes_on", pa.bool_()),
        ("affected", pa.int64()),
        ("cannot_be_had", pa.list_(pa.string())),
    ]
)
_MINUTE: Final = timedelta(minutes=1)


class Month:
    """The flights of a month, and what it takes to suppose something of them."""

    def __init__(self, month: int) -> None:
        folder = find_data_set()
        self.flights = tuple(read_month(folder, month))
        self._cancelled: Cancelled = count_cancelled(self.flights)
        self._bad_hours: frozenset[Hour] = read_bad_hours(folder)

    def table(self) -> pa.Table:
        """A row each."""
        return pa.Table.from_pylist([self._row(flight) for flight in self.flights], schema=SCHEMA)

    def situations(self) -> Iterator[Situation]:
        """The same flights as situations of the contract, as a caller would send them one by one."""
        return map(self.situation, self.flights)

    def situation(self, flight: Flight) -> Situation:
        """One of them."""
        there = self._cancelled.get((flight.origin, flight.day), 0)
        fault, cause = self._doing(flight)
        supposed = Supposed(alternative_accepted=False, cancelled_there=there, fault=fault, cause=cause)
        return situation_supposed(flight, supposed)

    def _doing(self, flight: Flight) -> tuple[str | None, str | None]:
        bad = is_disrupted(flight) and left_in_bad_weather(flight, self._bad_hours)
        return ("nobody", "external") if bad else (None, None)

    def _row(self, flight: Flight) -> dict[str, object]:
        fault, cause = self._doing(flight)
        late = flight.arrival_delay
        there = self._cancelled.get((flight.origin, flight.day), 0)
        return {
            "case": f"{flight.number}-{flight.day}-{flight.origin}-{flight.destination}",
            "seen": flight.observed,
            "scheduled": flight.scheduled_arrival,
            "delay_minutes": None if late is None else max(late // _MINUTE, 0),
            "cancelled": flight.cancelled,
            "km": flight.distance_km,
            "fare_cents": fare_cents(flight.distance_km),
            "fault": fault,
            "cause": cause,
            "incident": f"{flight.origin}-{flight.day}" if flight.cancelled else None,
            "goes_on": True if flight.cancelled else None if flight.diverted else False,
            "affected": PASSENGERS * there if flight.cancelled else None,
            "cannot_be_had": ["facts.arrival_delay"] if flight.cancelled else [],
        }


def write(path: Path, months: Iterable[int] = MONTHS) -> int:
    """The rows of these months in a file; how many there are."""
    written = 0
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for month in months:
            table = Month(month).table()
            writer.write_table(table)
            written += table.num_rows
    return written


def main() -> int:
    """Write the year; the exit code."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "flights.parquet")
    try:
        written = write(path)
    except DataSetError as error:
        print(f"flight_rows: {error}", file=sys.stderr)
        return 1
    print(f"{written:,} flights: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
