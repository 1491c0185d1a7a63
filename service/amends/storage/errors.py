"""Which errors of a driver mean that the database is away, and not that we did something wrong.

Owns the one table of them for both databases. Anything else passes as it is: a bug must not look like an outage.
"""

import sqlite3
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from amends.application.log_errors import LogUnavailableError

# Somebody else writes; it is over soon.
_SQLITE_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_SQLITE_AWAY: Final = _SQLITE_BUSY | {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
    # Not by themselves; but the process lives, and finds the file that somebody puts back.
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}
_POSTGRESQL_TAKEN_BACK: Final = ("40001", "40P01")
# A lock that did not come, a statement that took too long: the same again may do.
_POSTGRESQL_BUSY: Final = (*_POSTGRESQL_TAKEN_BACK, "55P03", "57014")
# Connection, resources (a full disk too), operator, system; and a standby, on which nothing is written.
_POSTGRESQL_AWAY: Final = (*_POSTGRESQL_BUSY, "08", "53", "57", "58", "25006")
_SOON: Final = 0.25


def was_in_the_way(error: DBAPIError) -> bool:
    """True where two transactions waited for each other and this one was taken back: done again, it finds its way."""
    return isinstance(error.orig, psycopg.Error) and error.orig.sqlstate in _POSTGRESQL_TAKEN_BACK


def unavailable(error: Exception) -> LogUnavailableError | None:
    """The error for the caller where the database is away; None where it is not."""
    if isinstance(error, NoConnectionError):
        return LogUnavailableError("all its connections are in use", retry_after=_SOON)
    if not isinstance(error, DBAPIError):
        return None
    match error.orig:
        case sqlite3.Error() as raised:
            return _of_sqlite(raised)
        case psycopg.Error() as raised:
            return _of_postgresql(raised, broken=error.connection_invalidated)
        case _:
            return None


def _of_sqlite(error: sqlite3.Error) -> LogUnavailableError | None:
    # The low byte is the kind; the rest says more of it.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code not in _SQLITE_AWAY:
        return None
    return LogUnavailableError(str(error), retry_after=_SOON if code in _SQLITE_BUSY else 1.0)


def _of_postgresql(error: psycopg.Error, *, broken: bool) -> LogUnavailableError | None:
    state = error.sqlstate or ""
    if state.startswith(_POSTGRESQL_AWAY):
        return LogUnavailableError(_first_line(error), retry_after=_SOON if state in _POSTGRESQL_BUSY else 1.0)
    # Without a state the server never spoke: it refused, or the connection went.
    if not state and (broken or isinstance(error, psycopg.OperationalError)):
        return LogUnavailableError(_first_line(error))
    return None


def _first_line(error: psycopg.Error) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
