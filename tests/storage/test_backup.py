"""Backups: whole and of one moment while others write; put back only where they may be; who was forgotten stays so."""

import asyncio
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from amends.application.log_errors import LogUnavailableError
from amends.domain.erasure import ErasureMark
from amends.storage import postgresql_backup
from amends.storage.backup import Restored, erasures, restore, save
from amends.storage.backup_errors import BackupError
from amends.storage.database import Database
from amends.storage.decision_log import DatabaseDecisionLog
from amends.storage.erasure import DatabaseEraser
from amends.storage.erasure_marks import read_marks, write_marks
from amends.storage.migrate import SchemaState, status, upgrade
from amends.storage.tables import decisions
from tests.storage.conftest import on_each_database
from tests.storage.entries import T0, entry, new_id, promise
from tests.storage.postgresql import PostgresqlServer


def put_back(url: str, file: Path, *, marks: Sequence[ErasureMark] = (), force: bool = False) -> Restored:
    return restore(url, file, marks=marks, force=force, new_id=new_id)


async def write(url: str, count: int, **said: object) -> list[str]:
    """The ids of so many new decisions."""
    written = [entry(**said, promised=(promise(new_id()),)) for _ in range(count)]
    with Database(url) as database:
        await DatabaseDecisionLog(database).append(written)
    return [one.decision_id for one in written]


async def forget(url: str, customer_id: str) -> None:
    with Database(url) as database:
        await DatabaseEraser(database).erase(customer_id, erasure_id=new_id(), erased_at=T0 + 100, new_id=new_id)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def customers(url: str) -> list[str]:
    asked = select(decisions.c.customer_id).order_by(decisions.c.decision_id)
    with Database(url) as database:
        return await database.read(lambda connection: list(connection.execute(asked).scalars()))


@on_each_database
async def test_a_backup_put_back_is_what_was_saved(url: str, tmp_path: Path) -> None:
    """Bytes, promises, packs and the schema's own notes: all as it was, and what came later is gone."""
    early = await write(url, 40)
    file = tmp_path / "backup"
    saved = save(url, file)
    (late,) = await write(url, 1)

    restored = put_back(url, file, force=True)

    assert (saved["decisions"], saved["obligations"], saved["applied_rules"]) == (40, 40, 80)
    assert restored == Restored(saved, 0)
    assert status(url).state is SchemaState.CURRENT
    with Database(url) as database:
        log = DatabaseDecisionLog(database)
        assert [(await log.decision(one)) is not None for one in (*early, late)] == [True] * 40 + [False]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names_in(tmp_path) <= {"backup", "amends.db"}


@on_each_database
async def test_an_empty_place_needs_no_force(empty_url: str, tmp_path: Path) -> None:
    """A new machine: neither tables nor, in SQLite, a file; and a database that was only just upgraded."""
    source, file = f"sqlite:///{tmp_path / 'source.db'}", tmp_path / "backup"
    if empty_url.startswith("postgresql"):
        source = empty_url
    upgrade(source)
    ids = await write(source, 3)
    save(source, file)
    if source == empty_url:
        _empty(empty_url)

    assert put_back(empty_url, file).rows["decisions"] == 3
    with Database(empty_url) as database:
        assert await DatabaseDecisionLog(database).decision(ids[0]) is not None


def _empty(url: str) -> None:
    with Database(url) as database, database._writer.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


@on_each_database
async def test_a_database_is_not_replaced_by_accident(url: str, tmp_path: Path) -> None:
    """Where anything is recorded, it takes --force, and without it nothing changes."""
    file = tmp_path / "backup"
    save(url, file)
    ids = await write(url, 2)

    with pytest.raises(BackupError, match=r"2 decisions.*--force"):
        put_back(url, file)

    with Database(url) as database:
        assert await DatabaseDecisionLog(database).decision(ids[1]) is not None


@on_each_database
async def test_who_was_forgotten_after_the_backup_is_forgotten_again(url: str, tmp_path: Path) -> None:
    """The database that is replaced knows whom; they do not come back with the backup."""
    await write(url, 2, customer_id="gone")
    await write(url, 1, customer_id="stays", case_id="case-2")
    file = tmp_path / "backup"
    save(url, file)
    await forget(url, "gone")

    restored = put_back(url, file, force=True)

    assert restored.forgotten == 1
    assert [one for one in await customers(url) if one in {"gone", "stays"}] == ["stays"]
    assert len(erasures(url)) == 1


@on_each_database
async def test_marks_that_were_kept_apart_are_heeded(url: str, tmp_path: Path) -> None:
    """The database was lost with its erasures; a file of their marks does as well."""
    await write(url, 2, customer_id="gone")
    file = tmp_path / "backup"
    save(url, file)
    await forget(url, "gone")
    marks = read_marks(write_marks(erasures(url)))
    lost = f"sqlite:///{tmp_path / 'new.db'}"
    if url.startswith("postgresql"):
        lost = url
        _empty(url)

    assert put_back(lost, file, marks=marks).forgotten == 1
    assert "gone" not in await customers(lost)


@on_each_database
async def test_a_backup_is_of_one_moment_while_others_write(
    url: str, open_database: Callable[[], Database], tmp_path: Path
) -> None:
    """Each decision in it has all of its rows, and the first writers were not kept waiting."""
    log = DatabaseDecisionLog(open_database())
    begun, stop = asyncio.Event(), asyncio.Event()

    async def write_on() -> int:
        count = 0
        while not stop.is_set():
            await log.append([entry(promised=(promise(new_id()),)) for _ in range(10)])
            count += 10
            begun.set()
        return count

    writing = asyncio.create_task(write_on())
    await begun.wait()
    rows = await asyncio.to_thread(save, url, tmp_path / "backup")
    stop.set()
    await writing

    assert rows["decisions"] >= 10
    assert rows["decisions"] % 10 == 0
    assert rows["obligations"] == rows["decisions"]
    assert rows["applied_rules"] == 2 * rows["decisions"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_servers_may_go_on_while_sqlite_is_restored(
    url: str, open_database: Callable[[], Database], tmp_path: Path
) -> None:
    """Who has the file open sees the old content, then the new, and can write on."""
    (early,) = await write(url, 1)
    file = tmp_path / "backup"
    save(url, file)
    log = DatabaseDecisionLog(open_database())
    late = entry()
    await log.append([late])

    put_back(url, file, force=True)

    assert await log.decision(early) is not None
    assert await log.decision(late.decision_id) is None
    await log.append([late])
    assert await log.decision(late.decision_id) == late


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_postgresql_is_not_restored_under_a_server(url: str, database: Database, tmp_path: Path) -> None:
    """Who was forgotten is there for a moment: nobody may be served from that."""
    save(url, tmp_path / "backup")
    await DatabaseDecisionLog(database).decision("none")

    with pytest.raises(BackupError, match="stop the servers"):
        put_back(url, tmp_path / "backup", force=True)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_a_restore_of_postgresql_that_was_cut_short_forgets_when_repeated(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data is there, the erasures are not yet, and the database that knew of them is gone: a file still knows."""
    await write(url, 1, customer_id="gone")
    file = tmp_path / "backup"
    save(url, file)
    await forget(url, "gone")

    def power_cut(*_given: object, **_more: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(postgresql_backup, "apply_erasures", power_cut)
        with pytest.raises(KeyboardInterrupt):
            put_back(url, file, force=True)
    assert await customers(url) == ["gone"]

    assert put_back(url, file, force=True).forgotten == 1
    assert await customers(url) == [""]
    assert names_in(tmp_path) == {"backup"}


@on_each_database
async def test_a_damaged_backup_changes_nothing(url: str, tmp_path: Path) -> None:
    """A file that was cut short, or is something else, is refused before anything is touched."""
    (kept,) = await write(url, 1)
    file = tmp_path / "backup"
    save(url, file)
    whole = file.read_bytes()

    for damaged in (b"", b"something else entirely", whole[: len(whole) * 2 // 3]):
        file.write_bytes(damaged)
        with pytest.raises(BackupError):
            put_back(url, file, force=True)

    with Database(url) as database:
        assert await DatabaseDecisionLog(database).decision(kept) is not None


@on_each_database
async def test_a_backup_overwrites_nothing(url: str, tmp_path: Path) -> None:
    """A file that is there stays as it is; so does a database without tables."""
    file = tmp_path / "backup"
    file.write_text("mine")

    with pytest.raises(BackupError, match="there already"):
        save(url, file)
    with pytest.raises(BackupError, match="amends db upgrade"):
        save(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "other")

    assert file.read_text() == "mine"
    assert not (tmp_path / "none.db").exists()


def test_without_pg_dump_it_says_what_brings_it(
    postgresql_server: PostgresqlServer, migrated_postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that only serves may lack the client programs."""
    assert postgresql_server is not None
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupError, match="apt-get install postgresql-client"):
        save(migrated_postgresql_url, tmp_path / "backup")

    assert not list(tmp_path.iterdir())


def test_a_password_stands_in_no_message(tmp_path: Path) -> None:
    """Neither the command nor what it says shows it."""
    archive = tmp_path / "backup"
    archive.write_bytes(b"PGDMP")

    with pytest.raises((BackupError, LogUnavailableError)) as refused:
        put_back("postgresql://user:secret@127.0.0.1:1/name", archive)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("line", ["{}", "no JSON", '{"erasure_id": "e"}', "[]"])
def test_a_file_that_holds_no_marks_is_refused(line: str) -> None:
    """Erasures that cannot be read must not be passed over."""
    with pytest.raises(BackupError, match="line 1"):
        read_marks(line)
