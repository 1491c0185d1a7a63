"""How a policy stands: the worst that is so, by the activation that says why, in its words."""

from amends.application.activate_pack import Wanted
from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.live_catalog import LiveCatalog
from amends.application.request_folder import FolderPolicy
from amends.application.standing import PolicyState, Standing, WatchedStandings, standings_of
from amends.engines.reference import ReferenceEngine
from tests.unit.application.activating import ANNA, Publishing, pack, source, texts


async def stands(desk: Publishing) -> Standing:
    """The policy `default`, after a look."""
    followed = await desk.follow()
    standings = WatchedStandings(desk.activations, desk.proofs, live=desk.live, remembers=True)
    await standings.look({one.pointed.policy: (one.pointed, one.why) for one in followed.left})
    (one,) = standings()
    return one


async def test_a_refusal_leaves_a_policy_behind_until_something_goes_live() -> None:
    """What was only checked, or ended by somebody, leaves nobody behind."""
    desk = Publishing()
    live = await desk.went_live("1")
    assert await stands(desk) == Standing("default", PolicyState.PROVED, live.digest)

    desk.trial.problems = ("a test failed\nin two lines", "another")
    refused = await desk.upload("2")
    await desk.checked()
    behind = Standing("default", PolicyState.BEHIND, live.digest, refused.activation_id, "a test failed\nin two lines")
    assert await stands(desk) == behind
    await desk.upload("3", validate_only=True)
    await desk.checked()
    assert await stands(desk) == behind

    await desk.activate(Wanted("default", ANNA, "back", digest=live.digest))
    await desk.checked()
    assert (await stands(desk)).state is PolicyState.PROVED


async def test_a_beginning_is_unproved_until_its_proof_is_made() -> None:
    """Then it is proved; and where the proof did not come to its end, that is told."""
    for unfinished, state in (("", PolicyState.PROVED), ("not done in 3 seconds", PolicyState.UNPROVED)):
        desk = Publishing()
        folder = FolderPolicy("default", "tiny", texts("1"), "1", source("1").digest, "1")
        await desk.packs.add(source("1"))
        await desk.request.begin([folder])
        (asked,) = await desk.prove([folder])
        waiting = await stands(desk)
        assert (waiting.state, waiting.activation_id) == (PolicyState.UNPROVED, "")

        desk.prover.unfinished = unfinished
        await desk.checked()

        done = await stands(desk)
        assert (done.state, done.activation_id) == (state, asked.activation_id if unfinished else "")
        assert unfinished in done.reason


async def test_what_was_withdrawn_is_undecided() -> None:
    """By the proof that was refused."""
    desk = Publishing()
    folder = FolderPolicy("default", "tiny", texts("1"), "1", source("1").digest, "1")
    await desk.packs.add(source("1"))
    await desk.request.begin([folder])
    await desk.prove([folder])
    desk.live = LiveCatalog(Catalog({"tiny": CompiledPack(pack("1"), ReferenceEngine())}, {"default": "tiny"}))
    desk.live.activate({})
    desk.trial.problems = ("a gap",)

    await desk.checked()

    one = await stands_without_following(desk)
    assert (one.state, one.digest, one.reason) == (PolicyState.UNDECIDED, "", "a gap")
    assert one.activation_id


async def test_what_cannot_be_made_ready_is_not_followed() -> None:
    """Here: elsewhere it may be. It decides by the pack that it had."""
    desk = Publishing()
    live = await desk.went_live("1")
    lost = await desk.went_live("2")
    desk.live.activate({"default": CompiledPack(pack("1"), ReferenceEngine())})
    del desk.packs._packs[lost.digest]
    desk.forget_ready()

    one = await stands(desk)

    assert (one.state, one.digest, one.activation_id) == (PolicyState.NOT_FOLLOWED, live.digest, lost.activation_id)
    assert lost.digest in one.reason


def test_without_anything_to_follow_the_catalog_says_how_policies_stand() -> None:
    """Nothing is proved, and what did not load is undecided."""
    compiled = CompiledPack(pack("1"), ReferenceEngine())

    found = standings_of(Catalog({"tiny": compiled}, {"default": "tiny", "lost": "nowhere"}))

    assert [(one.policy, one.state, one.digest) for one in found] == [
        ("default", PolicyState.UNPROVED, compiled.pack.digest),
        ("lost", PolicyState.UNDECIDED, ""),
    ]


async def stands_without_following(desk: Publishing) -> Standing:
    standings = WatchedStandings(desk.activations, desk.proofs, live=desk.live, remembers=True)
    await standings.look({})
    (one,) = standings()
    return one
