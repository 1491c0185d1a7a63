"""What an outcome does to a customer's ledger: what was set aside for the action is committed or released.

Each change raises the ledger's version, so that a decision that was made on the one before is made again. Whoever
writes takes decisions first, then ledgers, then obligations and what is set aside, so that no two wait for each other.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, Connection, select, update

from amends.domain.record import OutcomeEntry, OutcomeKind
from amends.storage.tables import ledgers, reservations
from amends.storage.turns import take_turn
from amends.storage.upsert import insert_into

_RELEASING: Final = frozenset(
    {
        OutcomeKind.CUSTOMER_DECLINED,
        OutcomeKind.APPROVAL_REFUSED,
        OutcomeKind.OVERRIDDEN,
        OutcomeKind.CANCELLED,
        OutcomeKind.EXPIRED,
    }
)


def hold_ledgers(connection: Connection, customers: Iterable[str]) -> None:
    """Nobody else changes the ledgers of these customers until the end of the transaction."""
    if connection.dialect.name == "sqlite":
        # Who writes there writes alone.
        return
    for customer_id in sorted(set(customers) - {""}):
        own = select(ledgers.c.version).where(ledgers.c.customer_id == customer_id).with_for_update()
        if connection.execute(own).first() is None:
            begin_ledger(connection, customer_id)
            # Somebody may have begun it meanwhile, and a third have passed.
            connection.execute(own)


def begin_ledger(connection: Connection, customer_id: str) -> None:
    """Nobody else begins the customer's until the end of the transaction: there is no row yet that could be held."""
    take_turn(connection, f"ledger of customer {customer_id}")


def hold_ledger_of(connection: Connection, outcome: OutcomeEntry) -> None:
    """Hold the one that the outcome may change."""
    if outcome.action_id and (outcome.kind in _RELEASING or outcome.kind is OutcomeKind.EXECUTED):
        hold_ledgers(connection, [outcome.customer_id])


def settle(connection: Connection, outcome: OutcomeEntry) -> None:
    """Commit or release the reservations of the outcome's action, and raise the version if anything is another now."""
    if not outcome.customer_id or not outcome.action_id:
        return
    if outcome.kind in _RELEASING:
        changed = _close(connection, outcome, state="released")
    elif outcome.kind is OutcomeKind.EXECUTED:
        changed = _commit(connection, outcome)
    else:
        return
    # What was executed, or given in an action's place, is history, whether or not anything was set aside for it.
    if changed or outcome.granted:
        _raise_version(connection, outcome.customer_id)


def _close(connection: Connection, outcome: OutcomeEntry, *, state: str) -> bool:
    closed = update(reservations).where(*_open(outcome)).values(state=state)
    return connection.execute(closed).rowcount > 0


def _commit(connection: Connection, outcome: OutcomeEntry) -> bool:
    """What was done is history now: of a part that was done, the rest stays set aside."""
    if outcome.amount is None:
        return _close(connection, outcome, state="committed")
    done = outcome.amount.minor_units
    open_ones = connection.execute(select(reservations).where(*_open(outcome))).all()
    for row in open_ones:
        rest = row.amount - done if row.currency == outcome.amount.currency else row.amount
        values = {"amount": rest} if rest > 0 else {"state": "committed"}
        key = (reservations.c.decision_id == row.decision_id, reservations.c.action_id == row.action_id)
        connection.execute(update(reservations).where(*key).values(values))
    return bool(open_ones)


def _open(outcome: OutcomeEntry) -> list[ColumnElement[bool]]:
    """The action's, in whichever decision of the case set it aside."""
    return [
        reservations.c.customer_id == outcome.customer_id,
        reservations.c.state == "open",
        reservations.c.action_id == outcome.action_id,
    ]


def _raise_version(connection: Connection, customer_id: str) -> None:
    raised = (
        insert_into(connection, ledgers)
        .values(customer_id=customer_id, version=1)
        .on_conflict_do_update(index_elements=[ledgers.c.customer_id], set_={"version": ledgers.c.version + 1})
    )
    connection.execute(raised)
