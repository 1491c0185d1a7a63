"""Deliveries, one case after the other in order, each case by one worker at a time.

The lease stands on the case's row; every change locks that row first, so the deliveries of a case have their numbers in
the order of commits, and nobody waits for another case.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Self

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from amends_client.bridge.queue.engines import READS, make_engine
from amends_client.bridge.queue.model import Arrival, Claimed, DeliveryKind, LeaseLostError, Letter, Memory, Put, State
from amends_client.bridge.queue.tables import CASES, DELIVERIES, make_tables

_NANOS: Final = 1_000_000_000
_YEAR: Final = 366 * 86_400 * _NANOS
_MEMORY: Final = ("case_id", "situation", "decision_id", "said", "moment", "number")


class Queue:
    """The queue in one database, shared by any number of processes. `now` tells nanoseconds since 1970."""

    def __init__(self, url: str, now: Callable[[], int]) -> None:
        self._engine = make_engine(url)
        self._now = now
        make_tables(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    def answers(self) -> bool:
        """Whether the database can be asked. Raises what the database raises."""
        with self._reading() as connection:
            return connection.execute(text("SELECT 1")).scalar() == 1

    def put(self, arrival: Arrival) -> Put:
        """Queue a delivery; on return it is on disk. One that is known already is not queued again."""
        now = self._now()
        with self._writing() as connection:
            self._lock_case(connection, arrival.source, arrival.case)
            values = {
                "source": arrival.source,
                "case_ref": arrival.case,
                "event": arrival.event,
                "proof": arrival.proof,
                "kind": arrival.kind.value,
                "body": arrival.body,
                "moment": arrival.moment,
                "received": now,
                "state": State.WAITING.value,
                "due": now,
            }
            row = self._insert(DELIVERIES).values(values).on_conflict_do_nothing()
            if connection.execute(row.returning(DELIVERIES.c.number)).first() is not None:
                # Only now: what is known already would send a worker to a case that has nothing to do.
                due = func.coalesce(CASES.c.next_due, now)
                case = and_(CASES.c.source == arrival.source, CASES.c.case_ref == arrival.case)
                connection.execute(update(CASES).where(case).values(next_due=due))
                return Put.NEW
            same = select(DELIVERIES.c.number).where(DELIVERIES.c.proof == arrival.proof)
            replayed = arrival.proof is not None and connection.execute(same).first() is not None
            return Put.REPLAYED if replayed else Put.KNOWN

    def awaits(self, arrival: Arrival) -> bool:
        """Whether the same of that case waits already, under whatever event."""
        line = and_(DELIVERIES.c.source == arrival.source, DELIVERIES.c.case_ref == arrival.case)
        same = and_(DELIVERIES.c.kind == arrival.kind.value, DELIVERIES.c.body == arrival.body)
        waiting = select(DELIVERIES.c.number).where(line, same, DELIVERIES.c.state == State.WAITING.value)
        with self._reading() as connection:
            return connection.execute(waiting.limit(1)).first() is not None

    def claim(self, *, seconds: float) -> Claimed | None:
        """The oldest waiting delivery of a case that nobody works on, for so many seconds; None where there is none."""
        now = self._now()
        lease = secrets.token_hex(16)
        with self._writing() as connection:
            found = self._oldest(connection, now)
            if found is None:
                return None
            case, head = found
            until = now + int(seconds * _NANOS)
            connection.execute(update(CASES).where(_is(case)).values(lease=lease, leased_until=until))
            counted = update(DELIVERIES).where(DELIVERIES.c.number == head["number"])
            connection.execute(counted.values(attempts=head["attempts"] + 1))
            return _claimed(head, case, lease, seconds)

    def begin(self, claimed: Claimed, what: str) -> None:
        """Keep that something begins which must not be done twice, and hold the case for the whole time again, so that
        nobody looks for it before it has ended. LeaseLostError where it is not ours to begin.
        """
        until = self._now() + int(claimed.seconds * _NANOS)
        with self._holding(claimed) as connection:
            connection.execute(_this(claimed).values(began=what))
            connection.execute(update(CASES).where(_of(claimed)).values(leased_until=until))

    def done(self, claimed: Claimed, memory: Memory | None = None, *, skipped: str = "") -> None:
        """It is finished: what was in it is erased, and the next of the case has its turn."""
        state = State.SKIPPED if skipped else State.DONE
        with self._holding(claimed) as connection:
            connection.execute(_this(claimed).values(state=state.value, why=skipped, body=b"", began=""))
            self._release(connection, claimed, memory)

    def later(self, claimed: Claimed, *, seconds: float, why: str) -> None:
        """It is tried again after so many seconds; until then nothing of its case is."""
        due = self._now() + int(seconds * _NANOS)
        with self._holding(claimed) as connection:
            connection.execute(_this(claimed).values(due=due, why=why))
            case = update(CASES).where(_of(claimed))
            connection.execute(case.values(next_due=due, leased_until=0, lease=""))

    def dead(self, claimed: Claimed, memory: Memory | None = None, *, why: str) -> None:
        """It is given up, and kept; the next of the case has its turn."""
        with self._holding(claimed) as connection:
            connection.execute(_this(claimed).values(state=State.DEAD.value, why=why))
            self._release(connection, claimed, memory)

    def began(self, claimed: Claimed) -> str:
        """What of it has begun by now."""
        asked = select(DELIVERIES.c.began).where(DELIVERIES.c.number == claimed.number)
        with self._reading() as connection:
            return str(connection.execute(asked).scalar_one())

    def gave_up(self, claimed: Claimed) -> bool:
        """Whether a change of the case lies dead that came after the one which is remembered, and before this."""
        line = and_(DELIVERIES.c.source == claimed.source, DELIVERIES.c.case_ref == claimed.case)
        dead = and_(DELIVERIES.c.state == State.DEAD.value, DELIVERIES.c.kind == DeliveryKind.CHANGE.value)
        since = DELIVERIES.c.number.between(claimed.memory.number + 1, claimed.number)
        with self._reading() as connection:
            return connection.execute(select(DELIVERIES.c.number).where(line, dead, since).limit(1)).first() is not None

    def letters(self, *, limit: int = 100, after: int = 0) -> list[Letter]:
        """The dead letters, the oldest first; those with a number above `after`."""
        dead = and_(DELIVERIES.c.state == State.DEAD.value, DELIVERIES.c.number > after)
        chosen = select(DELIVERIES).where(dead).order_by(DELIVERIES.c.number)
        with self._reading() as connection:
            return [_letter(row) for row in connection.execute(chosen.limit(limit)).mappings()]

    def letter(self, number: int) -> Letter | None:
        """One dead letter."""
        with self._reading() as connection:
            row = connection.execute(_dead(number)).mappings().first()
            return None if row is None else _letter(row)

    def replay(self, number: int) -> bool:
        """Put a dead letter back into its case's line, in its old place; False where there is none of that number."""
        now = self._now()
        with self._writing() as connection:
            row = connection.execute(_dead(number)).mappings().first()
            if row is None:
                return False
            self._lock_case(connection, row["source"], row["case_ref"])
            back = update(DELIVERIES).where(DELIVERIES.c.number == number, DELIVERIES.c.state == State.DEAD.value)
            revived = connection.execute(back.values(state=State.WAITING.value, attempts=0, due=now))
            # It may stand before one that waits for its next try: the case has something to do at once.
            connection.execute(update(CASES).where(_is(row)).values(next_due=now))
            return revived.rowcount == 1

    def drop(self, number: int) -> bool:
        """Erase what is in a dead letter, for good; False where there is none of that number."""
        with self._writing() as connection:
            dropped = update(DELIVERIES).where(DELIVERIES.c.number == number, DELIVERIES.c.state == State.DEAD.value)
            values = {"state": State.SKIPPED.value, "body": b"", "why": "dropped"}
            return connection.execute(dropped.values(values)).rowcount == 1

    def cases_of(self, case_ids: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """Source and case of those `case_id`s that the bridge knows."""
        wanted = select(CASES.c.case_id, CASES.c.source, CASES.c.case_ref).where(CASES.c.case_id.in_(list(case_ids)))
        with self._reading() as connection:
            return {row.case_id: (row.source, row.case_ref) for row in connection.execute(wanted)}

    def counts(self) -> Mapping[State, int]:
        """How many deliveries stand in each state."""
        counted = select(DELIVERIES.c.state, func.count()).group_by(DELIVERIES.c.state)
        with self._reading() as connection:
            found = {str(state): int(count) for state, count in connection.execute(counted)}
        return {state: found.get(state.value, 0) for state in State}

    def forget(self, *, received_before: int) -> int:
        """Erase the rows of what was finished and came before that moment: how many. A reminder's stays another year,
        since a promise that was missed is found again at each look, and is told once.
        """
        finished = DELIVERIES.c.state.in_((State.DONE.value, State.SKIPPED.value))
        other = and_(DELIVERIES.c.kind != DeliveryKind.REMINDER.value, DELIVERIES.c.received < received_before)
        old = delete(DELIVERIES).where(finished, or_(other, DELIVERIES.c.received < received_before - _YEAR))
        with self._writing() as connection:
            return connection.execute(old).rowcount

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Nobody waits for it: SQLite gives readers what stood there when they came."""
        with self._engine.connect().execution_options(**{READS: True}) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _holding(self, claimed: Claimed) -> Iterator[Connection]:
        """A transaction in which the lease is ours, or LeaseLostError. Past its time it is ours until it is taken."""
        with self._writing() as connection:
            held = select(CASES.c.lease).where(_of(claimed))
            if connection.execute(held.with_for_update()).scalar() != claimed.lease:
                raise LeaseLostError(f"delivery {claimed.number}")
            yield connection

    def _lock_case(self, connection: Connection, source: str, case: str) -> None:
        """Make sure that the case's row is there, and is locked."""
        row = self._insert(CASES).values(source=source, case_ref=case)
        same = {"source": row.excluded.source}
        connection.execute(row.on_conflict_do_update(index_elements=["source", "case_ref"], set_=same))

    def _release(self, connection: Connection, claimed: Claimed, memory: Memory | None) -> None:
        line = and_(DELIVERIES.c.source == claimed.source, DELIVERIES.c.case_ref == claimed.case)
        following = connection.execute(_head(line)).mappings().first()
        values: dict[str, Any] = {} if memory is None else {name: getattr(memory, name) for name in _MEMORY}
        values |= {"next_due": None if following is None else following["due"], "leased_until": 0, "lease": ""}
        connection.execute(update(CASES).where(_of(claimed)).values(values))

    def _oldest(self, connection: Connection, now: int) -> tuple[RowMapping, RowMapping] | None:
        """A case that nobody works on, locked, and its oldest waiting delivery."""
        while (case := connection.execute(self._ready(now)).mappings().first()) is not None:
            line = and_(DELIVERIES.c.source == case["source"], DELIVERIES.c.case_ref == case["case_ref"])
            head = connection.execute(_head(line)).mappings().first()
            if head is not None:
                return case, head
            # What waited there was dropped meanwhile.
            connection.execute(update(CASES).where(_is(case)).values(next_due=None))
        return None

    def _ready(self, now: int) -> Select[Any]:
        ready = select(CASES).where(CASES.c.next_due <= now, CASES.c.leased_until < now)
        return ready.order_by(CASES.c.next_due).limit(1).with_for_update(skip_locked=True)

    def _insert(self, table: Any) -> Any:  # noqa: ANN401  # two dialects, each with a class of its own
        return (sqlite if self._engine.dialect.name == "sqlite" else postgresql).insert(table)


def _head(line: Any) -> Select[Any]:  # noqa: ANN401  # an SQL expression
    waiting = select(DELIVERIES).where(line, DELIVERIES.c.state == State.WAITING.value)
    return waiting.order_by(DELIVERIES.c.number).limit(1)


def _is(case: RowMapping) -> Any:  # noqa: ANN401  # an SQL expression
    return and_(CASES.c.source == case["source"], CASES.c.case_ref == case["case_ref"])


def _of(claimed: Claimed) -> Any:  # noqa: ANN401  # an SQL expression
    return and_(CASES.c.source == claimed.source, CASES.c.case_ref == claimed.case)


def _this(claimed: Claimed) -> Any:  # noqa: ANN401  # an SQL statement
    return update(DELIVERIES).where(DELIVERIES.c.number == claimed.number)


def _dead(number: int) -> Select[Any]:
    return select(DELIVERIES).where(DELIVERIES.c.number == number, DELIVERIES.c.state == State.DEAD.value)


def _claimed(head: RowMapping, case: RowMapping, lease: str, seconds: float) -> Claimed:
    return Claimed(
        number=head["number"],
        source=head["source"],
        case=head["case_ref"],
        event=head["event"],
        kind=DeliveryKind(head["kind"]),
        body=bytes(head["body"]),
        moment=head["moment"],
        attempts=head["attempts"] + 1,
        began=head["began"],
        lease=lease,
        seconds=seconds,
        memory=Memory(**{name: case[name] for name in _MEMORY}),
    )


def _letter(row: RowMapping) -> Letter:
    return Letter(
        number=row["number"],
        source=row["source"],
        case=row["case_ref"],
        event=row["event"],
        kind=DeliveryKind(row["kind"]),
        received=row["received"],
        attempts=row["attempts"],
        why=row["why"],
        body=bytes(row["body"]),
    )
