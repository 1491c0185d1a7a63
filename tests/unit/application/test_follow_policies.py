"""Following: what is live is taken over whole, at once, and only where it can be made ready."""

from dataclasses import replace

import pytest

from amends.application.activation import ActivationState, Findings, Origin
from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.live_catalog import LiveCatalog, merged
from amends.application.policy_ports import Settlement
from amends.domain.errors import UnknownPackError, UnknownPolicyError
from amends.engines.reference import ReferenceEngine
from tests.unit.application.activating import Publishing, pack, source


def compiled(version: str) -> CompiledPack:
    return CompiledPack(pack(version), ReferenceEngine())


async def test_what_goes_live_is_taken_over() -> None:
    """And nothing where nothing has changed."""
    desk = Publishing()
    live = await desk.went_live("1")
    assert desk.live.pin("default").pack.digest == live.digest
    assert await desk.follow() == ((), (), ())

    await desk.upload("2")
    await desk.checked()
    followed = await desk.follow()

    assert [(change.pointed.policy, change.before) for change in followed.changes] == [("default", live.digest)]
    assert desk.live.pin("default").pack.version == "2"


async def test_what_was_pinned_stays() -> None:
    """A call, a batch or a stream ends with the packs with which it began."""
    desk = Publishing()
    await desk.went_live("1")
    pinned = desk.live.pinned()

    await desk.went_live("2")

    assert pinned.pin("default").pack.version == "1"
    assert desk.live.pinned().pin("default").pack.version == "2"


async def test_what_cannot_be_made_ready_leaves_the_policy_as_it_is() -> None:
    """A pack of another version of the language, or one that is not kept; other policies are followed."""
    desk = Publishing()
    await desk.went_live("1")
    await desk.packs.add(replace(source("2"), digest="e" * 64))
    broken = [
        replace(await desk.upload("2", policy=policy), origin=Origin.FOLDER, state=ActivationState.LIVE, digest=digest)
        for policy, digest in (("changed", "e" * 64), ("missing", "f" * 64), ("good", source("1").digest))
    ]
    await desk.activations.begin(broken)

    followed = await desk.follow()

    assert [left.pointed.policy for left in followed.left] == ["changed", "missing"]
    assert [change.pointed.policy for change in followed.changes] == ["good"]
    assert set(desk.live.activated) == {"default", "good"}


def test_policies_that_were_not_activated_are_not_decided() -> None:
    """What the folder holds decides nothing by itself, once policies are followed; what did not load is still told."""
    start = Catalog({"tiny": compiled("1")}, {"default": "tiny", "lost": "nowhere", "tiny": "tiny"})
    live = LiveCatalog(start)
    assert live.pin("default").pack.version == "1"

    live.activate({"default": compiled("2")})

    assert live.pin("default").pack.version == "2"
    with pytest.raises(UnknownPolicyError):
        live.pin("tiny")
    with pytest.raises(UnknownPackError):
        live.pin("lost")
    live.activate({})
    assert not live.pinned().decides


async def test_what_is_withdrawn_decides_no_longer() -> None:
    """Whoever has pinned it finishes on it; it is told once."""
    desk = Publishing()
    live = await desk.went_live("1")
    pinned = desk.live.pinned()
    refused = Settlement(ActivationState.REFUSED, desk.clock.now(), findings=Findings(("wrong",)))

    assert await desk.activations.withdraw(live.activation_id, refused)

    assert await desk.follow() == ((), (), ("default",))
    assert await desk.follow() == ((), (), ())
    assert pinned.pin("default").pack.version == "1"
    with pytest.raises(UnknownPolicyError):
        desk.live.pin("default")


def test_versions_of_one_pack_have_names_of_their_own() -> None:
    """The policy of the pack's name has it; the others have a part of their digest behind it."""
    one, two = compiled("1"), compiled("2")
    start = Catalog({"tiny": one}, {"a": "tiny", "tiny": "tiny"})

    catalog = merged(start, {"a": two, "tiny": one})

    beside = f"tiny@{two.pack.digest[:12]}"
    assert {name: each.pack.version for name, each in catalog.packs.items()} == {"tiny": "1", beside: "2"}
    assert (catalog.policies_of("tiny"), catalog.policies_of(beside)) == (("tiny",), ("a",))


def test_a_pack_that_nobody_points_to_gives_way() -> None:
    """Where every policy decides by another version, that one is the pack."""
    start = Catalog({"tiny": compiled("1")}, {"tiny": "tiny"})

    catalog = merged(start, {"tiny": compiled("2")})

    assert {name: each.pack.version for name, each in catalog.packs.items()} == {"tiny": "2"}
