"""The PackStore port on a database: the texts of each pack under its digest, read back byte for byte."""

from sqlalchemy import Connection, select

from amends.application.ports import Clock
from amends.packs.source import PackSource
from amends.storage.database import Database
from amends.storage.pack_files import read_files, write_files
from amends.storage.tables import packs
from amends.storage.upsert import insert_into


class DatabasePackStore:
    """The packs of one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, source: PackSource) -> None:
        if await self.get(source.digest) is not None:
            return
        values = {
            "digest": source.digest,
            "pack_id": source.pack_id,
            "version": source.version,
            "files": write_files(source.files),
            "stored_at": self._clock.now(),
        }

        def put(connection: Connection) -> None:
            connection.execute(insert_into(connection, packs).values(values).on_conflict_do_nothing())

        await self._database.write(put)

    async def get(self, digest: str) -> PackSource | None:
        def find(connection: Connection) -> PackSource | None:
            row = connection.execute(select(packs).where(packs.c.digest == digest)).first()
            return None if row is None else PackSource(row.digest, row.pack_id, row.version, read_files(row.files))

        return await self._database.read(find)
