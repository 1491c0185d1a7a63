"""A database that is ready to be used as the decision log: its schema looked at, and all that reads or writes it."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from amends.application.ports import Clock
from amends.storage.activations import DatabaseActivations
from amends.storage.customer_ledger import DatabaseCustomerLedger
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.listing import DatabaseDecisionList
from amends.storage.migrate import status
from amends.storage.obligations import DatabaseObligationLog
from amends.storage.outcomes import DatabaseOutcomeLog
from amends.storage.pack_store import DatabasePackStore
from amends.storage.proofs import DatabaseProofs
from amends.storage.statistics import DatabaseRuleStatistics


class UnusableSchemaError(Exception):
    """The tables of the database are not those that this software needs; the message says what to do."""


@dataclass(frozen=True, slots=True)
class OpenedLog:
    """The log of one database, by its parts. Leaving it finishes what was begun and lets go of the database."""

    database: Database
    decisions: DatabaseDecisionLog
    outcomes: DatabaseOutcomeLog
    obligations: DatabaseObligationLog
    listing: DatabaseDecisionList
    statistics: DatabaseRuleStatistics
    ledgers: DatabaseCustomerLedger
    packs: DatabasePackStore
    activations: DatabaseActivations
    proofs: DatabaseProofs

    async def reach(self) -> None:
        """LogUnavailableError if the database cannot be reached to write; writes nothing."""
        # A driver begins a transaction with its first statement: without one it would ask nobody.
        await self.database.write(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()


def check_schema(url: str) -> None:
    """UnusableSchemaError if the tables are missing, or not ours to use. LogUnavailableError, DatabaseUrlError."""
    found = status(url)
    if not found.usable:
        raise UnusableSchemaError(found.sentence)


def open_log(url: str, clock: Clock) -> OpenedLog:
    """The log of that database; errors as of `check_schema`."""
    check_schema(url)
    database = Database(url)
    return OpenedLog(
        database=database,
        decisions=DatabaseDecisionLog(database),
        outcomes=DatabaseOutcomeLog(database),
        obligations=DatabaseObligationLog(database),
        listing=DatabaseDecisionList(database),
        statistics=DatabaseRuleStatistics(database),
        ledgers=DatabaseCustomerLedger(database),
        packs=DatabasePackStore(database, clock),
        activations=DatabaseActivations(database),
        proofs=DatabaseProofs(database),
    )
