"""A database as the event loop sees it: durable writes, reads that cannot write, outages told from mistakes."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.exc import DatabaseError

from amends.application.log_errors import LogUnavailableError
from amends.storage import engines
from amends.storage.database import Database
from amends.storage.engines import DatabaseUrlError, read_url
from amends.storage.migrate import upgrade
from amends.storage.tables import ledgers
from tests.storage.conftest import on_each_database
from tests.storage.postgresql import PostgresqlServer


def put(customer_id: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(insert(ledgers).values(customer_id=customer_id, version=1))

    return work


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(ledgers)).scalar_one()


def ask(statement: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(text(statement)).scalar()


@on_each_database
async def test_a_write_is_all_or_nothing(database: Database) -> None:
    """What fails half-way leaves nothing behind, and the next write finds everything in order."""

    def half(connection: Connection) -> None:
        put("lost")(connection)
        raise KeyError("half-way")

    with pytest.raises(KeyError):
        await database.write(half)
    await database.write(put("kept"))

    assert await database.read(count) == 1


@on_each_database
async def test_a_read_cannot_write(database: Database) -> None:
    """Whoever only asks is held to it by the database."""
    with pytest.raises(LogUnavailableError, match=r"read-?only"):
        await database.read(put("c"))


@on_each_database
async def test_a_mistake_is_no_outage(database: Database) -> None:
    """A statement that is wrong raises what it raised: a bug must not tell callers to try again."""
    with pytest.raises(DatabaseError):
        await database.read(ask("SELECT nothing FROM nowhere"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("setting", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("query_only", 0)]
)
async def test_sqlite_syncs_each_commit_and_overwrites_what_is_deleted(
    database: Database, setting: str, value: object
) -> None:
    """What makes an answer that was seen never lost, and what was forgotten gone."""
    assert await database.write(ask(f"PRAGMA {setting}")) == value


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_transaction_that_writes_has_the_lock_from_its_start(database: Database) -> None:
    """Two that begin by reading and go on to write would fail, not wait: so nobody begins to write without the lock."""

    def somebody_else(_connection: Connection) -> None:
        with sqlite3.connect(database.url.database or "", timeout=0) as other:
            other.execute("BEGIN IMMEDIATE")

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await database.write(somebody_else)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_lock_that_does_not_come_is_an_outage(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that holds the file for longer than anybody waits: callers may try again soon."""
    monkeypatch.setattr(engines, "SQLITE_BUSY_SECONDS", 0.02)
    with Database(url) as database:
        await database.read(count)
        with sqlite3.connect(database.url.database or "") as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LogUnavailableError, match="locked") as away:
                await database.write(put("c"))
            other.rollback()

        assert 0 < away.value.retry_after < 1
        await database.write(put("c"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_full_disk_is_an_outage_until_there_is_room(database: Database) -> None:
    """Nothing is half-written, and as soon as there is room all goes on by itself."""
    pages = await database.write(ask("PRAGMA page_count"))
    await database.write(ask(f"PRAGMA max_page_count={pages}"))

    def much(connection: Connection) -> None:
        for number in range(1000):
            put(f"customer-{number}")(connection)

    with pytest.raises(LogUnavailableError, match="full"):
        await database.write(much)
    assert await database.read(count) == 0

    await database.write(ask("PRAGMA max_page_count=100000"))
    await database.write(much)
    assert await database.read(count) == 1000


@pytest.mark.parametrize("content", [b"this is no database, but long enough to be read as one", b""])
async def test_a_file_that_is_no_database_is_an_outage(tmp_path: Path, content: bytes) -> None:
    """A wrong or empty file does not end the process, nor is it taken for a log."""
    (tmp_path / "amends.db").write_bytes(content)
    url = f"sqlite:///{tmp_path / 'amends.db'}"
    with Database(url) as database, pytest.raises((LogUnavailableError, DatabaseError)):
        await database.write(put("c"))


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_postgresql_syncs_each_commit_even_where_it_is_told_not_to(database: Database) -> None:
    """A database that is set to answer before the disk does is overruled: the log's promise is not the operator's."""
    name = database.url.database
    await database.write(
        lambda connection: connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    )

    with Database(database.url.render_as_string(hide_password=False)) as later:
        assert await later.write(ask("SHOW synchronous_commit")) == "on"


async def test_a_restarted_postgresql_is_found_again(
    postgresql_programs: Path | None, postgresql_server: object
) -> None:
    """A connection that died in between is replaced within the call; while the server is away, callers hear so."""
    assert postgresql_server is not None
    assert postgresql_programs is not None
    with PostgresqlServer(postgresql_programs) as server:
        url = server.url("postgres")
        upgrade(url)
        with Database(url) as database:
            await database.write(put("before"))
            assert await database.read(count) == 1

            server.stop()
            server.start()
            await database.write(put("restarted"))
            assert await database.read(count) == 2

            server.stop()
            with pytest.raises(LogUnavailableError):
                await database.write(put("away"))
            with pytest.raises(LogUnavailableError):
                await database.read(count)
            server.start()
            await database.write(put("back"))
            assert await database.read(count) == 3


@on_each_database
async def test_an_error_does_not_carry_what_was_written(database: Database) -> None:
    """The values of a statement stand in no error. PostgreSQL's own DETAIL may: no message of an error is logged."""
    await database.write(put("customer-of-ours"))

    with pytest.raises(DatabaseError) as refused:
        await database.write(put("customer-of-ours"))

    assert "customer-of-ours" not in str(refused.value).split("DETAIL")[0]


@on_each_database
async def test_many_read_while_one_writes(database: Database) -> None:
    """Readers see what was committed, and wait for no writer."""

    def slow(connection: Connection) -> list[int]:
        put("c")(connection)
        return [future.result(timeout=30) for future in reading]

    loop = asyncio.get_running_loop()
    reading = [asyncio.run_coroutine_threadsafe(database.read(count), loop) for _ in range(20)]

    assert await database.write(slow) == [0] * 20
    assert await database.read(count) == 1
    await database.write(lambda connection: connection.execute(delete(ledgers)))


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:////var/lib/amends/amends.db", "sqlite+pysqlite"),
        ("sqlite:///amends.db", "sqlite+pysqlite"),
        ("postgresql://user:secret@host/name", "postgresql+psycopg"),
        ("postgresql+psycopg2://user@host/name", "postgresql+psycopg"),
    ],
)
def test_a_url_names_a_driver_of_ours(given: str, driver: str) -> None:
    """Whatever driver is named or left out, it is the one that is installed."""
    assert read_url(given).drivername == driver


@pytest.mark.parametrize(
    "given",
    [
        "",
        "amends.db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://user:secret@host/name",
        "user:secret@host",
        "postgresql://user:x@secret@host/name",
        "postgresql://user@host:secret/name",
        "postgresql://user:secret@host/name?sslmod=require",
    ],
)
def test_a_url_that_keeps_nothing_is_refused(given: str) -> None:
    """A mistake is told in words that can go into a log: never with a password."""
    with pytest.raises(DatabaseUrlError) as refused:
        read_url(given)

    assert "secret" not in str(refused.value)
