"""The DecisionLog port on a database: appending by group commit, and reading back."""

from collections.abc import Sequence

from sqlalchemy import Connection

from amends.application.ports import Appended
from amends.domain.record import DecisionEntry
from amends.storage.append import find_request
from amends.storage.database import Database
from amends.storage.group_commit import GroupCommit
from amends.storage.rows import decision_entry, decision_rows
from amends.storage.tables import decisions


class DatabaseDecisionLog:
    """The decisions of one database. Close the database, and what was handed over before is on disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._commits = GroupCommit(database)

    async def append(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended]:
        return await self._commits.append(entries)

    async def decision(self, decision_id: str) -> DecisionEntry | None:
        def find(connection: Connection) -> DecisionEntry | None:
            row = connection.execute(decision_rows().where(decisions.c.decision_id == decision_id)).first()
            return None if row is None else decision_entry(row)

        return await self._database.read(find)

    async def decision_of_request(self, caller: str, request_id: str) -> DecisionEntry | None:
        return await self._database.read(lambda connection: find_request(connection, caller, request_id))
