"""Packs under their digests: kept once, byte for byte."""

from amends.application.ports import PackStore
from amends.packs.source import PackSource
from amends.storage.database import Database
from amends.storage.pack_store import DatabasePackStore
from tests.fakes.clock import FakeClock
from tests.fakes.decision_log import FakePackStore
from tests.storage.conftest import on_each_database

SOURCE = PackSource(
    digest="a" * 64,
    pack_id="airline",
    version="2026.1",
    files={
        "airline": {"pack.yaml": b"extends: foundation\n", "tables/caf\xc3\xa9.csv": b"\xef\xbb\xbfa;b\r\n\x00\xff"},
        "foundation": {"pack.yaml": "title: Grüße\n".encode(), "empty.yaml": b""},
    },
)


async def _holds(store: PackStore) -> None:
    assert await store.get(SOURCE.digest) is None

    await store.add(SOURCE)
    await store.add(SOURCE)
    await store.add(PackSource(SOURCE.digest, "another", "1", {}))

    assert await store.get(SOURCE.digest) == SOURCE
    assert await store.get("b" * 64) is None


async def test_a_pack_comes_back_as_it_was_kept() -> None:
    """The first that is kept under a digest stays; in memory as on the databases."""
    await _holds(FakePackStore())


@on_each_database
async def test_a_pack_comes_back_from_a_database(database: Database) -> None:
    """Every byte of every file, of what it extends too: another byte would be another pack."""
    await _holds(DatabasePackStore(database, FakeClock()))


@on_each_database
async def test_a_pack_is_stored_small(database: Database) -> None:
    """Texts are packed: a pack of a megabyte takes little room, and comes back whole."""
    large = PackSource("c" * 64, "large", "1", {"large": {"pack.yaml": b"- rule: same as before\n" * 50_000}})
    store = DatabasePackStore(database, FakeClock())

    await store.add(large)

    size = await database.read(
        lambda connection: connection.exec_driver_sql("SELECT max(length(files)) FROM packs").scalar()
    )
    assert isinstance(size, int)
    assert size < 100_000
    assert await store.get("c" * 64) == large
