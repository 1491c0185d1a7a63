"""The PackStore port on a database: the texts of each pack under its digest, packed, and read back byte for byte."""

import base64
import zlib
from collections.abc import Mapping
from typing import Final

import orjson
from sqlalchemy import Connection, select

from amends.application.ports import Clock
from amends.packs.source import PackSource
from amends.storage.database import Database
from amends.storage.tables import packs
from amends.storage.upsert import insert_into

# Of the texts that were packed: nothing that is read here may fill the memory.
_MOST_BYTES: Final = 256 * 1024 * 1024


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
            "files": _write_files(source.files),
            "stored_at": self._clock.now(),
        }

        def put(connection: Connection) -> None:
            connection.execute(insert_into(connection, packs).values(values).on_conflict_do_nothing())

        await self._database.write(put)

    async def get(self, digest: str) -> PackSource | None:
        def find(connection: Connection) -> PackSource | None:
            row = connection.execute(select(packs).where(packs.c.digest == digest)).first()
            return None if row is None else PackSource(row.digest, row.pack_id, row.version, _read_files(row.files))

        return await self._database.read(find)


def _write_files(files: Mapping[str, Mapping[str, bytes]]) -> bytes:
    """JSON, since it is read years later, with the files in base64, since they are bytes; compressed."""
    texts = {
        pack_id: {path: base64.b64encode(raw).decode() for path, raw in of_pack.items()}
        for pack_id, of_pack in files.items()
    }
    return zlib.compress(orjson.dumps(texts, option=orjson.OPT_SORT_KEYS))


def _read_files(packed: bytes) -> dict[str, dict[str, bytes]]:
    raw = zlib.decompressobj().decompress(packed, _MOST_BYTES)
    return {
        pack_id: {path: base64.b64decode(text) for path, text in of_pack.items()}
        for pack_id, of_pack in orjson.loads(raw).items()
    }
