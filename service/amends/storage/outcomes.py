"""The OutcomeLog port on a database: what was done, with all that it changes, in one transaction.

Reports of the actions of one case (or incident) are written one after the other: each transaction begins by taking the
case's decisions, and then finds whether more is known of the action than its report knew.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from amends.application.ports import CaseOfCaller, OutcomesChanged, Recorded, RecordedBefore, RecordedOutcome
from amends.domain.record import DecisionEntry, ObligationState, OutcomeEntry, Recording
from amends.storage.database import Database
from amends.storage.given_before import given_before
from amends.storage.ledger import hold_ledger_of, settle
from amends.storage.outcome_rows import obligation_values, outcome_entry, outcome_values, state_values
from amends.storage.tables import decisions, obligations, outcomes
from amends.storage.turns import take_turn
from amends.storage.upsert import insert_into


class DatabaseOutcomeLog:
    """The outcomes of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, recording: Recording) -> RecordedOutcome:
        return await self._database.write(lambda connection: _record(connection, recording))

    async def outcomes_of_decision(self, decision_id: str) -> Sequence[OutcomeEntry]:
        return await self._found(outcomes.c.decision_id == decision_id)

    async def outcomes_of_case(self, case_id: str, *, incident_id: str = "") -> Sequence[OutcomeEntry]:
        return await self._found(_near(case_id, incident_id))

    async def given_before(self, case: CaseOfCaller) -> Sequence[OutcomeEntry]:
        return await self._database.read(lambda connection: given_before(connection, case))

    async def _found(self, wanted: ColumnElement[bool]) -> Sequence[OutcomeEntry]:
        query = select(outcomes).where(wanted).order_by(outcomes.c.outcome_id)
        return await self._database.read(lambda connection: [outcome_entry(row) for row in connection.execute(query)])


def known_of_case(connection: Connection, entry: DecisionEntry) -> int | None:
    """How many outcomes there are of a case and its incident; nobody records another until the end of the transaction.

    By the turns and the superseded decision, which whoever records takes first. None where that is no longer there.
    """
    if entry.incident_id:
        take_turn(connection, f"outcomes of incident {entry.incident_id}")
    superseded = select(decisions.c.decision_id).where(decisions.c.decision_id == entry.supersedes)
    if connection.execute(superseded.with_for_update()).first() is None:
        return None
    near = _near(entry.case_id, entry.incident_id)
    return connection.execute(select(func.count()).select_from(outcomes).where(near)).scalar_one()


def _near(case_id: str, incident_id: str) -> ColumnElement[bool]:
    of_case = outcomes.c.case_id == case_id
    if not incident_id:
        return of_case
    return or_(of_case, and_(outcomes.c.incident_id == incident_id, outcomes.c.incident_id != ""))


def _record(connection: Connection, recording: Recording) -> RecordedOutcome:
    outcome = recording.outcome
    if not _take_case(connection, outcome):
        # Erased, or gone, since it was read: what identified its customer may not come back with the outcome.
        return OutcomesChanged()
    before = _find_request(connection, outcome)
    if before is not None:
        return RecordedBefore(before)
    hold_ledger_of(connection, outcome)
    # Looked at before anything is written: what was begun may not be left half done.
    if _known(connection, outcome) != recording.seen or not _to_be_kept(connection, recording):
        return OutcomesChanged()
    written = insert_into(connection, outcomes).values(outcome_values(outcome)).on_conflict_do_nothing()
    # Not by the count of rows, which drivers tell of updates only.
    if connection.execute(written.returning(outcomes.c.outcome_id)).first() is None:
        # The same request id for another case, at the same moment.
        return _recorded_before(connection, outcome)
    for settled in recording.settled:
        own = obligations.c.obligation_id == settled.promised.obligation_id
        connection.execute(update(obligations).where(own).values(state_values(settled)))
    if recording.following is not None:
        connection.execute(insert_into(connection, obligations).values(obligation_values(recording.following)))
    settle(connection, outcome)
    return Recorded()


def _take_case(connection: Connection, outcome: OutcomeEntry) -> bool:
    """Nobody else records of this case until the end of the transaction; in one order, so that nobody waits in turn.

    Whether the decision is there, and still of that case.
    """
    if outcome.incident_id:
        take_turn(connection, f"outcomes of incident {outcome.incident_id}")
    of_case = (
        decisions.c.case_id == outcome.case_id if outcome.case_id else decisions.c.decision_id == outcome.decision_id
    )
    locked = select(decisions.c.decision_id).where(of_case).order_by(decisions.c.decision_id).with_for_update()
    return outcome.decision_id in connection.execute(locked).scalars().all()


def _find_request(connection: Connection, outcome: OutcomeEntry) -> OutcomeEntry | None:
    if not outcome.request_id:
        return None
    asked = select(outcomes).where(
        outcomes.c.caller == outcome.caller,
        outcomes.c.request_id == outcome.request_id,
        # What the index leaves out; without it, it is not used.
        outcomes.c.request_id != "",
    )
    row = connection.execute(asked).first()
    return None if row is None else outcome_entry(row)


def _recorded_before(connection: Connection, outcome: OutcomeEntry) -> RecordedOutcome:
    before = _find_request(connection, outcome)
    return OutcomesChanged() if before is None else RecordedBefore(before)


def _known(connection: Connection, outcome: OutcomeEntry) -> int:
    """How many outcomes of the same action or obligation there are."""
    near = (
        _near(outcome.case_id, outcome.incident_id)
        if outcome.case_id
        else outcomes.c.decision_id == outcome.decision_id
    )
    about = and_(outcomes.c.action_id == outcome.action_id, outcomes.c.obligation_id == outcome.obligation_id)
    return connection.execute(select(func.count()).select_from(outcomes).where(near, about)).scalar_one()


def _to_be_kept(connection: Connection, recording: Recording) -> bool:
    """Whether all obligations that are to be settled still can be."""
    wanted = [settled.promised.obligation_id for settled in recording.settled]
    if not wanted:
        return True
    waiting = (
        select(obligations.c.obligation_id)
        .where(
            obligations.c.obligation_id.in_(wanted),
            obligations.c.state.in_([ObligationState.OPEN.value, ObligationState.MISSED.value]),
        )
        .order_by(obligations.c.obligation_id)
        .with_for_update()
    )
    return len(connection.execute(waiting).all()) == len(wanted)
