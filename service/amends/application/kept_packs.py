"""Packs compiled for decisions of the past: made beside the event loop, and the last used ones kept."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import Engine
from amends.packs.model import Pack

MOST_KEPT: Final = 16
"""Packs that are kept compiled: more than are ever active at once, and each is a few megabytes."""


class KeptPacks:
    """Compiled packs by digest, boundedly. For one event loop."""

    __slots__ = ("_compiled", "_engine", "_most")

    def __init__(self, engine: Engine, *, most: int = MOST_KEPT) -> None:
        self._engine = engine
        self._most = most
        self._compiled: dict[str, CompiledPack] = {}

    async def compiled(self, digest: str, load: Callable[[], Awaitable[Pack | None]]) -> CompiledPack | None:
        """The pack of that digest, which `load` gives where it is not kept, or None. ConditionTooLargeError."""
        compiled = self._compiled.pop(digest, None)
        if compiled is None:
            pack = await load()
            if pack is None:
                return None
            # Tenths of a second for a large pack, which other calls need not wait for.
            compiled = await asyncio.to_thread(CompiledPack, pack, self._engine)
        # Put back last: what was not used for longest goes first.
        self._compiled[digest] = compiled
        if len(self._compiled) > self._most:
            del self._compiled[next(iter(self._compiled))]
        return compiled
