"""The CustomerLedger port on a database, and what a new decision does to what earlier ones have set aside."""

from sqlalchemy import Connection, or_, select, update

from amends.application.ports import LedgerState, SetAside
from amends.domain.money import Money
from amends.domain.record import DecisionEntry
from amends.storage.database import Database
from amends.storage.outcome_rows import outcome_entry
from amends.storage.tables import ledgers, outcomes, reservations

_PLACE_DIGITS = 32
"""Of an action's id: where it belongs. What is set aside there by an earlier decision gives way to a later one."""


class DatabaseCustomerLedger:
    """The ledgers of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ledger(self, customer_id: str, *, since: int, now: int) -> LedgerState:
        return await self._database.read(lambda connection: _read(connection, customer_id, since=since, now=now))


def _read(connection: Connection, customer_id: str, *, since: int, now: int) -> LedgerState:
    # The version first: what is written while the rest is read makes it one of the past.
    version = connection.execute(select(ledgers.c.version).where(ledgers.c.customer_id == customer_id)).scalar()
    given = (
        select(outcomes)
        .where(outcomes.c.customer_id == customer_id, outcomes.c.time >= since, outcomes.c.granted != b"")
        .order_by(outcomes.c.outcome_id)
    )
    open_ones = (
        select(reservations)
        .where(
            reservations.c.customer_id == customer_id,
            reservations.c.state == "open",
            reservations.c.expires > now,
        )
        .order_by(reservations.c.decision_id, reservations.c.action_id)
    )
    return LedgerState(
        version=version or 0,
        given=[outcome_entry(row) for row in connection.execute(given)],
        set_aside=[
            SetAside(row.decision_id, row.action_id, row.action_kind, Money(row.currency, row.amount))
            for row in connection.execute(open_ones)
        ],
    )


def give_way(connection: Connection, entry: DecisionEntry) -> None:
    """Release what earlier decisions set aside at the places for which this one sets something aside itself."""
    places = {reserved.action_id[:_PLACE_DIGITS] for reserved in entry.reserved}
    released = (
        update(reservations)
        .where(
            reservations.c.customer_id == entry.customer_id,
            reservations.c.state == "open",
            reservations.c.decision_id != entry.decision_id,
            or_(*(reservations.c.action_id.startswith(place, autoescape=True) for place in sorted(places))),
        )
        .values(state="released")
    )
    connection.execute(released)
