"""The schema of a database: which steps it has, whether this software may use it, and how the missing ones are taken.

Software says which revision it knows, and a step says the oldest revision whose software it serves; so software of
before a step and after it can use one database at once. Steps run here only: a server never changes a schema.
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, assert_never

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from amends.storage.database import connected
from amends.storage.engines import is_sqlite, make_sqlite_file, read_url, shown, sqlite_file
from amends.storage.tables import schema_steps

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_STEPS: Final = _MIGRATIONS / "versions"
# Any number, the same for all: two upgrades of one database wait for each other.
_LOCK: Final = 7_364_118_025
_AGAIN_SECONDS: Final = 0.1
_SQLITE_WAIT_MS: Final = 60_000


class SchemaState(StrEnum):
    """How the schema of a database stands to this software."""

    MISSING = "missing"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    TOO_NEW = "too new"


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """`found` is the newest step of the database (empty: none), `known` that of this software.

    `database` is what a person calls it.
    """

    database: str
    state: SchemaState
    found: str
    known: str

    @property
    def usable(self) -> bool:
        return self.state in {SchemaState.CURRENT, SchemaState.NEWER}

    @property
    def sentence(self) -> str:
        """For a person; where the database cannot be used it names what to do."""
        subject = f"the database {self.database}"
        match self.state:
            case SchemaState.MISSING:
                return f"{subject} has no tables yet: run `amends db upgrade`"
            case SchemaState.OLDER:
                return f"{subject} is at step {self.found}, this needs {self.known}: run `amends db upgrade`"
            case SchemaState.CURRENT:
                return f"{subject} is at step {self.found}, the newest"
            case SchemaState.NEWER:
                return f"{subject} is at step {self.found}; this software knows {self.known} and may use it"
            case SchemaState.TOO_NEW:
                return (
                    f"{subject} is at step {self.found}, and this software knows {self.known} and may not use it any"
                    " more: install a newer version; `amends db upgrade` of this one does not help"
                )
            case _:
                assert_never(self.state)


def status(url: str, *, steps: Path = _STEPS) -> SchemaStatus:
    """How the database stands to this software. LogUnavailableError if it cannot be asked; nothing is created."""
    parsed = read_url(url)
    known = _head(steps)
    if is_sqlite(parsed) and not sqlite_file(parsed).exists():
        return SchemaStatus(shown(parsed), SchemaState.MISSING, "", known)
    with connected(url, writes=False) as connection:
        return _status(connection, known)


def upgrade(url: str, *, steps: Path = _STEPS) -> SchemaStatus:
    """Take every step that is missing; a database that is newer stays as it is. LogUnavailableError as for `status`."""
    parsed = read_url(url)
    if is_sqlite(parsed):
        make_sqlite_file(parsed)
    known = _head(steps)
    with connected(url, writes=True) as connection:
        if is_sqlite(parsed):
            _wait_long(connection)
        else:
            _wait_for_lock(connection)
            # Steps take as long as they take; what they wait for, calls wait for too, so that stays short.
            connection.execute(text("SET statement_timeout = 0"))
        before = _status(connection, known)
        if not is_sqlite(parsed):
            # Each step is a transaction of its own; the lock is the session's.
            connection.commit()
        if before.state in {SchemaState.MISSING, SchemaState.OLDER}:
            config = _config(steps)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        after = _status(connection, known)
        connection.commit()
        return after


def _wait_long(connection: Connection) -> None:
    """SQLite lets nobody queue for its lock, only look now and then: beside a busy writer a few seconds may not do."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_SQLITE_WAIT_MS}")
    cursor.close()


def _wait_for_lock(connection: Connection) -> None:
    """By asking again and again: a statement that waits is one that an index which is made meanwhile waits for."""
    while not connection.execute(text(f"SELECT pg_try_advisory_lock({_LOCK})")).scalar():
        connection.rollback()
        time.sleep(_AGAIN_SECONDS)


def _status(connection: Connection, known: str) -> SchemaStatus:
    database = shown(connection.engine.url)
    if not inspect(connection).has_table(schema_steps.name):
        return SchemaStatus(database, SchemaState.MISSING, "", known)
    newest = select(schema_steps.c.revision, schema_steps.c.serves).order_by(schema_steps.c.revision.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is None:
        return SchemaStatus(database, SchemaState.MISSING, "", known)
    if row.revision == known:
        state = SchemaState.CURRENT
    elif row.revision < known:
        state = SchemaState.OLDER
    else:
        state = SchemaState.NEWER if row.serves <= known else SchemaState.TOO_NEW
    return SchemaStatus(database, state, row.revision, known)


def _config(steps: Path) -> Config:
    config = Config()
    # One folder each, so that blanks are part of its name.
    config.set_main_option("path_separator", "newline")
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("version_locations", str(steps).replace("%", "%%"))
    return config


def _head(steps: Path) -> str:
    head = ScriptDirectory.from_config(_config(steps)).get_current_head()
    assert head is not None
    return head
