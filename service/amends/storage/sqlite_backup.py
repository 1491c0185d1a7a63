"""Copies of an SQLite file, by SQLite's own backup: whole, of one moment, and while others write.

A restore is prepared in a file beside the database, erasures included, and copied over it in one transaction: a server
that runs meanwhile sees the old content, then the new, and never somebody who was forgotten.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import cast

from amends.application.ports import NewId
from amends.domain.erasure import ErasureMark
from amends.storage.backup_errors import BackupError
from amends.storage.cleaning import clean
from amends.storage.copies import Rows, count_rows, keep, sync
from amends.storage.database import connected
from amends.storage.engines import make_sqlite_file, read_url, sqlite_file
from amends.storage.erasure import apply_erasures
from amends.storage.migrate import SchemaState, status, upgrade


class SqliteCopies:
    """Backups that are SQLite files themselves."""

    def save(self, url: str, file: Path) -> Rows:
        part = file.with_name(f"{file.name}.part")
        with _removed(part):
            with connected(url, writes=False) as source:
                # In one transaction with the copy: both see the same moment.
                rows = count_rows(source)
                driver = cast("sqlite3.Connection", source.connection.driver_connection)
                _copy(driver, part, told=sqlite_file(read_url(url)))
            with connected(_url(part), writes=False) as copy:
                if count_rows(copy) != rows:
                    raise BackupError("the copy does not hold what the database holds")
            _alone(part)
            keep(part)
            part.rename(file)
        return rows

    def put_back(self, url: str, file: Path, marks: Sequence[ErasureMark], *, new_id: NewId) -> tuple[Rows, int]:
        target = make_sqlite_file(read_url(url))
        stage = target.with_name(f"{target.name}.restoring")
        with _removed(stage):
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
                _copy(source, stage, told=file)
            if status(_url(stage)).state is SchemaState.MISSING:
                raise BackupError(f"{file} holds no log")
            if not upgrade(_url(stage)).usable:
                raise BackupError(f"{file} is of a newer version of this software")
            with connected(_url(stage), writes=True) as prepared:
                found = apply_erasures(prepared, marks, new_id=new_id)
                prepared.commit()
                rows = count_rows(prepared)
            with closing(sqlite3.connect(stage)) as prepared_file:
                _copy(prepared_file, target, told=file)
            clean(url)
            with connected(url, writes=False) as restored:
                if count_rows(restored) != rows:
                    raise BackupError("the database does not hold what the backup holds: restore it again")
        sync(target)
        return rows, found


def _copy(source: sqlite3.Connection, file: Path, *, told: Path) -> None:
    """All pages at once: nobody is kept from writing, and the copy never begins anew. `told` is what errors name."""
    try:
        with closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
            (state,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{told} cannot be copied into {file}: {error}") from error
    if state != "ok":
        raise BackupError(f"{told} is damaged: {state}")


def _alone(file: Path) -> None:
    """One file, without a WAL beside it."""
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE").close()


def _url(file: Path) -> str:
    return f"sqlite:///{file.absolute()}"


@contextmanager
def _removed(file: Path) -> Iterator[None]:
    """What is left of a file that was only on the way, of an earlier attempt too."""
    paths = [file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm", "-journal")]
    for path in paths:
        path.unlink(missing_ok=True)
    try:
        yield
    finally:
        for path in paths:
            with suppress(FileNotFoundError):
                path.unlink()
