"""One statement for a group in SQLite: the same rows as in steps, all or nothing, and a single turn."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import DBAPIError

from amends.application.ports import Duplicate, Outdated, Stored
from amends.domain.record import DecisionEntry, LedgerGuard, Recording
from amends.storage.append import Append
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.sqlite_append import MOST_AT_ONCE, SqliteAppend
from amends.storage.tables import applied_rules, decisions, obligations
from tests.storage.entries import HOUR, T0, entry, promise, reservation
from tests.storage.logs import migrated_url
from tests.storage.records import on, outcome

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TABLES = (decisions, applied_rules, obligations)


async def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """All that is there."""

    def all_of(table: Table) -> Callable[[Connection], list[tuple[object, ...]]]:
        return lambda connection: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)

    return {table.name: await database.read(all_of(table)) for table in TABLES}


def write(database: Database, entries: Sequence[DecisionEntry]) -> None:
    at_once = SqliteAppend()
    assert at_once.takes(entries)
    database.write_at_once(lambda connection: at_once.together(connection, entries))


async def test_it_leaves_the_rows_that_steps_leave(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Rules said twice; promises made twice, made again with another time, and of those that were dropped or missed."""
    (tmp_path / "other").mkdir()
    in_steps = migrated_url("sqlite", tmp_path / "other", request)
    first = [
        entry(rule_ids=("a", "b", "a"), promised=(promise("both", due=T0 + 9), promise("one"))),
        entry(rule_ids=(), promised=(promise("both", due=T0 + 5), promise("later", team="t"))),
        entry(case_id="Ünï'\"\\", promised=(promise("odd", owner="o'\"\\", incident_id="i"),)),
    ]
    again = [
        entry(promised=(promise("both", due=T0 + HOUR), promise("later", due=T0 + 1), promise("dropped"))),
        entry(promised=(promise("missed", due=T0 + 3), promise("one", owner="another"))),
    ]
    before = [
        {"obligation_id": "dropped", "state": "closed", "settled_at": T0},
        {"obligation_id": "missed", "state": "missed", "settled_at": T0, "settled_by_id": "a"},
    ]
    usual = {column.name: "" for column in obligations.columns} | {"due": T0, "same_person_broken": False}
    with Database(url) as one, Database(in_steps) as other:
        for database in (one, other):
            await database.write(
                lambda connection: connection.execute(insert(obligations), [usual | row for row in before]).rowcount
            )
        for group in (first, again):
            write(one, group)
            other.write_here(lambda connection, group=group: Append().together(connection, group))  # type: ignore[misc]  # the loop's own

        found = await rows(one)
        assert found == await rows(other)
        assert {name: len(of_table) for name, of_table in found.items()} == {
            "decisions": 5,
            "applied_rules": 8,
            "obligations": 6,
        }


@pytest.mark.parametrize("why", ["request", "kept", "given", "superseded"])
async def test_where_one_cannot_be_written_nothing_is(database: Database, why: str) -> None:
    """A request that was answered, a promise that was kept, something given that nobody knew of: all is taken back."""
    log = DatabaseDecisionLog(database)
    old = entry(request_id="r", case_id="old", promised=(promise("kept"),))
    await log.append([old])
    await on(database).outcomes.record(Recording(outcome(old), seen=0))
    await database.write(
        lambda connection: connection.execute(obligations.update().values(state="kept", settled_by_id="a")).rowcount
    )
    lost = {
        "request": entry(request_id="r"),
        "kept": entry(promised=(promise("kept"),)),
        "given": entry(case_id="old", seen=0),
        "superseded": entry(decision_id=old.decision_id),
    }[why]
    before = await rows(database)

    with pytest.raises(DBAPIError):
        write(database, [entry(promised=(promise("new"),)), lost])

    assert await rows(database) == before


async def test_what_is_given_elsewhere_keeps_nobody_from_it(database: Database) -> None:
    """Another caller's, another customer's, another case's: the count is that of the steps, and so is what was seen."""
    log = DatabaseDecisionLog(database)
    old = entry(case_id="old", customer_id="c", caller="x", incident_id="")
    await log.append([old])
    await on(database).outcomes.record(Recording(outcome(old), seen=0))
    same = {"case_id": "old", "customer_id": "c", "caller": "x", "incident_id": ""}

    write(
        database,
        [
            entry(**same, seen=1),
            entry(**same | {"customer_id": ""}, seen=1),
            entry(**same | {"caller": "y"}, seen=0),
            entry(**same | {"customer_id": "d"}, seen=0),
            entry(**same | {"case_id": "new"}, seen=0),
            entry(**same),
        ],
    )
    with pytest.raises(DBAPIError):
        write(database, [entry(**same, seen=0)])


async def test_a_group_is_one_statement(database: Database) -> None:
    """No beginning, no commit, nothing else: each costs another turn at the interpreter's lock."""
    log, said = DatabaseDecisionLog(database), list[str]()
    await log.append([entry()])
    await database.write(lambda connection: connection.connection.driver_connection.set_trace_callback(said.append))  # type: ignore[union-attr]  # it is connected
    said.clear()

    # So few that this process writes them itself.
    answers = await log.append([entry(promised=(promise(f"p-{number}"),)) for number in range(2)])

    assert [type(answer) for answer in answers] == [Stored] * 2
    # Told again for each row that its trigger writes.
    (statement,) = set(said)
    assert statement.startswith("INSERT INTO arriving")


async def test_what_it_does_not_take_is_written_in_steps(database: Database) -> None:
    """Large groups, what stands in a ledger or supersedes, and a text that would be cut short on the way."""
    log, at_once = DatabaseDecisionLog(database), SqliteAppend()
    large = [entry() for _ in range(MOST_AT_ONCE + 1)]
    old = entry(case_id="a\0b", promised=(promise("p"),))
    spends = entry(reserved=(reservation(),), guard=LedgerGuard("customer-1", 0))
    supersedes = entry(supersedes=old.decision_id)
    assert not any(map(at_once.takes, (large, [spends], [supersedes])))

    answers = [*await log.append(large), *await log.append([old]), *await log.append([spends, supersedes])]

    assert {type(answer) for answer in answers} == {Stored}
    tracked = await on(database).obligations.obligation("p")
    assert tracked is not None
    assert tracked.case_id == "a\0b"


async def test_losers_are_told_apart_and_the_others_stored(database: Database) -> None:
    """After the one statement was taken back each entry has the answer that it has in steps."""
    log = DatabaseDecisionLog(database)
    old = entry(request_id="r", case_id="old")
    await log.append([old])
    await on(database).outcomes.record(Recording(outcome(old), seen=0))

    answers = await asyncio.gather(
        *(log.append([one]) for one in (entry(), entry(request_id="r"), entry(case_id="old", seen=0), entry()))
    )

    assert [type(answer) for (answer,) in answers] == [Stored, Duplicate, Outdated, Stored]
