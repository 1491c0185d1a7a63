"""Following: what is live is taken over whole, at once, and only where it can be made ready."""

from dataclasses import replace

from amends.application.activation import ActivationState, Origin
from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.live_catalog import LiveCatalog, merged
from amends.engines.reference import ReferenceEngine
from tests.unit.application.activating import Publishing, pack, source


def compiled(version: str) -> CompiledPack:
    return CompiledPack(pack(version), ReferenceEngine())


async def test_what_goes_live_is_taken_over() -> None:
    """And nothing where nothing has changed."""
    desk = Publishing()
    live = await desk.went_live("1")
    assert desk.live.pin("default").pack.digest == live.digest
    assert await desk.follow() == ((), ())

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


def test_policies_that_were_not_activated_stay_with_the_start() -> None:
    """The folder's packs decide where nothing else was said."""
    start = Catalog({"tiny": compiled("1")}, {"default": "tiny", "tiny": "tiny"})
    live = LiveCatalog(start)

    live.activate({"default": compiled("2")})

    assert live.pin("default").pack.version == "2"
    assert live.pin("tiny").pack.version == "1"


def test_versions_of_one_pack_have_names_of_their_own() -> None:
    """The policy of the pack's name has it; the others have a part of their digest behind it."""
    one, two = compiled("1"), compiled("2")
    start = Catalog({"tiny": one}, {"a": "tiny", "tiny": "tiny"})

    catalog = merged(start, {"a": two})

    beside = f"tiny@{two.pack.digest[:12]}"
    assert {name: each.pack.version for name, each in catalog.packs.items()} == {"tiny": "1", beside: "2"}
    assert (catalog.policies_of("tiny"), catalog.policies_of(beside)) == (("tiny",), ("a",))


def test_a_pack_that_nobody_points_to_gives_way() -> None:
    """Where every policy decides by another version, that one is the pack."""
    start = Catalog({"tiny": compiled("1")}, {"tiny": "tiny"})

    catalog = merged(start, {"tiny": compiled("2")})

    assert {name: each.pack.version for name, each in catalog.packs.items()} == {"tiny": "2"}
