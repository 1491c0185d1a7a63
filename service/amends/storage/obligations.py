"""The ObligationLog port on a database. No clock runs here: whether one is missed is compared with the moment given."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_, select, tuple_

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
        query = select(obligations).where(_in_states(wanted.states, now), *_filters(wanted))
        if after is not None:
            # The first term again, alone, so that every database finds its way to the place by the index.
            place = tuple_(obligations.c.due, obligations.c.obligation_id) > (after.due, after.obligation_id)
            query = query.where(obligations.c.due >= after.due, place)
        return await self._found(_by_due(query).limit(limit))

    async def _found(self, query: Select[Any]) -> Sequence[TrackedObligation]:
        def find(connection: Connection) -> Sequence[TrackedObligation]:
            return [tracked_obligation(row) for row in connection.execute(query)]

        return await self._database.read(find)


def _by_due(query: Select[Any]) -> Select[Any]:
    return query.order_by(obligations.c.due, obligations.c.obligation_id)


def _in_states(states: frozenset[ObligationState], now: int) -> ColumnElement[bool]:
    """Stored as OPEN, one whose time has gone by is missed all the same."""
    by_then, ahead = obligations.c.due <= now, obligations.c.due > now
    is_open = obligations.c.state == ObligationState.OPEN.value
    found: list[ColumnElement[bool]] = [
        obligations.c.state == state.value for state in sorted(states) if state is not ObligationState.OPEN
    ]
    match ObligationState.OPEN in states, ObligationState.MISSED in states:
        case True, True:
            found.append(is_open)
        case True, False:
            found.append(and_(is_open, ahead))
        case False, True:
            found.append(and_(is_open, by_then))
        case _:
            pass
    return or_(*found) if found else false()


def _filters(wanted: ObligationFilter) -> list[ColumnElement[bool]]:
    equal = {
        obligations.c.owner: wanted.owner,
        obligations.c.team: wanted.team,
        obligations.c.incident_id: wanted.incident_id,
        obligations.c.case_id: wanted.case_id,
        obligations.c.policy: wanted.policy,
    }
    found = [column == text for column, text in equal.items() if text]
    if wanted.due_before is not None:
        found.append(obligations.c.due < wanted.due_before)
    return found
