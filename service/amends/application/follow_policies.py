"""The use case of following what the policies point to, as every process does that decides: it makes the packs ready
beside the event loop, and takes all changes over at once.

A pack that cannot be made ready here leaves its policy with the pack that it has.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from amends.application.activation import Pointed
from amends.application.compiled_pack import CompiledPack
from amends.application.engine_errors import ConditionTooLargeError
from amends.application.kept_packs import KeptPacks
from amends.application.live_catalog import LiveCatalog
from amends.application.policy_ports import Activations
from amends.application.ports import Engine, PackStore
from amends.packs.model import Pack
from amends.packs.source import SourceError, load_source


class Change(NamedTuple):
    """A policy that is decided by another pack from now on, and by which before (empty: by none)."""

    pointed: Pointed
    compiled: CompiledPack
    before: str


class Left(NamedTuple):
    """A policy that is left with the pack that it has, and why."""

    pointed: Pointed
    why: str


class Followed(NamedTuple):
    """What came of one look at the policies. `gone` are those that decide nothing any more."""

    changes: Sequence[Change] = ()
    left: Sequence[Left] = ()
    gone: Sequence[str] = ()


class FollowPolicies:
    """Follows the policies of one database into the catalog of one process."""

    def __init__(self, activations: Activations, packs: PackStore, *, live: LiveCatalog, engine: Engine) -> None:
        self._activations = activations
        self._packs = packs
        self._live = live
        self._kept = KeptPacks(engine)

    async def __call__(self) -> Followed:
        """Look once, and take over what has changed. LogUnavailableError where that cannot be known."""
        activated = dict(self._live.activated)
        changes: list[Change] = []
        left: list[Left] = []
        policies = await self._activations.policies()
        gone = tuple(sorted(activated.keys() - {pointed.policy for pointed in policies}))
        for policy in gone:
            del activated[policy]
        for pointed in policies:
            now = activated.get(pointed.policy)
            if now is not None and now.pack.digest == pointed.digest:
                continue
            try:
                compiled = await self._ready(pointed.digest)
            except (SourceError, ConditionTooLargeError) as error:
                left.append(Left(pointed, str(error)))
                continue
            if compiled is None:
                left.append(Left(pointed, f"there is no rule pack of the digest {pointed.digest}"))
                continue
            changes.append(Change(pointed, compiled, "" if now is None else now.pack.digest))
            activated[pointed.policy] = compiled
        if changes or gone:
            self._live.activate(activated)
        return Followed(tuple(changes), tuple(left), gone)

    async def _ready(self, digest: str) -> CompiledPack | None:
        for compiled in self._live.packs.values():
            if compiled.pack.digest == digest:
                return compiled
        return await self._kept.compiled(digest, lambda: self._loaded(digest))

    async def _loaded(self, digest: str) -> Pack | None:
        source = await self._packs.get(digest)
        return None if source is None else await asyncio.to_thread(load_source, source)
