"""The schema of a database: its steps give the tables; software of before a step and after it may use one at once."""

import asyncio
import shutil
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Stored
from amends.storage import engines, migrations
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.engines import make_engine, read_url
from amends.storage.migrate import SchemaState, status, upgrade
from amends.storage.tables import metadata
from tests.storage.conftest import on_each_database
from tests.storage.entries import entry, promise
from tests.storage.postgresql import PostgresqlServer

STEPS = Path(migrations.__file__).parent / "versions"
HEAD = len(list(STEPS.glob("v*.py")))

EXPAND = '''
"""A step as a later version may bring it: a column, an index and a table that the software before does not know."""
import sqlalchemy as sa
from alembic import op

revision, down_revision, SERVES = "{step}", "{before}", "0001"


def upgrade():
    op.add_column("decisions", sa.Column("brand", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_decisions_brand", "decisions", ["brand"])
    op.create_table("notes", sa.Column("note_id", sa.Text(), primary_key=True))
'''
CONTRACT = '''
"""A step that takes away what this software uses."""
from alembic import op

revision, down_revision, SERVES = "{step}", "{before}", "{before}"


def upgrade():
    op.drop_table("ledgers")
'''
BREAKS = '''
"""A step that fails half-way."""
import sqlalchemy as sa
from alembic import op

revision, down_revision, SERVES = "{step}", "{before}", "0001"


def upgrade():
    op.create_table("half", sa.Column("half_id", sa.Text(), primary_key=True))
    raise RuntimeError("half-way")
'''


@pytest.fixture
def later(tmp_path: Path) -> Callable[..., Path]:
    """The steps of this version and what a later one adds, as a folder."""

    def make(*added: str) -> Path:
        folder = tmp_path / f"steps-{len(added)}"
        shutil.copytree(STEPS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for number, step in enumerate(added, start=HEAD + 1):
            named = step.replace("{step}", f"{number:04}").replace("{before}", f"{number - 1:04}")
            (folder / f"v{number:04}_later.py").write_text(named)
        return folder

    return make


@pytest.fixture
def steps_until(tmp_path: Path) -> Callable[[int], Path]:
    """The steps of this version up to one, as a folder: the schema of the software before."""

    def make(last: int) -> Path:
        folder = tmp_path / f"steps-until-{last}"
        folder.mkdir()
        for step in sorted(STEPS.glob("v*.py"))[:last]:
            shutil.copy(step, folder)
        return folder

    return make


def engine_of(url: str) -> Engine:
    return make_engine(read_url(url), connections=1, writes=True)


def described(connection: Connection) -> list[tuple[object, ...]]:
    """Every table and index in the database's own words, but for Alembic's own."""
    if connection.dialect.name == "sqlite":
        asked = "SELECT name, sql FROM sqlite_master WHERE sql <> ''"
    else:
        asked = (
            "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, column_default)"
            " FROM information_schema.columns WHERE table_schema = 'public'"
            " UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        )
    rows = [(name, " ".join(str(words).split())) for name, words in connection.execute(text(asked))]
    return sorted(row for row in rows if not row[0].startswith("alembic_version"))


@on_each_database
def test_the_steps_give_the_tables(url: str) -> None:
    """The tables that the code knows are those that the steps make, by Alembic's comparison."""
    engine = engine_of(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_steps_give_the_tables_to_the_letter_in_sqlite(tmp_path: Path) -> None:
    """Conditions of indexes and tables without row ids too, which Alembic does not compare."""
    stepped, made = (f"sqlite:///{tmp_path / name}.db" for name in ("stepped", "made"))
    upgrade(stepped)
    assert _tables_made(made) == _described(stepped)


def test_the_steps_give_the_tables_to_the_letter_in_postgresql(postgresql_server: PostgresqlServer) -> None:
    """As in SQLite."""
    names = postgresql_server.create(), postgresql_server.create()
    stepped, made = (postgresql_server.url(name) for name in names)
    upgrade(stepped)
    assert _tables_made(made) == _described(stepped)
    for name in names:
        postgresql_server.drop(name)


def _tables_made(url: str) -> list[tuple[object, ...]]:
    engine = engine_of(url)
    metadata.create_all(engine)
    engine.dispose()
    return _described(url)


def _described(url: str) -> list[tuple[object, ...]]:
    engine = engine_of(url)
    with engine.connect() as connection:
        found = described(connection)
    engine.dispose()
    return found


@on_each_database
def test_a_database_says_how_it_stands(empty_url: str) -> None:
    """Asking creates nothing; upgrading creates everything, and once more changes nothing."""
    before = status(empty_url)
    assert (before.state, before.found, before.usable) == (SchemaState.MISSING, "", False)
    assert "amends db upgrade" in before.sentence
    if empty_url.startswith("sqlite"):
        assert not Path(read_url(empty_url).database or "").exists()

    first = upgrade(empty_url)
    assert (first.state, first.found, first.usable) == (SchemaState.CURRENT, first.known, True)
    described_then = _described(empty_url)
    assert upgrade(empty_url) == first == status(empty_url)
    assert _described(empty_url) == described_then


def test_the_file_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    """It holds what customers said: neither it nor what SQLite puts beside it is open to other accounts."""
    folder = tmp_path / "data"
    url = f"sqlite:///{folder / 'amends.db'}"
    upgrade(url)

    with Database(url) as database:
        asyncio.run(database.write(lambda connection: connection.exec_driver_sql("DELETE FROM ledgers").rowcount))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}

    assert modes == {"amends.db": 0o600, "amends.db-wal": 0o600, "amends.db-shm": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@on_each_database
def test_two_who_upgrade_at_once_do_it_once(empty_url: str) -> None:
    """Several machines may start at the same moment: one takes the steps, the others wait and find them taken."""
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(upgrade, [empty_url] * 3))

    assert {one.state for one in found} == {SchemaState.CURRENT}


def test_an_upgrade_waits_for_whoever_begins_to_write_a_new_file(tmp_path: Path) -> None:
    """SQLite by itself refuses at once to give a file its write-ahead log while another process writes."""
    file = tmp_path / "amends.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            upgraded = pool.submit(upgrade, f"sqlite:///{file}")
            with pytest.raises(TimeoutError):
                upgraded.result(0.3)
            other.rollback()

            assert upgraded.result().state is SchemaState.CURRENT


def test_an_upgrade_waits_longer_than_a_call_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a busy writer the lock is seldom found free."""
    monkeypatch.setattr(engines, "SQLITE_BUSY_SECONDS", 0.02)
    file = tmp_path / "amends.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            upgraded = pool.submit(upgrade, f"sqlite:///{file}")
            with pytest.raises(TimeoutError):
                upgraded.result(0.3)
            other.rollback()

            assert upgraded.result().state is SchemaState.CURRENT


@on_each_database
async def test_software_of_before_goes_on_during_and_after_a_step(
    url: str, database: Database, later: Callable[..., Path]
) -> None:
    """While a later version takes its step, this one writes and reads without a pause or an error, and after it too."""
    log = DatabaseDecisionLog(database)
    begun, upgraded = asyncio.Event(), asyncio.Event()
    written: list[str] = []

    async def write_on() -> None:
        after = 0
        while after < 5:
            after += upgraded.is_set()
            one = entry(promised=(promise(f"p-{len(written)}"),))
            assert [type(answer) for answer in await log.append([one])] == [Stored]
            written.append(one.decision_id)
            begun.set()

    writing = asyncio.create_task(write_on())
    await begun.wait()
    found = await asyncio.to_thread(upgrade, url, steps=later(EXPAND))
    upgraded.set()
    await writing

    assert found.found == f"{HEAD + 1:04}"
    assert [await log.decision(decision_id) is not None for decision_id in written] == [True] * len(written)
    now = status(url)
    assert (now.state, now.usable) == (SchemaState.NEWER, True)
    assert upgrade(url) == now


@on_each_database
def test_a_step_that_no_longer_serves_this_software_is_told(url: str, later: Callable[..., Path]) -> None:
    """After what it uses was taken away the software must not start, and says why."""
    upgrade(url, steps=later(EXPAND, CONTRACT))

    found = status(url)

    assert (found.state, found.usable) == (SchemaState.TOO_NEW, False)
    assert "newer version" in found.sentence


@on_each_database
def test_later_software_asks_for_its_step(url: str, later: Callable[..., Path]) -> None:
    """A database of before is not usable by software that needs a step more."""
    found = status(url, steps=later(EXPAND))

    assert (found.state, found.usable) == (SchemaState.OLDER, False)
    assert "amends db upgrade" in found.sentence


@on_each_database
def test_a_step_that_fails_leaves_nothing_behind(url: str, later: Callable[..., Path]) -> None:
    """Half a step is none: the database is as it was, and says so."""
    before = _described(url)

    with pytest.raises(RuntimeError, match="half-way"):
        upgrade(url, steps=later(BREAKS))

    assert _described(url) == before
    assert status(url).state is SchemaState.CURRENT


def test_a_database_that_does_not_answer_is_unavailable() -> None:
    """No traceback for a server that is not there, and no password in what is said."""
    with pytest.raises(LogUnavailableError) as away:
        status("postgresql://user:secret@127.0.0.1:1/name")

    assert "secret" not in str(away.value)


@on_each_database
async def test_the_index_of_incidents_is_made_while_the_software_before_writes(
    empty_url: str, steps_until: Callable[[int], Path]
) -> None:
    """Nothing waits for it or fails by it, and what was there before is found by it."""
    upgrade(empty_url, steps=steps_until(2))
    with Database(empty_url) as database:
        log, upgraded, written = DatabaseDecisionLog(database), asyncio.Event(), list[str]()

        async def write_on() -> None:
            after = 0
            while after < 3:
                after += upgraded.is_set()
                one = entry(incident_id="outage-7")
                assert [type(answer) for answer in await log.append([one])] == [Stored]
                written.append(one.decision_id)

        await log.append([entry(incident_id="outage-8")])
        writing = asyncio.create_task(write_on())
        found = await asyncio.gather(*(asyncio.to_thread(upgrade, empty_url) for _ in range(2)))
        upgraded.set()
        await writing
        plan, listed = await database.read(_of_incident)

    assert {(one.state, one.found) for one in found} == {(SchemaState.CURRENT, f"{HEAD:04}")}
    assert listed == sorted(written)
    assert "ix_decisions_incident" in plan


def _of_incident(connection: Connection) -> tuple[str, list[str]]:
    """How the database finds the decisions of an incident, where it may not simply read all, and which."""
    asked = "SELECT decision_id FROM decisions WHERE incident_id = 'outage-7' AND incident_id != '' ORDER BY 1"
    explain = "EXPLAIN QUERY PLAN "
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN "
    plan = [str(row) for row in connection.execute(text(explain + asked))]
    return "\n".join(plan), [str(row[0]) for row in connection.execute(text(asked))]
