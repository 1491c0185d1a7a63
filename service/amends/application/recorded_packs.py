"""The pack that a recorded decision was made by: one that is loaded, else the one that is stored under its digest."""

import asyncio

from amends.application.catalog import Catalog
from amends.application.ports import PackStore
from amends.packs.model import Pack
from amends.packs.source import SourceError, load_source


class RecordedPacks:
    """Finds packs by digest. Those that were loaded from the store are kept, as few as there are versions of packs."""

    __slots__ = ("_catalog", "_kept", "_store")

    def __init__(self, catalog: Catalog, store: PackStore) -> None:
        self._catalog = catalog
        self._store = store
        self._kept: dict[str, Pack] = {}

    async def __call__(self, digest: str) -> Pack | None:
        """The pack; None where it is not stored, or this version of the language makes another one of its texts."""
        loaded = next((one.pack for one in self._catalog.packs.values() if one.pack.digest == digest), None)
        if loaded is not None or digest in self._kept:
            return loaded or self._kept[digest]
        source = await self._store.get(digest)
        if source is None:
            return None
        try:
            # Reading a large pack takes longer than other calls may wait.
            pack = await asyncio.to_thread(load_source, source)
        except SourceError:
            return None
        self._kept[digest] = pack
        return pack
