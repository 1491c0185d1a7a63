"""Rows of tables that are not ours: one query, in a transaction that may not write, as the database hands them over.

A cursor of the server's where there is one: whatever the number of rows, a few hundred are in memory.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, CursorResult, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from amends.storage.engines import shown, sqlite_file

_CONNECT_SECONDS: Final = 10
_AT_ONCE: Final = 2_000


class QueryError(Exception):
    """The rows cannot be had; says why, and how to mend it. It tells no password."""


class QueryRows:
    """The rows of one query."""

    def __init__(self, url: str, query: str) -> None:
        """QueryError where the URL is none, or the query is refused."""
        self._url, self._query = _read(url), query.strip().rstrip(";")
        if not self._query:
            raise QueryError("the query is empty")
        with self._result(self._without_rows) as result:
            self.columns: tuple[str, ...] = tuple(result.keys())

    @property
    def database(self) -> str:
        """The database as it may be told."""
        return shown(self._url)

    def rows(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """All rows, some thousand at once. QueryError where the database goes away."""
        with self._result(self._query) as result:
            for rows in result.partitions(_AT_ONCE):
                yield [tuple(row) for row in rows]

    @property
    def _without_rows(self) -> str:
        """What tells the columns. SQLite looks for a row when it is asked for one, and not before."""
        if self._url.get_backend_name() == "sqlite":
            return self._query
        return f"SELECT * FROM (\n{self._query}\n) AS rows_of_query LIMIT 0"  # noqa: S608 -- it is the caller's own

    @contextmanager
    def _result(self, query: str) -> Iterator[CursorResult[Any]]:
        engine = _engine(self._url)
        try:
            with engine.connect() as connection:
                result = _asked(connection, query)
                try:
                    yield result
                finally:
                    result.close()
        except DBAPIError as error:
            raise QueryError(f"{self.database}: {str(error.orig).strip()}") from None
        except SQLAlchemyError as error:
            raise QueryError(f"{self.database}: {error}") from None
        finally:
            engine.dispose()


def _asked(connection: Connection, query: str) -> CursorResult[Any]:
    # Signs of percent in the text are its own: nothing is put in.
    options = connection.execution_options(stream_results=True, yield_per=_AT_ONCE, no_parameters=True)
    result = options.exec_driver_sql(query)
    if not result.returns_rows:
        raise QueryError("the query returns no rows: write a SELECT")
    return result


def _read(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # Not quoted: it may hold a password.
        raise QueryError("the database is no URL such as sqlite:///cases.db or postgresql://host/name") from None
    match url.get_backend_name():
        case "sqlite":
            if not sqlite_file(url).is_file():
                raise QueryError(f"{sqlite_file(url)}: there is no such file")
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise QueryError(f"rows are read from sqlite or postgresql, not from {other!r}: export them as Parquet")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        file = sqlite_file(url)
        return create_engine("sqlite+pysqlite://", creator=lambda: _sqlite(file), poolclass=NullPool)
    told = {"application_name": "amends", "connect_timeout": _CONNECT_SECONDS}
    engine = create_engine(url, connect_args=told, poolclass=NullPool, hide_parameters=True)
    return engine.execution_options(postgresql_readonly=True)


def _sqlite(file: Path) -> sqlite3.Connection:
    """Its journal stays as it is: it is somebody else's file."""
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
