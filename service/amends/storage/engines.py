"""Connections to the database: what a URL means, and what each connection is told before it is used.

All that differs between SQLite and PostgreSQL about connecting stands here.
"""

import sqlite3
import time
from pathlib import Path
from typing import Any, Final, cast

from psycopg import Connection as PostgresqlConnection
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

# How long a writer waits for another process's: longer than any group takes, shorter than callers wait.
SQLITE_BUSY_SECONDS: Final = 5.0
# Pages of 4 KiB in the WAL before they move into the file: moving less often writes hot pages fewer times.
_SQLITE_CHECKPOINT_PAGES: Final = 4_000
_SQLITE_CACHE_KIB: Final = 32 * 1024
_SQLITE_STATEMENTS: Final = 512
_SQLITE_AGAIN_SECONDS: Final = 0.01
SQLITE_FIRST: Final = (
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    f"PRAGMA wal_autocheckpoint={_SQLITE_CHECKPOINT_PAGES}",
    f"PRAGMA cache_size=-{_SQLITE_CACHE_KIB}",
    # What a statement of many rows keeps so as to be taken back is a file otherwise, made and removed each time.
    "PRAGMA temp_store=MEMORY",
)
"""What each connection to SQLite is told before it is used, of a file that has its write-ahead log."""
_POSTGRESQL_CONNECT_SECONDS: Final = 3
_POSTGRESQL_SILENCE_MS: Final = 5_000
_POSTGRESQL_LOCK_MS: Final = 5_000
_POSTGRESQL_STATEMENT_MS: Final = 30_000


class DatabaseUrlError(ValueError):
    """The URL names no database that the log can be kept in."""


def read_url(text: str) -> URL:
    """The URL with its driver named; DatabaseUrlError where it is none of ours. Its `str` hides the password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # Not quoted: it may hold a password. A ValueError is a port that is no number.
        raise DatabaseUrlError(
            "it is no URL such as sqlite:////var/lib/amends/amends.db or postgresql://host/name"
        ) from None
    match url.get_backend_name():
        case "sqlite":
            if url.database in {None, "", ":memory:"} or "mode=memory" in str(url):
                raise DatabaseUrlError("a database in memory keeps nothing: name a file, sqlite:///amends.db")
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            _check_postgresql(url)
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise DatabaseUrlError(f"the log is kept in sqlite or postgresql, not in {other!r}")


def _check_postgresql(url: URL) -> None:
    if "@" in (url.host or ""):
        # The end of the password would be taken for the host, and be told in every error of the driver.
        raise DatabaseUrlError("a password is written with %40 for its @, %3A for its : and %2F for its /")
    try:
        make_conninfo(**dict.fromkeys(url.query, ""))
    except ProgrammingError as error:
        raise DatabaseUrlError(f"{str(error).strip()}: after the ? stand parameters of libpq") from None


def shown(url: URL) -> str:
    """The database as it may be told: its file, or its server and name without password and parameters."""
    if is_sqlite(url):
        return str(sqlite_file(url))
    bare = URL.create("postgresql", username=url.username, host=url.host, port=url.port, database=url.database)
    return bare.render_as_string()


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def sqlite_file(url: URL) -> Path:
    """The file of an SQLite database."""
    return Path(url.database or "")


def make_sqlite_file(url: URL) -> Path:
    """The file, empty if it was not there, and then readable for nobody else: what comes beside it follows it there."""
    file = sqlite_file(url)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    return file


def make_engine(url: URL, *, connections: int, writes: bool) -> Engine:
    """An engine whose transactions write from their first statement, or may not write at all."""
    if is_sqlite(url):
        return _sqlite_engine(url, connections=connections, writes=writes)
    return _postgresql_engine(url, connections=connections, writes=writes)


def _sqlite_engine(url: URL, *, connections: int, writes: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        # An error may go into a log, and what was written may not.
        hide_parameters=True,
        connect_args={
            "timeout": SQLITE_BUSY_SECONDS,
            "cached_statements": _SQLITE_STATEMENTS,
            # The pool gives a connection to one thread at a time.
            "check_same_thread": False,
        },
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)
        # The driver's own idea of when to begin a transaction is out of the way: ours is below.
        connection.isolation_level = None
        _keep_log_ahead(connection)
        for pragma in SQLITE_FIRST if writes else (*SQLITE_FIRST, "PRAGMA query_only=ON"):
            connection.execute(pragma).close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _keep_log_ahead(connection: sqlite3.Connection) -> None:
    """A new file gets its write-ahead log. SQLite does not wait there, and who upgrades beside us may hold the lock."""
    end = time.monotonic() + SQLITE_BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_SQLITE_AGAIN_SECONDS)
        else:
            return


def _postgresql_engine(url: URL, *, connections: int, writes: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        connect_args={
            "application_name": "amends",
            "connect_timeout": _POSTGRESQL_CONNECT_SECONDS,
            # A server that vanishes without a word is noticed by its silence.
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "tcp_user_timeout": _POSTGRESQL_SILENCE_MS,
        },
    )

    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # By statements and not as options of the connection, which poolers such as pgbouncer refuse.
        session = cast("PostgresqlConnection[Any]", connection)
        session.execute(f"SET lock_timeout = {_POSTGRESQL_LOCK_MS}")
        session.execute(f"SET statement_timeout = {_POSTGRESQL_STATEMENT_MS}")
        session.execute(f"SET default_transaction_read_only = {'off' if writes else 'on'}")
        # Stronger settings of the operator (remote_apply) stay.
        session.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        session.commit()

    return engine
