"""What is re-scored: real flights, again and again, each time a day later and as other cases."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends_client import Situation
from examples.flight_rows import SCHEMA, Month

_GROUP: Final = 131_072
_SECONDS_A_DAY: Final = 86_400
_MOMENTS: Final = ("seen", "scheduled")


class Flights:
    """The flights of some months."""

    def __init__(self, months: Sequence[int]) -> None:
        self._months = [Month(month) for month in months]
        self.table = pa.concat_tables([month.table() for month in self._months])

    def situations(self, count: int) -> Iterator[Situation]:
        """So many of them, spread over all, as single cases."""
        every = max(self.table.num_rows // count, 1)
        flights = [(month, flight) for month in self._months for flight in month.flights]
        for month, flight in flights[::every][:count]:
            yield month.situation(flight)

    def write(self, path: Path, rows: int, *, own_fares: bool = False) -> Path:
        """So many rows. With `own_fares` no two of them have the same fare: nothing is decided for two at once."""
        left = rows
        with pq.ParquetWriter(path, SCHEMA) as writer:
            while left > 0:
                done = rows - left
                table = _days_later(self.table.slice(0, left), done // self.table.num_rows)
                if own_fares:
                    fares = pa.array(range(100_000 + done, 100_000 + done + table.num_rows), pa.int64())
                    table = _replaced(table, "fare_cents", fares)
                writer.write_table(table, row_group_size=_GROUP)
                left -= table.num_rows
        return path


def _days_later(table: pa.Table, days: int) -> pa.Table:
    for name in _MOMENTS:
        later = pc.add(table[name].cast(pa.int64()), days * _SECONDS_A_DAY)
        table = _replaced(table, name, later.cast(SCHEMA.field(name).type))
    cases = pc.binary_join_element_wise(table["case"], pa.scalar(f"{days}"), "-")
    return _replaced(table, "case", cases)


def _replaced(table: pa.Table, name: str, column: pa.ChunkedArray | pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), SCHEMA.field(name), column)
