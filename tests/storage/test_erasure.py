"""Forgetting a customer: what goes, what stays, what is not theirs, and that a backup does not bring it back."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, Table, delete, select, text, update

from amends.application.forget import Forget
from amends.application.ports import CaseOfCaller, Duplicate, OutcomesChanged
from amends.domain.erasure import Affected, ErasureMark
from amends.domain.money import Money
from amends.domain.record import DecisionEntry, LedgerGuard, OutcomeEntry, OutcomeKind, Recording
from amends.domain.situation import Subject
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.erasure import DatabaseEraser, apply_erasures, read_erasures
from amends.storage.migrate import upgrade
from amends.storage.outcomes import DatabaseOutcomeLog
from amends.storage.tables import decisions, erasures, ledgers, metadata, obligations, outcomes, reservations
from tests.fakes.clock import FakeClock
from tests.storage.conftest import on_each_database
from tests.storage.entries import T0, entry, new_id, promise, reservation

CUSTOMER = "customer-Ørsted-8842"
pytestmark = on_each_database


def theirs(number: int = 1, **said: Any) -> DecisionEntry:  # noqa: ANN401  # any of its fields
    """A decision of the customer in which everything that identifies them holds `8842`."""
    usual: dict[str, Any] = {
        "customer_id": CUSTOMER,
        "account_id": "account-8842",
        "case_id": f"case-8842-{number}",
        "subject": Subject("order-8842", "item-8842"),
        "situation": b"situation 8842",
        "decision": b"decision 8842",
        "promised": (promise(f"obligation-{new_id()}"),),
        "reserved": (reservation(f"action-{new_id()}"),),
    }
    return entry(**{**usual, **said})


def executed(of: DecisionEntry) -> OutcomeEntry:
    return OutcomeEntry(
        outcome_id=new_id(),
        decision_id=of.decision_id,
        action_id="action-1",
        obligation_id="",
        kind=OutcomeKind.EXECUTED,
        actor=of.actor,
        time=T0,
        recorded_at=T0 + 1,
        amount=Money("EUR", 990),
        external_reference="payment-77",
        reason="they told us about 8842",
        granted=b"granted 8842",
        caller="caller",
        request_id=f"outcome-{new_id()}",
        policy="default",
        case_id=of.case_id,
        customer_id=of.customer_id,
        action_kind="refund",
        rule_ids=("r",),
    )


async def rows(database: Database, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, by its first column."""
    query = select(table).order_by(next(iter(table.primary_key)))
    return await database.read(lambda connection: [dict(row._mapping) for row in connection.execute(query)])


async def forget(database: Database, customer_id: str = CUSTOMER) -> Affected:
    clock = FakeClock(T0 + 100)
    receipt = await Forget(DatabaseEraser(database), clock=clock, new_id=new_id)(customer_id)
    assert receipt.cleaned
    assert receipt.erased_at == T0 + 100
    return receipt.affected


async def test_what_identifies_goes_and_what_finance_needs_stays(database: Database) -> None:
    """Column by column: every other one of the row is as it was."""
    first = theirs(guard=LedgerGuard(CUSTOMER, 0))
    second = theirs(supersedes=first.decision_id, promised=())
    log, reports = DatabaseDecisionLog(database), DatabaseOutcomeLog(database)
    await log.append([first, second])
    await reports.record(Recording(executed(first), seen=0))
    before = {table.name: await rows(database, table) for table in (decisions, obligations, outcomes)}

    affected = await forget(database)

    assert affected == Affected(decisions=2, obligations=1, open_obligations=0, outcomes=1, reservations=2)
    gone = {
        "decisions": {
            "case_id",
            "customer_id",
            "account_id",
            "order_id",
            "item_id",
            "supplied",
            "situation",
            "decision",
        },
        "obligations": {"case_id", "order_id", "item_id"},
        "outcomes": {"case_id", "customer_id", "reason", "granted"},
    }
    for table in (decisions, obligations, outcomes):
        for was, now in zip(before[table.name], await rows(database, table), strict=True):
            changed = {name for name in was if was[name] != now[name]}
            assert changed == gone[table.name] | ({"erased_at"} if table is decisions else set())
    assert await rows(database, reservations) == []
    assert await rows(database, ledgers) == []
    kept = await log.decision(first.decision_id)
    assert kept is not None
    assert (kept.situation, kept.decision, kept.erased_at, kept.rule_ids) == (b"", b"", T0 + 100, first.rule_ids)
    assert kept.superseded_by == second.decision_id


async def test_what_was_done_for_an_incident_is_still_known(database: Database) -> None:
    """It was nobody's own, and would else be done again for the next of its cases; what was given instead goes."""
    first = theirs(incident_id="incident-1")
    log, reports = DatabaseDecisionLog(database), DatabaseOutcomeLog(database)
    await log.append([first])
    done = replace(executed(first), incident_id="incident-1", amount=None)
    instead = replace(executed(first), incident_id="incident-1", kind=OutcomeKind.OVERRIDDEN, action_id="action-2")
    for one in (done, instead):
        await reports.record(Recording(one, seen=0))

    await forget(database)

    kept = await reports.given_before(CaseOfCaller("case-2", "incident-1", "customer-2", "caller"))
    assert [(one.outcome_id, one.granted, one.customer_id) for one in kept] == [(done.outcome_id, done.granted, "")]


async def test_a_case_stays_together_under_a_name_that_says_nothing(database: Database) -> None:
    """Two cases get two names; decisions, obligations and outcomes of one still share one."""
    one, again, other = theirs(1), theirs(1), theirs(2)
    log = DatabaseDecisionLog(database)
    await log.append([one, again, other])
    await DatabaseOutcomeLog(database).record(Recording(executed(one), seen=0))

    await forget(database)

    named = {row["decision_id"]: row["case_id"] for row in await rows(database, decisions)}
    assert named[one.decision_id] == named[again.decision_id] != named[other.decision_id]
    assert {row["case_id"] for row in await rows(database, outcomes)} == {named[one.decision_id]}
    assert {row["case_id"] for row in await rows(database, obligations)} == set(named.values())
    assert not any("8842" in name for name in named.values())


async def test_others_are_not_touched(database: Database) -> None:
    """Nor are decisions of nobody, but for those of the customer's own cases, where they say whose they are."""
    nameless = theirs(1, customer_id="", account_id="")
    elsewhere = theirs(9, customer_id="")
    somebody = theirs(1, customer_id="another")
    log = DatabaseDecisionLog(database)
    await log.append([theirs(1), nameless, elsewhere, somebody])

    affected = await forget(database)

    assert affected.decisions == 2
    for untouched in (elsewhere, somebody):
        found = await log.decision(untouched.decision_id)
        assert found == untouched._replace(promised=(), reserved=())
    forgotten = await log.decision(nameless.decision_id)
    assert forgotten is not None
    assert forgotten.erased_at is not None


async def test_a_promise_to_a_whole_incident_stays_with_the_others(database: Database) -> None:
    """It goes over to the newest decision of somebody else that promised the same and stands, with its case."""
    shared = promise("obligation-1", incident_id="incident-9", action_id="action-9")
    settled = promise("obligation-2", incident_id="incident-9", action_id="action-9")
    usual: dict[str, Any] = {"promised": (), "decision": b"has action-9"}
    old = entry(case_id="case-2", **usual)
    standing = entry(case_id="case-3", policy="other", subject=Subject("order-3", "item-3"), **usual)
    others = [
        old,
        standing,
        entry(supersedes=old.decision_id, **(usual | {"decision": b"has it no more"})),
        entry(incident_id="incident-8", **usual),
        theirs(2, **usual),
    ]
    own = theirs(promised=(shared, settled, promise("obligation-3")), reserved=())
    await DatabaseDecisionLog(database).append([*others, own])
    kept = update(obligations).where(obligations.c.obligation_id == "obligation-2").values(state="kept")
    await database.write(lambda connection: connection.execute(kept).rowcount)

    await forget(database)

    handed, *stayed = await rows(database, obligations)
    whose = ("decision_id", "policy", "case_id", "order_id", "item_id", "state", "due")
    assert [handed[name] for name in whose] == [
        standing.decision_id, "other", "case-3", "order-3", "item-3", "open", shared.due
    ]  # fmt: skip
    assert [one["decision_id"] for one in stayed] == [own.decision_id] * 2
    assert all(one["case_id"].startswith("erased-") for one in stayed)


async def test_a_promise_that_is_somebody_elses_by_now_leaves_the_case(database: Database) -> None:
    """The first customer of the incident goes: the promise stands with whoever promised it last, and in their case."""
    own = theirs(promised=(promise("obligation-1", incident_id="incident-9"), promise("obligation-2")))
    again = entry(
        case_id="case-2", subject=Subject("order-2"), promised=(promise("obligation-1", incident_id="incident-9"),)
    )
    log = DatabaseDecisionLog(database)
    await log.append([own])
    await log.append([again])

    await forget(database)

    shared, only = await rows(database, obligations)
    assert [shared[name] for name in ("decision_id", "case_id", "order_id", "item_id")] == [
        again.decision_id, "case-2", "order-2", ""
    ]  # fmt: skip
    assert only["case_id"].startswith("erased-")


async def test_a_promise_to_an_incident_without_others_stays_with_its_decision(database: Database) -> None:
    """Nobody is left to whom it could be kept, and nothing of the customer stays with it."""
    own = theirs(promised=(promise("obligation-1", incident_id="incident-9"),))
    await DatabaseDecisionLog(database).append([own, entry(decision=b"another action", promised=())])

    await forget(database)

    (stayed,) = await rows(database, obligations)
    assert (stayed["decision_id"], stayed["order_id"]) == (own.decision_id, "")
    assert stayed["case_id"].startswith("erased-")


async def test_a_dry_run_counts_the_same_and_changes_nothing(database: Database) -> None:
    """What is shown before is what goes after."""
    written = theirs()
    await DatabaseDecisionLog(database).append([written])
    await DatabaseOutcomeLog(database).record(Recording(executed(written), seen=0))
    before = {table.name: await rows(database, table) for table in metadata.sorted_tables}

    counted = await Forget(DatabaseEraser(database), clock=FakeClock(), new_id=new_id).would_forget(CUSTOMER)

    assert {table.name: await rows(database, table) for table in metadata.sorted_tables} == before
    assert counted == await forget(database) == Affected(1, 1, 1, 1, 1)


async def test_nobody_is_not_a_customer(database: Database) -> None:
    """An empty id would be everybody who was not named."""
    await DatabaseDecisionLog(database).append([theirs(customer_id="")])
    with pytest.raises(ValueError, match="empty"):
        await forget(database, "")


async def test_a_request_that_was_erased_is_not_answered_twice(database: Database) -> None:
    """The log still knows that it was answered, though not how: there is no second decision."""
    written = theirs()
    log = DatabaseDecisionLog(database)
    await log.append([written])
    await forget(database)

    (found,) = await log.append([theirs(request_id=written.request_id)])

    assert isinstance(found, Duplicate)
    assert found.recorded.decision_id == written.decision_id
    assert found.recorded.erased_at is not None


async def test_what_is_committed_later_is_not_touched(
    database: Database, open_database: Callable[[], Database]
) -> None:
    """Decisions of the customer pour in from another worker while they are forgotten: each is erased whole or whole."""
    other = DatabaseDecisionLog(open_database())
    await other.append([theirs(number) for number in range(30)])
    written = [theirs(number % 30, request_id="") for number in range(120)]

    async def pour() -> None:
        for one in written:
            await other.append([one])

    pouring = asyncio.create_task(pour())
    receipt = await Forget(DatabaseEraser(database), clock=FakeClock(T0 + 100), new_id=new_id)(CUSTOMER)
    await pouring

    whole = 0
    for one in written:
        found = await other.decision(one.decision_id)
        assert found is not None
        if found.erased_at is None:
            whole += 1
            assert found == one._replace(promised=(), reserved=())
        else:
            assert (found.customer_id, found.situation) == ("", b"")
            assert found.case_id.startswith("erased-")
    assert receipt.affected.decisions == 30 + len(written) - whole


async def test_an_outcome_that_was_on_its_way_brings_nobody_back(database: Database) -> None:
    """Made of the decision as it was before: it finds that it has changed, and nothing is written."""
    written = theirs()
    await DatabaseDecisionLog(database).append([written])
    await forget(database)

    assert await DatabaseOutcomeLog(database).record(Recording(executed(written), seen=0)) == OutcomesChanged()

    assert await rows(database, outcomes) == []


async def test_the_mark_does_not_tell_whom(database: Database) -> None:
    """It is a hash with a salt; the receipt holds counts alone."""
    await DatabaseDecisionLog(database).append([theirs()])
    await forget(database)
    (row,) = await rows(database, erasures)
    assert CUSTOMER not in str(row)
    assert orjson.loads(row["receipt"]) == {
        "decisions": 1,
        "obligations": 1,
        "open_obligations": 1,
        "outcomes": 0,
        "reservations": 1,
    }


async def test_a_restored_backup_forgets_again(database: Database, tmp_path: Path) -> None:
    """By the marks alone, and only what was decided before; who came back later stays."""
    old, later = theirs(decided_at=T0 + 50), theirs(2, decided_at=T0 + 200)
    other = theirs(3, customer_id="another")
    log = DatabaseDecisionLog(database)
    await log.append([old, later, other])
    marks = await marks_of_erasing(tmp_path, CUSTOMER, "never-here")

    found = await database.write(lambda connection: apply_erasures(connection, marks, new_id=new_id))

    assert found == 1
    erased = {row["decision_id"]: row["erased_at"] for row in await rows(database, decisions)}
    assert erased == {old.decision_id: T0 + 100, later.decision_id: None, other.decision_id: None}
    assert await database.read(read_erasures) == marks
    # The backup of the restored database knows too, and nothing is left to do.
    assert await database.write(lambda connection: apply_erasures(connection, marks, new_id=new_id)) == 0


async def test_a_server_whose_clock_is_ahead_changes_nothing_of_that(database: Database) -> None:
    """What was erased although it claims to be of later is erased again after a restore."""
    ahead = theirs(decided_at=T0 + 100 + 5_000)
    await DatabaseDecisionLog(database).append([ahead])
    await forget(database)
    marks = await database.read(read_erasures)
    await database.write(lambda connection: connection.execute(delete(decisions)).rowcount)
    await DatabaseDecisionLog(database).append([ahead._replace(request_id="")])

    assert await database.write(lambda connection: apply_erasures(connection, marks, new_id=new_id)) == 1


async def marks_of_erasing(folder: Path, *customers: str) -> tuple[ErasureMark, ...]:
    """The marks that another database has of erasing them."""
    url = f"sqlite:///{folder / 'replaced.db'}"
    upgrade(url)
    with Database(url) as replaced:
        for customer_id in customers:
            await forget(replaced, customer_id)
        return await replaced.read(read_erasures)


async def test_everything_or_nothing(database: Database) -> None:
    """An erasure that fails at its end has erased nothing."""
    written = theirs()
    log = DatabaseDecisionLog(database)
    await log.append([written])
    erasure_id = new_id()
    eraser = DatabaseEraser(database)
    await eraser.erase("another", erasure_id=erasure_id, erased_at=T0, new_id=new_id)

    with pytest.raises(Exception, match=r"(?i)unique"):
        await eraser.erase(CUSTOMER, erasure_id=erasure_id, erased_at=T0, new_id=new_id)

    assert await log.decision(written.decision_id) == written._replace(promised=(), reserved=())


async def test_no_byte_is_left_in_the_files(database: Database, tmp_path: Path) -> None:
    """SQLite: file, WAL and shared memory. PostgreSQL: no version of a row is left to be read."""
    log = DatabaseDecisionLog(database)
    filler = [entry(situation=b"filler" * number, decision=b"filler" * 40) for number in range(200)]
    for start in range(0, 200, 20):
        size = 40 + start * 13
        several = [
            theirs(start + number, situation=b"situation 8842 " * size, decision=b"decision 8842 " * (300 - start))
            for number in range(5)
        ]
        await log.append([*several, *filler[start : start + 20]])
        await DatabaseOutcomeLog(database).record(Recording(executed(several[0]), seen=0))

    await forget(database)

    if database.is_sqlite:
        files = files_of(tmp_path)
        assert {"amends.db", "amends.db-wal"} <= files.keys()
        for name, content in files.items():
            assert b"8842" not in content, name
            assert "Ørsted".encode() not in content, name
        assert b"filler" in files["amends.db"]
        return
    assert await database.write(dead_rows) == 0


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("amends.db*")}


def dead_rows(connection: Connection) -> int:
    """Earlier versions of rows that are still in the tables."""
    connection.execute(text("CREATE EXTENSION pgstattuple"))
    changed = (decisions, outcomes, obligations, reservations, ledgers)
    count = text("SELECT dead_tuple_count FROM pgstattuple(:name)")
    return sum(connection.execute(count, {"name": table.name}).scalar_one() for table in changed)
