"""The pack that decided is found by its digest: among those that are loaded, else in the store."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.recorded_packs import RecordedPacks
from amends.engines.reference import ReferenceEngine
from amends.packs.load import load_rules
from amends.packs.source import PackSource, source_of
from tests.fakes.decision_log import FakePackStore

LOADED: Final = load_rules(Path(__file__).parents[3] / "rules")
STARTER: Final = LOADED.packs["starter"]
SOURCE: Final = source_of(LOADED, "starter")


class _CountingStore(FakePackStore):
    """Counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def get(self, digest: str) -> PackSource | None:
        self.asked += 1
        return await super().get(digest)


async def test_a_pack_that_is_loaded_is_taken_from_there() -> None:
    """Nobody looks into the store for what decides now."""
    store = _CountingStore()
    packs = RecordedPacks(Catalog({"starter": CompiledPack(STARTER, ReferenceEngine())}, {}), store)
    assert await packs(STARTER.digest) is STARTER
    assert store.asked == 0


async def test_a_pack_of_before_comes_from_the_store_once() -> None:
    """Loaded again from its texts, and kept."""
    store = _CountingStore()
    await store.add(SOURCE)
    packs = RecordedPacks(Catalog({}, {}), store)
    found = await packs(STARTER.digest)
    assert found is not None
    assert found.digest == STARTER.digest
    assert await packs(STARTER.digest) is found
    assert store.asked == 1


async def test_a_pack_that_is_not_stored_is_looked_for_again() -> None:
    """It may be there by then."""
    store = _CountingStore()
    packs = RecordedPacks(Catalog({}, {}), store)
    assert await packs(STARTER.digest) is None
    await store.add(SOURCE)
    assert await packs(STARTER.digest) is not None


async def test_texts_that_give_another_pack_give_none() -> None:
    """A pack of another version of the language decides nothing here, and is not read twice."""
    store = _CountingStore()
    await store.add(replace(SOURCE, digest="ab" * 32))
    packs = RecordedPacks(Catalog({}, {}), store)
    assert [await packs("ab" * 32), await packs("ab" * 32)] == [None, None]
    assert store.asked == 1
