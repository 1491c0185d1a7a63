"""Group commit: many callers, few commits, every answer its own; several workers on one database; a bounded queue."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import event, func, select

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Appended, Duplicate, Outdated, Refused, Stored
from amends.domain.record import LedgerGuard
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.group_commit import GroupCommit
from amends.storage.tables import decisions
from tests.storage.conftest import on_each_database
from tests.storage.entries import entry, promise

WORKERS = 3


def hold_writer(database: Database, go_on: threading.Event) -> None:
    """Nothing is written before `go_on` is set."""

    def wait() -> None:
        go_on.wait(30)

    assert database.submit(wait)


@on_each_database
async def test_callers_who_wait_together_share_a_commit(database: Database) -> None:
    """While one group is on its way to the disk the next gathers: 300 callers need a few commits, not 300."""
    taken: list[object] = []
    # Once for each transaction, by whatever statements.
    event.listen(database._writer, "checkout", lambda connection, *_: taken.append(connection))
    log = DatabaseDecisionLog(database)

    answers = await asyncio.gather(*(log.append([entry()]) for _ in range(300)))

    assert [type(answer) for (answer,) in answers] == [Stored] * 300
    assert 1 < len(taken) <= 10
    assert (
        await database.read(lambda connection: connection.execute(select(func.count(decisions.c.decision_id))).scalar())
        == 300
    )


@on_each_database
async def test_a_large_batch_is_one_transaction(database: Database) -> None:
    """More entries than a statement takes, with more rows each than that: all are there."""
    log = DatabaseDecisionLog(database)
    batch = [entry(rule_ids=tuple(f"rule-{n}" for n in range(7)), promised=(promise(f"p-{i}"),)) for i in range(500)]

    assert [type(answer) for answer in await log.append(batch)] == [Stored] * 500
    for one in (batch[0], batch[31], batch[32], batch[499]):
        assert await log.decision(one.decision_id) == one._replace(promised=())


@on_each_database
async def test_workers_record_each_request_once(open_database: Callable[[], Database]) -> None:
    """Three workers get the same hundred requests at once: one of each is stored, and the others answer with it."""
    logs = [DatabaseDecisionLog(open_database()) for _ in range(WORKERS)]

    async def send(log: DatabaseDecisionLog, number: int) -> tuple[str, Appended]:
        one = entry(request_id=f"r-{number}")
        (answer,) = await log.append([one])
        return one.decision_id, answer

    for number in range(0, 100, 20):
        sent = [send(log, n) for n in range(number, number + 20) for log in logs]
        answers = await asyncio.gather(*sent)
        by_request = [answers[at : at + WORKERS] for at in range(0, len(answers), WORKERS)]
        for of_request in by_request:
            stored = [decision_id for decision_id, answer in of_request if isinstance(answer, Stored)]
            others = [answer.recorded.decision_id for _, answer in of_request if isinstance(answer, Duplicate)]
            assert len(stored) == 1
            assert others == stored * (WORKERS - 1)


@on_each_database
async def test_workers_spend_each_version_of_a_ledger_once(open_database: Callable[[], Database]) -> None:
    """Of all who decided on one version one is stored; who lost decides again, and in the end all are."""
    logs = [DatabaseDecisionLog(open_database()) for _ in range(WORKERS)]
    outcomes: Counter[type[Appended]] = Counter()

    async def spend(log: DatabaseDecisionLog) -> None:
        for version in range(1000):
            (answer,) = await log.append([entry(guard=LedgerGuard("customer-1", version))])
            outcomes[type(answer)] += 1
            if isinstance(answer, Stored):
                return
        raise AssertionError("never stored")

    await asyncio.gather(*(spend(log) for log in logs for _ in range(8)))

    assert outcomes[Stored] == WORKERS * 8
    assert set(outcomes) == {Stored, Outdated}


@on_each_database
async def test_workers_of_one_incident_do_not_lock_each_other_out(open_database: Callable[[], Database]) -> None:
    """Groups that promise the same for several incidents in opposite orders are all stored."""
    logs = [DatabaseDecisionLog(open_database()) for _ in range(WORKERS)]
    incidents = [promise(f"i-{n}", incident_id=f"incident-{n}") for n in range(6)]

    async def send(log: DatabaseDecisionLog, turn: int) -> Appended:
        order = incidents if turn % 2 else incidents[::-1]
        (answer,) = await log.append([entry(promised=tuple(order))])
        return answer

    answers = await asyncio.gather(*(send(log, turn + at) for turn in range(20) for at, log in enumerate(logs)))

    assert {type(answer) for answer in answers} == {Stored}


@on_each_database
async def test_workers_that_write_the_same_in_opposite_orders_do_not_fail(
    open_database: Callable[[], Database],
) -> None:
    """Neither holds what the other waits for, or the database takes one back and nobody hears of it."""
    logs = [DatabaseDecisionLog(open_database()) for _ in range(2)]

    for turn in range(6):
        requests = [f"r-{turn}-{n}" for n in range(60)]
        batches = [[entry(request_id=one) for one in requests], [entry(request_id=one) for one in reversed(requests)]]
        answers = await asyncio.gather(*(log.append(batch) for log, batch in zip(logs, batches, strict=True)))
        stored = [sum(isinstance(answer, Stored) for answer in batch) for batch in answers]
        assert sum(stored) == 60


@on_each_database
async def test_an_entry_that_cannot_be_written_fails_alone(database: Database) -> None:
    """Whoever hands over what no database takes hears what is wrong with it; the others of the group are stored."""
    log = DatabaseDecisionLog(database)
    good = [entry() for _ in range(5)]
    bad = entry(case_id="half a character: \ud800")

    *answers, mixed = await asyncio.gather(
        *(log.append([one]) for one in good[:3]), log.append([good[3], bad, good[4]])
    )

    assert [type(answer) for (answer,) in answers] == [Stored] * 3
    assert [type(answer) for answer in mixed] == [Stored, Refused, Stored]
    assert isinstance(mixed[1], Refused)
    assert isinstance(mixed[1].error, UnicodeEncodeError)
    assert await log.decision(bad.decision_id) is None
    assert await log.decision(good[4].decision_id) == good[4]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_the_queue_does_not_grow_without_end(database: Database) -> None:
    """Where the disk cannot follow, the next caller is told to come back; who waits is served."""
    commits = GroupCommit(database, queue=3)
    go_on = threading.Event()
    hold_writer(database, go_on)
    waiting = [asyncio.create_task(commits.append([entry()])) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(LogUnavailableError) as refused:
        await commits.append([entry()])
    go_on.set()

    assert refused.value.retry_after > 0
    assert [type(answer) for (answer,) in await asyncio.gather(*waiting)] == [Stored] * 3
    assert [type(answer) for answer in await commits.append([entry() for _ in range(10)])] == [Stored] * 10


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_who_gives_up_waiting_hurts_nobody(database: Database) -> None:
    """A caller that is cancelled is written all the same, and the others of its group are answered."""
    log = DatabaseDecisionLog(database)
    go_on = threading.Event()
    hold_writer(database, go_on)
    left, stays = entry(), entry()
    impatient = asyncio.create_task(log.append([left]))
    patient = asyncio.create_task(log.append([stays]))
    await asyncio.sleep(0)
    impatient.cancel()
    go_on.set()

    assert [type(answer) for answer in await patient] == [Stored]
    assert await log.decision(left.decision_id) == left


@on_each_database
async def test_closing_finishes_what_was_handed_over(open_database: Callable[[], Database]) -> None:
    """Everybody who waits is answered before the database is let go of; who comes later is refused."""
    database = open_database()
    log = DatabaseDecisionLog(database)
    handed = [entry() for _ in range(700)]
    waiting = [asyncio.create_task(log.append([one])) for one in handed]
    await asyncio.sleep(0)

    await asyncio.to_thread(database.close)

    assert [type(answer) for (answer,) in await asyncio.gather(*waiting)] == [Stored] * 700
    with pytest.raises(LogUnavailableError):
        await log.append([entry()])
    later = DatabaseDecisionLog(open_database())
    assert await later.decision(handed[-1].decision_id) == handed[-1]
