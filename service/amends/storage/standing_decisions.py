"""The StandingDecisions port on a database: pages by id, with what was done about each case and what is still owed."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select

from amends.application.ports.standing_decisions import StandingDecision, StandingFilter
from amends.domain.record import DecisionEntry, ObligationState, OutcomeEntry
from amends.storage.database import Database
from amends.storage.id_ranges import first_id
from amends.storage.outcome_rows import outcome_entry
from amends.storage.rows import decision_entry, decision_rows
from amends.storage.tables import decisions, obligations, outcomes

_SLACK: Final = 60 * 1_000_000_000
"""By how much an id's moment may differ from that of its decision: clocks are put right by seconds."""

_NOT_KEPT: Final = (ObligationState.OPEN.value, ObligationState.MISSED.value)


class DatabaseStandingDecisions:
    """The standing decisions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, wanted: StandingFilter, *, after: str, limit: int) -> Sequence[StandingDecision]:
        def find(connection: Connection) -> Sequence[StandingDecision]:
            query = _standing(wanted, after).limit(limit)
            entries = [decision_entry(row) for row in connection.execute(query)]
            done = _Done(_outcomes(connection, entries, before=wanted.before))
            owing = _owing(connection, entries, before=wanted.before)
            return [StandingDecision(entry, done.near(entry), entry.decision_id in owing) for entry in entries]

        return await self._database.read(find)


def _standing(wanted: StandingFilter, after: str) -> Select[Any]:
    decision_id = decisions.c.decision_id
    found: list[ColumnElement[bool]] = [
        decisions.c.policy == wanted.policy,
        decisions.c.decided_at < wanted.before,
        decision_id < first_id(wanted.before + _SLACK),
        decisions.c.erased_at.is_(None),
        decision_id > after,
        ~_has_another(wanted.before),
        ~_has_later(wanted.before),
    ]
    if wanted.since is not None:
        found += [decisions.c.decided_at >= wanted.since, decision_id >= first_id(wanted.since - _SLACK)]
    return decision_rows().where(*found).order_by(decision_id)


def _has_another(before: int) -> ColumnElement[bool]:
    """One that says that it takes its place."""
    other = decisions.alias("other")
    # The second term says what the index on the first leaves out; without it, it is not used.
    named = (other.c.supersedes == decisions.c.decision_id, other.c.supersedes != "")
    return exists().where(*named, other.c.decided_at < before)


def _has_later(before: int) -> ColumnElement[bool]:
    """One of the same place that says nothing of it."""
    later = decisions.alias("later")
    same = [
        later.c[name] == decisions.c[name]
        for name in ("case_id", "caller", "policy", "order_id", "item_id", "incident_id")
    ]
    newer = (later.c.decision_id > decisions.c.decision_id, later.c.decided_at < before)
    return exists().where(*same, *newer, later.c.case_id != "", later.c.erased_at.is_(None))


def _outcomes(connection: Connection, entries: Sequence[DecisionEntry], *, before: int) -> Sequence[OutcomeEntry]:
    cases = {entry.case_id for entry in entries if entry.case_id}
    incidents = {entry.incident_id for entry in entries if entry.incident_id}
    of_case = outcomes.c.case_id.in_(sorted(cases))
    # What the index leaves out; without it, it is not used.
    of_incident = outcomes.c.incident_id.in_(sorted(incidents)) & (outcomes.c.incident_id != "")
    near = select(outcomes).where(or_(of_case, of_incident) if incidents else of_case)
    query = near.where(outcomes.c.recorded_at < before).order_by(outcomes.c.outcome_id)
    return [outcome_entry(row) for row in connection.execute(query)]


def _owing(connection: Connection, entries: Sequence[DecisionEntry], *, before: int) -> frozenset[str]:
    """What was kept or closed since was still owed then."""
    ids = [entry.decision_id for entry in entries]
    was_open = or_(obligations.c.state.in_(_NOT_KEPT), obligations.c.settled_at >= before)
    query = select(obligations.c.decision_id).where(obligations.c.decision_id.in_(ids), was_open)
    return frozenset(connection.execute(query).scalars())


class _Done:
    """Outcomes by their case and by their incident."""

    def __init__(self, outcomes: Sequence[OutcomeEntry]) -> None:
        self._by_case: dict[str, list[OutcomeEntry]] = {}
        self._by_incident: dict[str, list[OutcomeEntry]] = {}
        for one in outcomes:
            self._by_case.setdefault(one.case_id, []).append(one)
            if one.incident_id:
                self._by_incident.setdefault(one.incident_id, []).append(one)

    def near(self, entry: DecisionEntry) -> tuple[OutcomeEntry, ...]:
        """Those of its case and of its incident, each once, in the order of recording."""
        own = self._by_case.get(entry.case_id, ()) if entry.case_id else ()
        found = {one.outcome_id: one for one in (*own, *self._by_incident.get(entry.incident_id, ()))}
        return tuple(found[outcome_id] for outcome_id in sorted(found))
