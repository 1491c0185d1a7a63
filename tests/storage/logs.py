"""The logs that one suite of laws is held against, and what a test may look at behind the port."""

import shutil
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Connection, delete, insert, select

from amends.application.ports import DecisionLog
from amends.domain.record import TrackedObligation
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.obligations import DatabaseObligationLog
from amends.storage.outcome_rows import obligation_values
from amends.storage.tables import ledgers, obligations, reservations
from tests.fakes.decision_log import FakeDecisionLog


class LogUnderTest(Protocol):
    """A log, what it keeps beside decisions, and a way to settle a promise as an outcome does."""

    @property
    def log(self) -> DecisionLog: ...
    async def obligation(self, obligation_id: str) -> TrackedObligation | None: ...
    async def keep(self, obligation: TrackedObligation) -> None: ...
    async def reservation(self, decision_id: str, action_id: str) -> str | None: ...
    async def ledger(self, customer_id: str) -> int: ...


class MemoryLog:
    """The fake that the tests of the use cases stand on."""

    def __init__(self) -> None:
        self.log = self._fake = FakeDecisionLog()

    async def obligation(self, obligation_id: str) -> TrackedObligation | None:
        return self._fake.obligations.get(obligation_id)

    async def keep(self, obligation: TrackedObligation) -> None:
        self._fake.obligations[obligation.promised.obligation_id] = obligation

    async def reservation(self, decision_id: str, action_id: str) -> str | None:
        return self._fake.reservations.get((decision_id, action_id))

    async def ledger(self, customer_id: str) -> int:
        return self._fake.ledgers.get(customer_id, 0)


class DatabaseLog:
    """A database with the newest schema."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._obligations = DatabaseObligationLog(database)
        self.log = DatabaseDecisionLog(database)

    async def obligation(self, obligation_id: str) -> TrackedObligation | None:
        return await self._obligations.obligation(obligation_id)

    async def keep(self, obligation: TrackedObligation) -> None:
        own = obligations.c.obligation_id == obligation.promised.obligation_id

        def put(connection: Connection) -> None:
            connection.execute(delete(obligations).where(own))
            connection.execute(insert(obligations).values(obligation_values(obligation)))

        await self._database.write(put)

    async def reservation(self, decision_id: str, action_id: str) -> str | None:
        own = (reservations.c.decision_id == decision_id) & (reservations.c.action_id == action_id)
        state = select(reservations.c.state).where(own)
        return await self._database.read(lambda connection: connection.execute(state).scalar())

    async def ledger(self, customer_id: str) -> int:
        version = select(ledgers.c.version).where(ledgers.c.customer_id == customer_id)
        return await self._database.read(lambda connection: connection.execute(version).scalar() or 0)


def migrated_url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A copy of a database that was upgraded once: upgrading each would take longer than most tests."""
    if kind == "postgresql":
        return str(request.getfixturevalue("migrated_postgresql_url"))
    path = tmp_path / "amends.db"
    shutil.copyfile(request.getfixturevalue("migrated_file"), path)
    return f"sqlite:///{path}"
