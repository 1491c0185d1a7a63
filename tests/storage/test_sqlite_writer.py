"""The process that writes groups into SQLite: the same rows, all or nothing, and a worker that goes on without it."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Duplicate, Refused, Stored
from amends.storage.append import Append
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.engines import sqlite_file
from amends.storage.sqlite_append import SqliteAppend, writer_setup
from amends.storage.sqlite_writer import PROGRAM, SqliteWriter
from amends.storage.tables import decisions
from tests.storage.entries import entry, promise
from tests.storage.logs import migrated_url
from tests.storage.test_sqlite_append import rows

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
DIES_OVER_IT = """
import os, sys
sys.path.insert(0, sys.argv[1])
import writer_process
wrote = writer_process._Writer.write
def write(self, values):
    if sys.argv[2] == "after":
        wrote(self, values)
    os.kill(os.getpid(), 9)
writer_process._Writer.write = write
writer_process.main()
"""


@pytest.fixture
def writer(database: Database) -> Iterator[SqliteWriter]:
    writer = SqliteWriter(writer_setup(sqlite_file(database.url)))
    yield writer
    writer.close()


def pid_of(writer: SqliteWriter) -> int:
    assert writer._process is not None
    return writer._process.pid


async def count(database: Database) -> int:
    return await database.read(
        lambda connection: connection.execute(select(func.count(decisions.c.decision_id))).one()[0]
    )


async def test_it_leaves_the_rows_that_steps_leave(
    database: Database, writer: SqliteWriter, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Whoever writes a group, the tables hold the same."""
    (tmp_path / "other").mkdir()
    group = [
        entry(rule_ids=("a", "b", "a"), promised=(promise("p"), promise("q", owner="o'\"\\"))),
        entry(case_id="Ünï'\"\\", situation=bytes(range(256)), decision=b""),
        *(entry(request_id=f"r-{number}") for number in range(30)),
    ]
    with Database(migrated_url("sqlite", tmp_path / "other", request)) as other:
        assert writer.write(SqliteAppend().values(group))
        other.write_here(lambda connection: Append().together(connection, group))

        assert await rows(database) == await rows(other)


async def test_where_one_loses_nothing_is_written_and_the_process_goes_on(
    database: Database, writer: SqliteWriter
) -> None:
    """A group with a request that was answered is refused as a whole; the next one is written by the same process."""
    values = SqliteAppend().values
    assert writer.write(values([entry(request_id="r"), entry()]))
    process = pid_of(writer)

    assert not writer.write(values([entry(), entry(request_id="r")]))
    assert not writer.write(values([entry(), entry(case_id="half a \ud800")]))
    assert not writer.write(values([entry(), entry(observe_time=1 << 70)]))
    assert writer.write(values([entry(), entry()]))

    assert (await count(database), pid_of(writer)) == (4, process)


async def test_a_process_that_was_killed_between_groups_is_missed_by_nobody(
    database: Database, writer: SqliteWriter
) -> None:
    """Nothing was handed over: the worker writes that group itself, and the next one goes to a new process."""
    values = SqliteAppend().values
    assert writer.write(values([entry()]))
    killed = pid_of(writer)
    os.kill(killed, signal.SIGKILL)
    assert writer._process is not None
    writer._process.wait()

    assert not writer.write(values([entry()]))
    assert writer.write(values([entry()]))

    assert pid_of(writer) != killed
    assert await count(database) == 2


@pytest.mark.parametrize(("moment", "written"), [("before", 0), ("after", 3)])
async def test_of_a_group_over_which_it_died_nobody_says_that_it_is_stored(
    database: Database, moment: str, written: int
) -> None:
    """It may be on disk, or not: callers hear that the log is away, and ask again."""
    folder = str(Path(PROGRAM[-1]).parent)
    program = (sys.executable, "-I", "-S", "-c", DIES_OVER_IT, folder, moment)
    dying = SqliteWriter(writer_setup(sqlite_file(database.url)), program=program)

    with pytest.raises(LogUnavailableError):
        dying.write(SqliteAppend().values([entry() for _ in range(3)]))
    dying.close()

    assert await count(database) == written


async def test_without_a_process_groups_are_written_all_the_same(database: Database) -> None:
    """None can be started, or none has this database: False each time, and nothing is left behind."""
    values = SqliteAppend().values([entry()])
    nowhere = writer_setup(sqlite_file(database.url).parent / "not" / "there.db")
    for writer in (
        SqliteWriter(writer_setup(sqlite_file(database.url)), program=("/not/there",)),
        SqliteWriter(nowhere),
    ):
        assert [writer.write(values), writer.write(values)] == [False, False]
        writer.close()
    assert await count(database) == 0


async def test_a_signal_to_all_processes_of_a_group_does_not_end_it(database: Database, writer: SqliteWriter) -> None:
    """Ctrl-C, and a service manager that ends all at once: the worker ends it when it has written everything."""
    values = SqliteAppend().values
    assert writer.write(values([entry()]))
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid_of(writer), one)

    assert writer.write(values([entry()]))

    process = writer._process
    assert process is not None
    writer.close()
    assert process.returncode == 0
    assert not writer.write(values([entry()]))
    assert await count(database) == 2


async def test_callers_of_a_crowd_have_their_own_answers(database: Database) -> None:
    """One duplicate and one entry that no database takes: they alone are told so, the others are stored."""
    log = DatabaseDecisionLog(database)
    await log.append([entry(request_id="r")])
    crowd = [entry() for _ in range(20)]
    crowd[3] = entry(request_id="r")
    crowd[7] = entry(case_id="half a \ud800")

    answers = await asyncio.gather(*(log.append([one]) for one in crowd))

    assert {number: type(answer) for number, (answer,) in enumerate(answers) if not isinstance(answer, Stored)} == {
        3: Duplicate,
        7: Refused,
    }
