"""Letting go of old decisions: what is old enough, what still holds it, and that nothing else goes."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text, update

from amends.application.ports import Outdated
from amends.application.retain import LetGo, Retain
from amends.domain.erasure import Affected
from amends.domain.record import DecisionEntry, LedgerGuard, ObligationState, OutcomeEntry, OutcomeKind, Recording
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.id_ranges import first_id
from amends.storage.outcome_rows import outcome_values
from amends.storage.outcomes import DatabaseOutcomeLog
from amends.storage.retention import DatabaseOldLog
from amends.storage.tables import applied_rules, decisions, ledgers, obligations, outcomes, reservations
from tests.fakes.clock import FakeClock
from tests.storage.conftest import on_each_database
from tests.storage.entries import T0, entry, new_id, promise, reservation

DAY = 86_400_000_000_000
NOW = T0 + 1_000 * DAY
pytestmark = on_each_database
_made = iter(range(1, 1_000_000))


def aged(days: int, **said: Any) -> DecisionEntry:  # noqa: ANN401  # any of its fields
    """A decision of so many days ago; its id is of that time, as ids are."""
    decided_at = NOW - days * DAY
    decision_id = f"{first_id(decided_at)[:-12]}{next(_made):012x}"
    usual: dict[str, Any] = {
        "decision_id": decision_id,
        "decided_at": decided_at,
        "request_id": "",
        "case_id": f"case-{decision_id}",
    }
    return entry(**{**usual, **said})


async def test_what_is_being_reported_of_keeps_its_decision(
    database: Database, open_database: Callable[[], Database]
) -> None:
    """An outcome that is on its way as old decisions go holds its decision, and is not lost with it."""
    old = aged(401)
    await DatabaseDecisionLog(database).append([old])
    reported, held, waited_for = open_database(), asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def report(connection: Connection) -> None:
        connection.execute(select(decisions.c.decision_id).with_for_update())
        loop.call_soon_threadsafe(held.set)
        waited_for.wait(10)
        connection.execute(insert(outcomes).values(outcome_values(replace(executed(old), recorded_at=NOW))))

    reporting = asyncio.create_task(reported.write(report))
    await held.wait()
    log = DatabaseOldLog(database)
    going = asyncio.create_task(log.remove_old(before=NOW - 400 * DAY, now=NOW, limit=10))
    if not database.is_sqlite:  # where whoever writes waits before it looks
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        while not await database.read(lambda connection: connection.execute(waiting).scalar()):
            pass
    waited_for.set()

    assert (await asyncio.gather(going, reporting))[0] == Affected()
    assert await DatabaseDecisionLog(database).decision(old.decision_id) is not None


async def test_none_takes_the_place_of_what_is_gone(database: Database) -> None:
    """A decision that was made on one that went meanwhile is not stored: it could never be made again."""
    answers = await DatabaseDecisionLog(database).append([entry(supersedes=new_id(), seen=0)])
    assert [type(one) for one in answers] == [Outdated]


def executed(of: DecisionEntry) -> OutcomeEntry:
    return OutcomeEntry(
        outcome_id=new_id(),
        decision_id=of.decision_id,
        action_id="action-1",
        obligation_id="",
        kind=OutcomeKind.OFFERED,
        actor=of.actor,
        time=of.decided_at,
        recorded_at=of.decided_at,
        amount=None,
        external_reference="",
        reason="",
        granted=b"",
        caller="",
        request_id="",
        policy="default",
        case_id=of.case_id,
        customer_id=of.customer_id,
        action_kind="refund",
        rule_ids=(),
    )


def retain(database: Database, days: int = 400) -> Retain:
    return Retain(DatabaseOldLog(database), clock=FakeClock(NOW), days=days)


async def let_go(database: Database, days: int = 400) -> LetGo:
    return await retain(database, days)(progress=lambda _gone: None)


async def ids(database: Database) -> set[str]:
    return await database.read(lambda connection: {*connection.execute(select(decisions.c.decision_id)).scalars()})


async def count(database: Database, table: Table) -> int:
    query = select(func.count()).select_from(table)
    return await database.read(lambda connection: int(connection.execute(query).scalar_one()))


async def test_only_what_is_older_goes_and_takes_all_with_it(database: Database) -> None:
    """Rules, obligations, outcomes and reservations go with their decision, and only these."""
    kept_of_old = promise("old", due=NOW - 401 * DAY)
    old = aged(401, promised=(kept_of_old,), reserved=(reservation("a-1"),))
    young = aged(399, promised=(promise("young"),), reserved=(reservation("a-2"),))
    await DatabaseDecisionLog(database).append([old, young])
    for one in (old, young):
        await DatabaseOutcomeLog(database).record(Recording(executed(one), seen=0))

    counted = await retain(database).would_go()
    gone = await let_go(database)

    assert gone == LetGo(Affected(decisions=1, obligations=1, outcomes=1, reservations=1), cleaned=True)
    assert counted == gone.affected
    assert await ids(database) == {young.decision_id}
    left = {table.name: await count(database, table) for table in (obligations, outcomes, reservations)}
    assert left == {"obligations": 1, "outcomes": 1, "reservations": 1}
    assert await count(database, applied_rules) == len(young.rule_ids)


async def test_the_moment_itself_is_kept(database: Database) -> None:
    """Older than 400 days is older, by a nanosecond at least."""
    exactly, older = aged(400), aged(400, decided_at=NOW - 400 * DAY - 1)
    await DatabaseDecisionLog(database).append([exactly, older])
    await let_go(database)
    assert await ids(database) == {exactly.decision_id}


async def test_what_is_waited_for_is_kept(database: Database) -> None:
    """An open promise that is not older than the time itself; a settled one, or one long past, keeps nothing."""
    open_one = aged(500, promised=(promise("open", due=NOW - 300 * DAY),))
    ahead = aged(500, promised=(promise("ahead", due=NOW + DAY),))
    long_past = aged(500, promised=(promise("long past", due=NOW - 450 * DAY),))
    settled = aged(500, promised=(promise("settled", due=NOW + DAY),))
    await DatabaseDecisionLog(database).append([open_one, ahead, long_past, settled])
    kept = update(obligations).where(obligations.c.obligation_id == "settled").values(state=ObligationState.KEPT.value)
    await database.write(lambda connection: connection.execute(kept).rowcount)

    assert (await retain(database).would_go()).decisions == 2
    await let_go(database)

    assert await ids(database) == {open_one.decision_id, ahead.decision_id}


async def test_what_something_was_done_about_since_is_kept(database: Database) -> None:
    """As long as that is kept itself: what a customer was given within the time is still counted."""
    paid, long_ago = aged(500), aged(500)
    await DatabaseDecisionLog(database).append([paid, long_ago])
    outcomes_ = DatabaseOutcomeLog(database)
    await outcomes_.record(Recording(replace(executed(paid), recorded_at=NOW - 400 * DAY), seen=0))
    await outcomes_.record(Recording(replace(executed(long_ago), recorded_at=NOW - 401 * DAY), seen=0))

    await let_go(database)

    assert await ids(database) == {paid.decision_id}


async def test_ledgers_of_customers_who_are_gone_go(database: Database) -> None:
    """The version of a ledger names its customer."""
    gone = aged(500, customer_id="gone", guard=LedgerGuard("gone", 0))
    old = aged(500, customer_id="stays", guard=LedgerGuard("stays", 0))
    young = aged(5, customer_id="stays")
    await DatabaseDecisionLog(database).append([gone, old, young])

    await let_go(database)

    query = select(ledgers.c.customer_id)
    assert await database.read(lambda connection: [*connection.execute(query).scalars()]) == ["stays"]


async def test_what_is_set_aside_is_kept(database: Database) -> None:
    """Until it has expired or is settled."""
    waiting = aged(500, reserved=(reservation("a")._replace(expires=NOW + 1),))
    expired = aged(500, reserved=(reservation("b")._replace(expires=NOW),))
    done = aged(500, reserved=(reservation("c")._replace(expires=NOW + 1),))
    await DatabaseDecisionLog(database).append([waiting, expired, done])
    committed = update(reservations).where(reservations.c.action_id == "c").values(state="committed")
    await database.write(lambda connection: connection.execute(committed).rowcount)

    await let_go(database)

    assert await ids(database) == {waiting.decision_id}


async def test_a_decision_stays_as_long_as_the_one_that_took_its_place(database: Database) -> None:
    """Else that one could not be made again. A whole chain goes once its newest may."""
    first = aged(900, case_id="c")
    second = aged(600, case_id="c", supersedes=first.decision_id)
    third = aged(100, case_id="c", supersedes=second.decision_id)
    gone = aged(900, case_id="d")
    after = aged(800, case_id="d", supersedes=gone.decision_id)
    last = aged(700, case_id="d", supersedes=after.decision_id)
    await DatabaseDecisionLog(database).append([first, second, third, gone, after, last])

    assert (await retain(database).would_go()).decisions == 3
    assert (await let_go(database)).affected.decisions == 3

    assert await ids(database) == {first.decision_id, second.decision_id, third.decision_id}


async def test_many_go_in_small_steps(database: Database) -> None:
    """Each a transaction of its own, so that whoever writes has a turn; progress is told after each."""
    for start in range(0, 450, 150):
        await DatabaseDecisionLog(database).append([aged(500 + start) for _ in range(150)])
    heard: list[int] = []

    gone = await retain(database)(progress=lambda so_far: heard.append(so_far.decisions))

    assert gone.affected.decisions == 450
    assert heard == [200, 400, 450]
    assert await ids(database) == set()
