"""What removed rows leave behind in the files of a database, taken out of them.

SQLite keeps copies of changed pages in its WAL until they are moved and the WAL is cut off; within the file itself
nothing is left, since every connection deletes securely. PostgreSQL keeps each row's earlier versions until a VACUUM.
"""

import time
from sqlite3 import Connection as SqliteConnection
from typing import Any, Final, cast

from psycopg import Connection as PostgresqlConnection

from amends.storage.engines import is_sqlite, make_engine, read_url
from amends.storage.errors import unavailable
from amends.storage.tables import applied_rules, decisions, ledgers, obligations, outcomes, reservations

_TRIES: Final = 50
_PAUSE_SECONDS: Final = 0.1
_TABLES: Final = (decisions, applied_rules, obligations, outcomes, reservations, ledgers)


def clean(url: str) -> bool:
    """Whether it is all gone; not where somebody reads for longer than a few seconds. LogUnavailableError if away."""
    engine = make_engine(read_url(url), connections=1, writes=True)
    try:
        # As the driver gives it: neither statement may stand in a transaction.
        pooled = engine.raw_connection()
        try:
            if is_sqlite(engine.url):
                return _cut_off_wal(cast("SqliteConnection", pooled.driver_connection))
            _vacuum(cast("PostgresqlConnection[Any]", pooled.driver_connection))
            return True
        finally:
            pooled.close()
    except Exception as error:
        away = unavailable(error)
        if away is None:
            raise
        raise away from error
    finally:
        engine.dispose()


def _cut_off_wal(connection: SqliteConnection) -> bool:
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE_SECONDS)
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
    return False


def _vacuum(connection: PostgresqlConnection[Any]) -> None:
    connection.autocommit = True
    connection.execute("SET statement_timeout = 0")
    for table in _TABLES:
        connection.execute(f"VACUUM {table.name}")
