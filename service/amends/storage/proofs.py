"""The port Proofs on a database."""

from sqlalchemy import Connection, select

from amends.application.activation import Proved
from amends.storage.database import Database
from amends.storage.tables import proofs
from amends.storage.upsert import insert_into


class DatabaseProofs:
    """The proofs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def proved(self, digest: str, *, semantics: int) -> Proved | None:
        wanted = select(proofs).where(proofs.c.digest == digest, proofs.c.semantics == semantics)

        def find(connection: Connection) -> Proved | None:
            row = connection.execute(wanted).first()
            if row is None:
                return None
            return Proved(digest, semantics, tuple(row.engines.split()), row.situations, row.independently_verified)

        return await self._database.read(find)

    async def keep(self, proved: Proved, *, now: int) -> None:
        values = {
            "engines": " ".join(proved.engines),
            "situations": proved.situations,
            "independently_verified": proved.independently_verified,
            "proved_at": now,
        }

        def put(connection: Connection) -> None:
            kept = insert_into(connection, proofs).values(digest=proved.digest, semantics=proved.semantics, **values)
            key = [proofs.c.digest, proofs.c.semantics]
            connection.execute(kept.on_conflict_do_update(index_elements=key, set_=values))

        await self._database.write(put)
