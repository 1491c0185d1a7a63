"""The pack that a recorded decision was made by: one that is loaded, else the one that is stored under its digest."""

import asyncio

from amends.application.catalog import Policies
from amends.application.compiled_pack import CompiledPack
from amends.application.ports import PackStore
from amends.packs.model import Pack
from amends.packs.source import SourceError, load_source


class RecordedPacks:
    """Finds packs by digest. What was loaded from the store is kept, as few as there are versions of packs; also that
    one could not be loaded, which takes as long to find out.
    """

    __slots__ = ("_catalog", "_kept", "_store")

    def __init__(self, catalog: Policies, store: PackStore) -> None:
        self._catalog = catalog
        self._store = store
        self._kept: dict[str, Pack | None] = {}

    def active(self, digest: str) -> CompiledPack | None:
        """The pack as it decides now, where it is loaded."""
        return next((one for one in self._catalog.packs.values() if one.pack.digest == digest), None)

    async def __call__(self, digest: str) -> Pack | None:
        """The pack; None where it is not stored, or this version of the language makes another one of its texts."""
        active = self.active(digest)
        if active is not None:
            return active.pack
        if digest in self._kept:
            return self._kept[digest]
        source = await self._store.get(digest)
        if source is None:
            return None
        try:
            # Reading a large pack takes longer than other calls may wait.
            self._kept[digest] = await asyncio.to_thread(load_source, source)
        except SourceError:
            self._kept[digest] = None
        return self._kept[digest]
