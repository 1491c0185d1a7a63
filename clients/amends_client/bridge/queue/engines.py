"""Connections to the queue's database: what differs between SQLite and PostgreSQL about connecting."""

import sqlite3
import time
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

READS: Final = "amends_bridge_reads"
"""The execution option of a connection that writes nothing: it waits for no writer."""

_BUSY_SECONDS: Final = 30
_AGAIN_SECONDS: Final = 0.01
# What is kept of a webhook is nobody's to read in a log.
_HIDE: Final = {"hide_parameters": True}
_POOL: Final = {**_HIDE, "pool_size": 8, "max_overflow": 8, "pool_pre_ping": True}


def make_engine(url: str) -> Engine:
    """An engine for the database of that URL, whose transactions write from their first statement but for `READS`."""
    made = make_url(url)
    if made.drivername == "postgresql":
        return create_engine(made.set(drivername="postgresql+psycopg"), **_POOL)
    if made.get_backend_name() != "sqlite":
        return create_engine(made, **_POOL)
    engine = create_engine(made, poolclass=NullPool, connect_args={"timeout": _BUSY_SECONDS}, **_HIDE)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401  # sqlite3's own
    # SQLAlchemy, not sqlite3, says when a transaction begins.
    connection.isolation_level = None
    _keep_log_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _keep_log_ahead(connection: sqlite3.Connection) -> None:
    """A new file gets its write-ahead log. SQLite does not wait there, and who starts beside us may hold the lock."""
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
