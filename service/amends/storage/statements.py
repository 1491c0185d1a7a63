"""The statements of the hot path, given to the driver as text: many rows in one, made once per number of rows.

The driver gives up the interpreter's lock for each statement, and a busy event loop gives it back milliseconds later:
a group that were written row by row would mostly wait. Core's own inserts of many rows are rendered anew each time, and
psycopg's usual cursor reads a long text anew to find its placeholders; its raw cursor takes it as it is.
"""

import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Final

import psycopg
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

# Rows in one statement. Their values stay below what PostgreSQL (65,535) and SQLite (32,766) take in one.
_MOST_ROWS: Final = 64
_MOST_ROWS_REPEATED: Final = 1024
_STEP: Final = 32


class Insert:
    """`INSERT INTO table` with many rows and what to do on a conflict."""

    __slots__ = ("_columns", "_conflict", "_head", "_repeats", "_texts")

    def __init__(self, table: Table, columns: Sequence[str], *, conflict: str, repeats: bool = False) -> None:
        """With `repeats`, for small rows of which a conflict leaves one: the last may be written again, so that few
        forms of the statement serve any number of rows.
        """
        # Names of our own tables; every value is a parameter.
        self._head = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608  # as above
        self._columns = len(columns)
        self._conflict = f" ON CONFLICT {conflict}"
        self._repeats = repeats
        self._texts: dict[tuple[bool, int], str] = {}

    def write(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> int:
        """Write the rows; how many were inserted or, on a conflict, updated."""
        most = _MOST_ROWS
        if self._repeats:
            most, rows = _MOST_ROWS_REPEATED, [*rows, *[rows[-1]] * (-len(rows) % _STEP)]
        return sum(self._write(connection, rows[at : at + most]) for at in range(0, len(rows), most))

    def _write(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> int:
        driver = connection.connection.driver_connection
        values = tuple(chain.from_iterable(rows))
        try:
            if isinstance(driver, sqlite3.Connection):
                return driver.execute(self._text(len(rows), numbered=False), values).rowcount
            assert isinstance(driver, psycopg.Connection)
            return psycopg.RawCursor(driver).execute(self._text(len(rows), numbered=True), values).rowcount
        except (sqlite3.Error, psycopg.Error) as error:
            raise as_sqlalchemy(connection, self._head, error) from error

    def _text(self, rows: int, *, numbered: bool) -> str:
        text = self._texts.get((numbered, rows))
        if text is None:
            text = self._texts[numbered, rows] = self._head + self._values(rows, numbered=numbered) + self._conflict
        return text

    def _values(self, rows: int, *, numbered: bool) -> str:
        signs = [f"${place + 1}" if numbered else "?" for place in range(rows * self._columns)]
        parts = [signs[at : at + self._columns] for at in range(0, len(signs), self._columns)]
        return ", ".join(f"({', '.join(part)})" for part in parts)


def as_sqlalchemy(connection: Connection, statement: str, error: Exception) -> DBAPIError:
    """What a statement of SQLAlchemy's own would have raised, after it had let go of a connection that is dead."""
    driver = connection.connection.driver_connection
    broken = isinstance(driver, psycopg.Connection) and driver.closed
    if broken:
        connection.invalidate(error)
    return DBAPIError(statement, None, error, connection_invalidated=broken)
