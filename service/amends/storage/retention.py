"""Lets go of old decisions in the database: which may go, and in which order."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, not_, select

from amends.domain.erasure import Affected
from amends.domain.record import ObligationState
from amends.storage.erasure import DatabaseEraser, forget_ledgers
from amends.storage.id_ranges import first_id
from amends.storage.ledger import hold_ledgers
from amends.storage.tables import applied_rules, decisions, obligations, outcomes, reservations

_SLACK: Final = 60 * 1_000_000_000
"""By how much an id's moment may differ from that of its decision: clocks are put right by seconds."""

_CHILDREN: Final = (applied_rules, obligations, outcomes, reservations)


class DatabaseOldLog(DatabaseEraser):
    """The OldDecisions port on one database, beside that of erasing."""

    async def old(self, *, before: int, now: int) -> Affected:
        return await self._database.read(lambda connection: _count(connection, before, now))

    async def remove_old(self, *, before: int, now: int, limit: int) -> Affected:
        return await self._database.write(lambda connection: _remove(connection, before=before, now=now, limit=limit))


def _count(connection: Connection, before: int, now: int) -> Affected:
    going = (
        select(decisions.c.decision_id)
        .where(*_nothing_waits(before, now), decisions.c.decision_id.not_in(_superseded_by_staying(before, now)))
        .cte("going")
    )
    total = connection.execute(select(func.count()).select_from(going)).scalar_one()
    hanging = {
        table.name: connection.execute(
            select(func.count()).where(table.c.decision_id.in_(select(going.c.decision_id)))
        ).scalar_one()
        for table in (obligations, outcomes, reservations)
    }
    return Affected(decisions=total, **hanging)


def _superseded_by_staying(before: int, now: int) -> Select[Any]:
    """What stays because a newer decision does, or one that is newer still."""
    staying = not_(and_(*_nothing_waits(before, now)))
    found = (
        select(decisions.c.supersedes.label("decision_id"))
        .where(decisions.c.supersedes != "", staying)
        .cte("superseded_by_staying", recursive=True)
    )
    older = decisions.alias("older")
    found = found.union(
        select(older.c.supersedes).where(older.c.decision_id == found.c.decision_id, older.c.supersedes != "")
    )
    return select(found.c.decision_id)


def _remove(connection: Connection, *, before: int, now: int, limit: int) -> Affected:
    newest_first = _may_go(before, now).order_by(decisions.c.decision_id.desc()).limit(limit)
    # Whoever records of one, or takes its place, holds it and was waited for: looked at again, now as it stays.
    held = connection.execute(newest_first.with_for_update(of=decisions)).scalars().all()
    going = _may_go(before, now).where(decisions.c.decision_id.in_(held))
    found = connection.execute(going.add_columns(decisions.c.customer_id)).all()
    ids = [row.decision_id for row in found]
    hold_ledgers(connection, (row.customer_id for row in found))
    gone = {
        table.name: connection.execute(delete(table).where(table.c.decision_id.in_(ids))).rowcount
        for table in _CHILDREN
        if ids
    }
    if ids:
        connection.execute(delete(decisions).where(decisions.c.decision_id.in_(ids)))
        forget_ledgers(connection, {row.customer_id for row in found})
    gone.pop(applied_rules.name, None)
    return Affected(decisions=len(ids), **gone)


def _may_go(before: int, now: int) -> Select[Any]:
    """The newest of a case first: it could not be made again without the one whose place it has taken."""
    newer = decisions.alias("newer")
    return select(decisions.c.decision_id).where(
        *_nothing_waits(before, now),
        # The second term says what the index on the first leaves out; without it, it is not used.
        ~exists().where(newer.c.supersedes == decisions.c.decision_id, newer.c.supersedes != ""),
    )


def _nothing_waits(before: int, now: int) -> list[ColumnElement[bool]]:
    """Old, and nothing of it is open. What was due before then, and nobody has settled, nobody waits for any more."""
    return [
        decisions.c.decided_at < before,
        decisions.c.decision_id < first_id(before + _SLACK),
        ~exists().where(
            obligations.c.decision_id == decisions.c.decision_id,
            obligations.c.state == ObligationState.OPEN.value,
            obligations.c.due >= before,
        ),
        # What was done about it later is younger than it, and a customer's history may count it.
        ~exists().where(outcomes.c.decision_id == decisions.c.decision_id, outcomes.c.recorded_at >= before),
        ~exists().where(
            reservations.c.decision_id == decisions.c.decision_id,
            reservations.c.state == "open",
            reservations.c.expires > now,
        ),
    ]
