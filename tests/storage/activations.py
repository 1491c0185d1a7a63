"""Activations, packs and proofs in memory and on each database, for the laws that hold on all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from amends.application.activation import Activation, ActivationState, Origin, Person
from amends.application.policy_ports import Activations, Asked, Proofs, Settlement
from amends.application.ports import PackStore
from amends.domain.record import Actor, ActorKind
from amends.packs.source import PackSource
from amends.storage.activations import DatabaseActivations
from amends.storage.database import Database
from amends.storage.in_memory import MemoryActivations, MemoryPackStore, MemoryProofs
from amends.storage.pack_store import DatabasePackStore
from amends.storage.proofs import DatabaseProofs
from tests.fakes.clock import FakeClock
from tests.fakes.new_id import CountingNewId
from tests.storage.logs import migrated_url

ANNA = Person(Actor("anna", "owner", ActorKind.HUMAN), "key-of-anna")
NOW = FakeClock().now()
SECOND = 1_000_000_000


def source(letter: str, *, pack_id: str = "shop") -> PackSource:
    """A pack of that letter's digest."""
    return PackSource(letter * 64, pack_id, f"1.0-{letter}", {pack_id: {"pack.yaml": letter.encode()}})


@dataclass(slots=True)
class Kept:
    """One place where activations are kept, and ids in the order in which they are asked for."""

    activations: Activations
    packs: PackStore
    proofs: Proofs
    new_id: CountingNewId

    def activation(self, policy: str = "default", **said: Any) -> Activation:  # noqa: ANN401  # any of its fields
        """One that nobody has asked for yet."""
        values: dict[str, Any] = {
            "origin": Origin.UPLOAD,
            "requested_at": NOW,
            "by": ANNA,
            "reason": "spring prices",
        } | said
        return Activation(activation_id=self.new_id(), policy=policy, **values)

    async def ask(self, policy: str = "default", **said: Any) -> Activation:  # noqa: ANN401  # as of `activation`
        """One that is asked for."""
        asked = await self.activations.ask(self.activation(policy, **said), {"shop": {"pack.yaml": b"pack: shop"}})
        assert isinstance(asked, Asked)
        return asked.activation

    async def live(self, letter: str, policy: str = "default") -> Activation:
        """One that went live, with the pack of that letter."""
        asked = await self.ask(policy)
        assert await self.activations.claim("worker", now=NOW, until=NOW + SECOND) is not None
        await self.activations.go_live(
            asked.activation_id, Settlement(ActivationState.LIVE, NOW, pack=source(letter)), worker="worker"
        )
        found = await self.activations.activation(asked.activation_id)
        assert found is not None
        return found


def in_memory() -> Kept:
    """In this process."""
    return Kept(MemoryActivations(), MemoryPackStore(), MemoryProofs(), CountingNewId())


def on(database: Database) -> Kept:
    """On a database."""
    return Kept(
        DatabaseActivations(database),
        DatabasePackStore(database, FakeClock()),
        DatabaseProofs(database),
        CountingNewId(),
    )


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    """Of each kind."""
    if request.param == "memory":
        yield in_memory()
        return
    with Database(migrated_url(request.param, tmp_path, request)) as opened:
        yield on(opened)
