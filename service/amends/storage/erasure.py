"""Forgets a customer in the database: which rows are theirs, what of a row goes, and the mark that is kept.

A decision is the customer's if it names them, or names nobody and is of a case in which another of theirs is. A case
gets a new name, so that its decisions, obligations and outcomes still belong together. What was promised to a whole
incident goes over to another of its decisions.
"""

import asyncio
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from amends.application.ports import NewId
from amends.domain.erasure import Affected, ErasureMark
from amends.domain.record import ObligationState, OutcomeKind
from amends.storage.cleaning import clean
from amends.storage.database import Database
from amends.storage.incident_promises import hand_over, leave
from amends.storage.ledger import hold_ledgers
from amends.storage.tables import decisions, erasures, ledgers, obligations, outcomes, reservations
from amends.storage.upsert import insert_into

_AT_ONCE: Final = 500
"""Ids in one statement: well below what any database takes."""
_SALT_BYTES: Final = 32
_GIVEN_TO_ALL: Final = case(
    (and_(outcomes.c.incident_id != "", outcomes.c.kind == OutcomeKind.EXECUTED.value), outcomes.c.granted), else_=b""
)
"""What was done for a whole incident says nothing of the customer, and is not to be done again for its other cases."""


class _Theirs(NamedTuple):
    """The decisions of a customer by case; `newest` is when the last of them was decided, by the server's clock."""

    by_case: Mapping[str, Sequence[str]]
    newest: int

    @property
    def ids(self) -> list[str]:
        return [decision_id for ids in self.by_case.values() for decision_id in ids]


class DatabaseEraser:
    """The CustomerEraser port on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def affected(self, customer_id: str) -> Affected:
        return await self._database.read(lambda connection: _affected(connection, customer_id))

    async def erase(self, customer_id: str, *, erasure_id: str, erased_at: int, new_id: NewId) -> Affected:
        def work(connection: Connection) -> Affected:
            theirs = _theirs(connection, customer_id)
            affected = _erase(connection, customer_id, theirs, erased_at=erased_at, new_id=new_id)
            salt = _salt(connection)
            # The servers' clocks may be ahead of this one: what goes now has to go again after a restore.
            until = max(erased_at, theirs.newest)
            receipt = orjson.dumps(affected._asdict()).decode()
            mark = ErasureMark(erasure_id, _hash(customer_id, salt), salt, until, receipt)
            connection.execute(insert_into(connection, erasures).values(mark._asdict()))
            return affected

        return await self._database.write(work)

    async def clean(self) -> bool:
        return await asyncio.to_thread(clean, self._database.url.render_as_string(hide_password=False))


def read_erasures(connection: Connection) -> tuple[ErasureMark, ...]:
    """The marks of all erasures, the first to the last."""
    rows = connection.execute(select(erasures).order_by(erasures.c.erasure_id))
    return tuple(ErasureMark(row.erasure_id, row.customer_hash, row.salt, row.erased_at, row.receipt) for row in rows)


def apply_erasures(connection: Connection, marks: Sequence[ErasureMark], *, new_id: NewId) -> int:
    """Do the erasures again, on a database that was restored from before them; how many customers were found.

    What they decided after they had been erased stays. The marks are kept here too, for the next backup.
    """
    by_salt: dict[str, dict[str, ErasureMark]] = defaultdict(dict)
    for mark in sorted(marks, key=lambda mark: mark.erased_at):
        by_salt[mark.salt][mark.customer_hash] = mark
    customers = select(decisions.c.customer_id).where(decisions.c.customer_id != "").distinct()
    found = 0
    for customer_id in connection.execute(customers).scalars().all():
        for salt, by_hash in by_salt.items():
            again = by_hash.get(_hash(customer_id, salt))
            if again is not None:
                theirs = _theirs(connection, customer_id, until=again.erased_at)
                affected = _erase(connection, customer_id, theirs, erased_at=again.erased_at, new_id=new_id)
                found += affected.decisions > 0
    for mark in marks:
        connection.execute(insert_into(connection, erasures).values(mark._asdict()).on_conflict_do_nothing())
    return found


def _affected(connection: Connection, customer_id: str) -> Affected:
    ids = _theirs(connection, customer_id, locked=False).ids
    return Affected(
        decisions=len(ids),
        obligations=_count(connection, obligations.c.decision_id, ids),
        open_obligations=_open(connection, ids),
        outcomes=_count(connection, outcomes.c.decision_id, ids),
        reservations=_count(connection, reservations.c.decision_id, ids),
    )


def _erase(connection: Connection, customer_id: str, theirs: _Theirs, *, erased_at: int, new_id: NewId) -> Affected:
    hold_ledgers(connection, [customer_id])
    open_obligations = _open(connection, theirs.ids)
    kept_of_obligations = kept_of_outcomes = set_aside = 0
    for ids in theirs.by_case.values():
        case_id = f"erased-{new_id()}"
        for some in _some(ids):
            connection.execute(
                update(decisions)
                .where(decisions.c.decision_id.in_(some))
                .values(
                    case_id=case_id,
                    customer_id="",
                    account_id="",
                    order_id="",
                    item_id="",
                    supplied="{}",
                    situation=b"",
                    decision=b"",
                    erased_at=erased_at,
                )
            )
            promised = update(obligations).where(obligations.c.decision_id.in_(some))
            kept_of_obligations += connection.execute(
                promised.values(case_id=case_id, order_id="", item_id="")
            ).rowcount
            done = update(outcomes).where(outcomes.c.decision_id.in_(some))
            kept_of_outcomes += connection.execute(
                done.values(case_id=case_id, customer_id="", reason="", granted=_GIVEN_TO_ALL)
            ).rowcount
            set_aside += connection.execute(delete(reservations).where(reservations.c.decision_id.in_(some))).rowcount
    for some in _some(theirs.ids):
        hand_over(connection, some)
    for cases in _some([*theirs.by_case]):
        leave(connection, cases)
    forget_ledgers(connection, [customer_id])
    return Affected(len(theirs.ids), kept_of_obligations, open_obligations, kept_of_outcomes, set_aside)


def forget_ledgers(connection: Connection, customers: Collection[str]) -> None:
    """Those of customers of whom nothing is left: whoever comes back begins anew."""
    left = exists().where(decisions.c.customer_id == ledgers.c.customer_id, decisions.c.customer_id != "")
    connection.execute(delete(ledgers).where(ledgers.c.customer_id.in_(customers), ~left))


def _theirs(connection: Connection, customer_id: str, *, until: int | None = None, locked: bool = True) -> _Theirs:
    """Those decided by `until`, if that is said.

    Locked, so that an outcome that is being recorded of one of them comes before, or after.
    """
    known = decisions.alias("known")
    cases = select(known.c.case_id).where(
        known.c.customer_id == customer_id, known.c.customer_id != "", *_by(known, until)
    )
    nameless = and_(decisions.c.customer_id == "", decisions.c.case_id.in_(cases))
    query = (
        select(decisions.c.decision_id, decisions.c.case_id, decisions.c.decided_at)
        .where(or_(and_(decisions.c.customer_id == customer_id, decisions.c.customer_id != ""), nameless))
        .where(*_by(decisions, until))
        # In the order in which others lock them.
        .order_by(decisions.c.decision_id)
    )
    found: dict[str, list[str]] = defaultdict(list)
    newest = 0
    for row in connection.execute(query.with_for_update(of=decisions) if locked else query):
        found[row.case_id].append(row.decision_id)
        newest = max(newest, row.decided_at)
    return _Theirs(found, newest)


def _by(table: FromClause, until: int | None) -> list[ColumnElement[bool]]:
    return [] if until is None else [table.c.decided_at <= until]


def _open(connection: Connection, ids: Iterable[str]) -> int:
    return _count(connection, obligations.c.decision_id, ids, obligations.c.state == ObligationState.OPEN.value)


def _count(connection: Connection, column: Column[str], ids: Iterable[str], *more: ColumnElement[bool]) -> int:
    return sum(
        connection.execute(select(func.count()).where(column.in_(some), *more)).scalar_one() for some in _some([*ids])
    )


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _salt(connection: Connection) -> str:
    """One for all of a database, so that a backup's customers are hashed once each."""
    known = connection.execute(select(erasures.c.salt).order_by(erasures.c.erasure_id).limit(1)).scalar()
    return known or secrets.token_hex(_SALT_BYTES)


def _hash(customer_id: str, salt: str) -> str:
    return hashlib.blake2b(customer_id.encode(), key=bytes.fromhex(salt), digest_size=32).hexdigest()
