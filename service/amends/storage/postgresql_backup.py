"""Copies of a PostgreSQL database, by pg_dump and pg_restore: of our tables only, and of one moment.

Counts are taken in the transaction that pg_dump copies from, and compared with the rows that the archive really has.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import text

from amends.application.ports import NewId
from amends.domain.erasure import ErasureMark
from amends.storage.backup_errors import BackupError
from amends.storage.cleaning import clean
from amends.storage.copies import Rows, count_rows, keep
from amends.storage.database import connected
from amends.storage.engines import read_url
from amends.storage.erasure import apply_erasures
from amends.storage.erasure_marks import read_marks, write_marks
from amends.storage.migrate import upgrade
from amends.storage.tables import metadata

_INSTALL: Final = "apt-get install postgresql-client"
_ALEMBIC: Final = "alembic_version"
_COPY: Final = re.compile(rb"COPY (?:\w+\.)?(\w+) \(")
_END: Final = b"\\.\n"


class PostgresqlCopies:
    """Backups that are pg_dump's archives."""

    def save(self, url: str, file: Path) -> Rows:
        part = file.with_name(f"{file.name}.part")
        try:
            part.touch(mode=0o600)
            with connected(url, writes=False) as connection:
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
                # Counting takes as long as it takes.
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
                rows = count_rows(connection)
                tables = [f"--table={name}" for name in (*rows, _ALEMBIC)]
                _run(
                    "pg_dump", url, "--format=custom", f"--snapshot={snapshot}", f"--file={part}", *_OWNERLESS, *tables
                )
            if _rows_of(part) != rows:
                raise BackupError("the copy does not hold what the database holds")
            keep(part)
            part.rename(file)
        finally:
            part.unlink(missing_ok=True)
        return rows

    def put_back(self, url: str, file: Path, marks: Sequence[ErasureMark], *, new_id: NewId) -> tuple[Rows, int]:
        held = _rows_of(file)
        _check_alone(url)
        noted = file.with_name(f"{file.name}.erasures")
        marks = _note(noted, marks)
        _run("pg_restore", url, "--single-transaction", "--clean", "--if-exists", *_OWNERLESS, str(file))
        with connected(url, writes=False) as connection:
            if count_rows(connection) != held:
                raise BackupError("the database does not hold what the backup holds: restore it again")
        if not upgrade(url).usable:
            raise BackupError(f"{file} is of a newer version of this software")
        with connected(url, writes=True) as connection:
            found = apply_erasures(connection, marks, new_id=new_id)
            connection.commit()
            rows = count_rows(connection)
        clean(url)
        noted.unlink()
        return rows, found


_OWNERLESS: Final = ("--no-owner", "--no-privileges")


def _note(file: Path, marks: Sequence[ErasureMark]) -> Sequence[ErasureMark]:
    """Keep the marks beside the backup: between its data and the erasures nothing else would know of them.

    With them come those of a restore that was cut short.
    """
    before = read_marks(file.read_text(encoding="utf-8")) if file.exists() else ()
    known = list({mark.erasure_id: mark for mark in (*before, *marks)}.values())
    file.write_text(write_marks(known), encoding="utf-8")
    keep(file)
    return known


def _check_alone(url: str) -> None:
    """Who was forgotten is back for a moment, until the erasures are done again: nobody may be served meanwhile."""
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'amends' AND pid <> pg_backend_pid()"
    )
    with connected(url, writes=False) as connection:
        if connection.execute(others).scalar_one():
            raise BackupError("the database is in use: stop the servers first")


def _rows_of(file: Path) -> Rows:
    """The rows that an archive holds of each of our tables, counted in what pg_restore makes of it."""
    rows: dict[str, int] = {}
    command = [_program("pg_restore"), "--data-only", "--file=-", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:  # noqa: S603  # found
        assert reading.stdout is not None
        assert reading.stderr is not None
        table = ""
        for line in reading.stdout:
            if table:
                rows[table] += line != _END
                table = "" if line == _END else table
            elif begun := _COPY.match(line):
                table = begun[1].decode()
                rows[table] = 0
        told = reading.stderr.read()
    if reading.returncode:
        raise BackupError(_last_line(told) or f"{file} cannot be read")
    return {name: count for name, count in sorted(rows.items()) if name in metadata.tables}


def _run(program: str, url: str, *arguments: str) -> None:
    """The password goes by the environment, where other users of the machine do not see it."""
    parsed = read_url(url)
    place = parsed._replace(drivername="postgresql", password=None).render_as_string()
    environment = dict(os.environ) if parsed.password is None else {**os.environ, "PGPASSWORD": str(parsed.password)}
    done = subprocess.run(  # noqa: S603  # a program that was found, and arguments that no shell reads
        [_program(program), f"--dbname={place}", "--no-password", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program}: {_last_line(done.stderr)}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not on this machine; on Debian and Ubuntu `{_INSTALL}` brings it")
    return found


def _last_line(told: bytes) -> str:
    """What went wrong, which comes before what it went wrong on."""
    lines = [line for line in told.decode(errors="replace").splitlines() if "error" in line.lower()]
    return lines[0] if lines else told.decode(errors="replace").strip()
