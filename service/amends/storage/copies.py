"""What a backup needs of a database: a copy into a file, and the file's content in the database's place."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from sqlalchemy import Connection, func, inspect, select

from amends.application.ports import NewId
from amends.domain.erasure import ErasureMark
from amends.storage.tables import metadata

Rows: TypeAlias = Mapping[str, int]
"""How many rows each table has."""


class Copies(Protocol):
    """How one kind of database is copied. BackupError where it cannot be, and then nothing was changed."""

    def save(self, url: str, file: Path) -> Rows:
        """Copy the database as it is at one moment, while others write; what the file holds, read back from it."""
        ...

    def put_back(self, url: str, file: Path, marks: Sequence[ErasureMark], *, new_id: NewId) -> tuple[Rows, int]:
        """Replace the database by the file, with the erasures done again; what it holds, and how many they found."""
        ...


def count_rows(connection: Connection) -> Rows:
    """Of each of our tables that there is."""
    there = set(inspect(connection).get_table_names())
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in sorted(metadata.tables.items())
        if name in there
    }


def keep(file: Path) -> None:
    """Have what was written on the disk, and readable for nobody else: a backup holds what customers said."""
    file.chmod(0o600)
    sync(file)


def sync(file: Path) -> None:
    """Have a file and its name on the disk."""
    for path in (file, file.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
