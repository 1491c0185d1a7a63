"""Backups of the log: a copy made while servers write, and put back so that who was forgotten stays forgotten.

Owns what both databases share: when a database may be replaced, and whose erasures are done again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amends.application.ports import NewId
from amends.domain.erasure import ErasureMark
from amends.storage.backup_errors import BackupError
from amends.storage.copies import Copies, Rows, count_rows
from amends.storage.database import connected
from amends.storage.engines import is_sqlite, read_url
from amends.storage.erasure import read_erasures
from amends.storage.migrate import SchemaState, status
from amends.storage.postgresql_backup import PostgresqlCopies
from amends.storage.sqlite_backup import SqliteCopies
from amends.storage.tables import schema_steps


@dataclass(frozen=True, slots=True)
class Restored:
    """What the database holds now, and how many customers were forgotten again."""

    rows: Rows
    forgotten: int


def save(url: str, file: Path) -> Rows:
    """Copy the database into a file that is not there yet, checked; how many rows of each table it holds.

    BackupError, LogUnavailableError.
    """
    found = status(url)
    if found.state is SchemaState.MISSING:
        raise BackupError(found.sentence)
    if file.exists():
        raise BackupError(f"{file} is there already")
    if not file.parent.is_dir():
        raise BackupError(f"there is no folder {file.parent}")
    return _copies(url).save(url, file)


def restore(url: str, file: Path, *, marks: Sequence[ErasureMark], force: bool, new_id: NewId) -> Restored:
    """Put a backup in the place of an empty database, or with `force` of any, and do all known erasures again.

    Known are those of the backup, of the database that is replaced, and `marks`. BackupError, LogUnavailableError.
    """
    if not file.is_file():
        raise BackupError(f"there is no file {file}")
    replaced = _replaced(url, force=force)
    known = {mark.erasure_id: mark for mark in (*replaced, *marks)}
    rows, forgotten = _copies(url).put_back(url, file, list(known.values()), new_id=new_id)
    return Restored(rows, forgotten)


def erasures(url: str) -> Sequence[ErasureMark]:
    """The marks of all who were forgotten, to be kept apart from the database. BackupError, LogUnavailableError."""
    found = status(url)
    if not found.usable:
        raise BackupError(found.sentence)
    with connected(url, writes=False) as connection:
        return read_erasures(connection)


def _replaced(url: str, *, force: bool) -> Sequence[ErasureMark]:
    """The erasures that the database knows which is to be replaced; BackupError where it may not be."""
    found = status(url)
    if found.state is SchemaState.MISSING:
        return ()
    with connected(url, writes=False) as connection:
        kept = {name: count for name, count in count_rows(connection).items() if count and name != schema_steps.name}
        if kept and not force:
            words = ", ".join(f"{count} {name}" for name, count in kept.items())
            raise BackupError(f"the database is not empty ({words}): --force replaces it")
        if not found.usable:
            raise BackupError(f"the erasures of the database cannot be read: {found.sentence}")
        return read_erasures(connection)


def _copies(url: str) -> Copies:
    return SqliteCopies() if is_sqlite(read_url(url)) else PostgresqlCopies()
