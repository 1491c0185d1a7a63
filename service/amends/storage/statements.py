"""The statements of the hot path as text: many rows in one statement, made once per number of rows.

The driver gives up the interpreter's lock for each statement, and a busy event loop gives it back milliseconds later:
a group that were written row by row would mostly wait. Core's own inserts of many rows are rendered anew each time.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from sqlalchemy import Connection, Table

# Values in one statement: below what PostgreSQL (65,535) and SQLite (32,766) take, and few enough forms to be kept.
_MOST_ROWS: Final = 32


class Insert:
    """`INSERT INTO table` with many rows and what to do on a conflict; `write` says how many rows were written."""

    __slots__ = ("_conflict", "_head", "_row", "_texts")

    def __init__(self, table: Table, columns: Sequence[str], *, placeholder: str, conflict: str) -> None:
        """`placeholder` is the driver's: `?` or `%s`."""
        # Names of our own tables; every value is a parameter.
        self._head = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608  # as above
        self._row = f"({', '.join([placeholder] * len(columns))})"
        self._conflict = f" ON CONFLICT {conflict}"
        self._texts: dict[int, str] = {}

    def write(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> int:
        """Write the rows; how many were inserted or, on a conflict, updated."""
        written = 0
        for start in range(0, len(rows), _MOST_ROWS):
            part = rows[start : start + _MOST_ROWS]
            result = connection.exec_driver_sql(self._text(len(part)), _flat(part))
            written += result.rowcount
        return written

    def _text(self, rows: int) -> str:
        text = self._texts.get(rows)
        if text is None:
            text = self._texts[rows] = self._head + ", ".join([self._row] * rows) + self._conflict
        return text


def _flat(rows: Iterable[tuple[object, ...]]) -> tuple[object, ...]:
    return tuple(chain.from_iterable(rows))
