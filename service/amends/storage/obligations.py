"""The ObligationLog port on a database. No clock runs here: whether one is missed is compared with the moment given."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, tuple_

from amends.domain.log_queries import ObligationFilter, ObligationPlace
from amends.domain.record import ObligationState, TrackedObligation
from amends.storage.database import Database
from amends.storage.outcome_rows import tracked_obligation
from amends.storage.tables import obligations


class DatabaseObligationLog:
    """The obligations of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def obligation(self, obligation_id: str) -> TrackedObligation | None:
        found = await self._found(select(obligations).where(obligations.c.obligation_id == obligation_id))
        return found[0] if found else None

    async def obligations_of_decision(self, decision_id: str) -> Sequence[TrackedObligation]:
        return await self._found(_by_due(select(obligations).where(obligations.c.decision_id == decision_id)))

    async def obligations_of_action(
        self, action_id: str, *, decision_id: str, case_id: str
    ) -> Sequence[TrackedObligation]:
        of_case = and_(obligations.c.case_id == case_id, obligations.c.case_id != "")
        near = or_(obligations.c.decision_id == decision_id, of_case)
        return await self._found(_by_due(select(obligations).where(near, obligations.c.action_id == action_id)))

    async def obligations(
        self, wanted: ObligationFilter, *, now: int, after: ObligationPlace | None, limit: int
    ) -> Sequence[TrackedObligation]:
        filters = _filters(wanted)
        if after is not None:
            # The first term again, alone, so that every database finds its way to the place by the index.
            place = tuple_(obligations.c.due, obligations.c.obligation_id) > (after.due, after.obligation_id)
            filters += [obligations.c.due >= after.due, place]
        # A state at a time, since the index has each in the order of due times; together they would have to be sorted.
        parts = [_by_due(select(obligations).where(state, *filters)).limit(limit) for state in _stored(wanted, now)]

        def find(connection: Connection) -> Sequence[TrackedObligation]:
            return [tracked_obligation(row) for part in parts for row in connection.execute(part)]

        found = await self._database.read(find)
        return sorted(found, key=lambda one: (one.promised.due, one.promised.obligation_id))[:limit]

    async def _found(self, query: Select[Any]) -> Sequence[TrackedObligation]:
        def find(connection: Connection) -> Sequence[TrackedObligation]:
            return [tracked_obligation(row) for row in connection.execute(query)]

        return await self._database.read(find)


def _by_due(query: Select[Any]) -> Select[Any]:
    return query.order_by(obligations.c.due, obligations.c.obligation_id)


def _stored(wanted: ObligationFilter, now: int) -> Iterator[ColumnElement[bool]]:
    """The stored states that may be meant. Stored as open, one whose time has gone by is missed all the same."""
    still_open, missed = ObligationState.OPEN in wanted.states, ObligationState.MISSED in wanted.states
    if still_open or missed:
        is_open = obligations.c.state == ObligationState.OPEN.value
        if still_open and missed:
            yield is_open
        else:
            yield and_(is_open, obligations.c.due > now if still_open else obligations.c.due <= now)
    for state in sorted(wanted.states - {ObligationState.OPEN}):
        yield obligations.c.state == state.value


def _filters(wanted: ObligationFilter) -> list[ColumnElement[bool]]:
    equal = {
        obligations.c.owner: wanted.owner,
        obligations.c.team: wanted.team,
        obligations.c.incident_id: wanted.incident_id,
        obligations.c.case_id: wanted.case_id,
        obligations.c.policy: wanted.policy,
    }
    found = [column == text for column, text in equal.items() if text]
    if wanted.policies is not None:
        found.append(obligations.c.policy.in_(sorted(wanted.policies)))
    if wanted.due_before is not None:
        found.append(obligations.c.due < wanted.due_before)
    return found
