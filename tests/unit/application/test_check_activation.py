"""A check: whatever is wrong refuses the pack and changes nothing; a pack without fault goes live, or waits."""

import pytest

from amends.application.activate_pack import Wanted
from amends.application.activation import Activation, ActivationState, Origin, Pointed, Proved
from amends.application.check_activation import MOST_TRIES, WITHDRAWN, Rules
from amends.application.proof import CaseKind, Disagreement, Said
from amends.application.request_folder import FolderPolicy
from amends.packs.source import PackSource
from amends.resolution.fill import SEMANTICS
from amends.storage.in_memory import MemoryProofs
from tests.unit.application.activating import ANNA, MINUTE, WORKER, Publishing, source, texts


async def test_a_pack_without_fault_goes_live() -> None:
    """It is kept by then, and its proof with it."""
    desk = Publishing()
    asked = await desk.upload("1")

    live = await desk.checked()

    assert (live.state, live.version, live.digest) == (ActivationState.LIVE, "1", source("1").digest)
    assert (live.findings.tests_passed, live.findings.engines) == (2, ("reference", "bitmap", "durable"))
    assert live.findings.independently_verified
    assert await desk.activations.policies() == [Pointed("default", live.digest, asked.activation_id)]
    assert await desk.packs.get(live.digest) is not None


async def test_a_proof_is_made_once() -> None:
    """For a digest: to roll back takes no other."""
    desk = Publishing()
    first = await desk.went_live("1")
    await desk.went_live("2")

    await desk.activate(Wanted("default", ANNA, "back", digest=first.digest))
    back = await desk.checked()

    assert (back.state, back.digest) == (ActivationState.LIVE, first.digest)
    assert desk.prover.proved == ["1", "2"]
    assert len(desk.trial.asked) == 2


@pytest.mark.parametrize(("known", "proved"), [((), 1), (("reference", "bitmap"), 1), (("bitmap", "durable"), 0)])
async def test_what_was_not_verified_is_proved_before_it_is_gone_back_to(known: tuple[str, ...], proved: int) -> None:
    """Never under this software, or not by other hands: a kept pack is proved like any other, and refused like any."""
    desk = Publishing()
    await desk.packs.add(source("1"))
    if known:
        verified = "durable" in known
        await desk.proofs.keep(Proved(source("1").digest, SEMANTICS, known, 9, verified), now=desk.clock.now())
    desk.prover.disagreement = Disagreement(CaseKind.MAIN, "a case", "fault: company", ())

    await desk.activate(Wanted("default", ANNA, "back", digest=source("1").digest))
    settled = await desk.checked()

    assert len(desk.prover.proved) == proved
    assert settled.state is (ActivationState.REFUSED if proved else ActivationState.LIVE)


async def test_what_fails_its_trial_is_refused() -> None:
    """With every problem, and nothing is proved."""
    desk = Publishing()
    before = await desk.went_live("1")
    desk.trial.problems = ("a test failed",)
    await desk.upload("2")

    refused = await desk.checked()

    assert (refused.state, refused.findings.problems) == (ActivationState.REFUSED, ("a test failed",))
    assert desk.prover.proved == ["1"]
    assert await desk.activations.policies() == [Pointed("default", before.digest, before.activation_id)]


async def test_what_does_not_compile_is_refused() -> None:
    """With its diagnostics; there is no digest to tell."""
    desk = Publishing()
    broken = {"tiny": {"pack.yaml": texts("1")["tiny"]["pack.yaml"].replace(b"fault", b"faultt")}}
    await desk.activate(Wanted("default", ANNA, "r", pack_id="tiny", texts=broken, fingerprint="f"))

    refused = await desk.checked()

    assert (refused.state, refused.digest) == (ActivationState.REFUSED, "")
    assert refused.findings.diagnostics


@pytest.mark.parametrize(
    ("engines", "unfinished", "problem"),
    [
        (("reference", "bitmap", "durable"), "not done in 3 seconds", "did not come to its end: not done in 3 seconds"),
        (("reference",), "", "one engine alone proves nothing"),
        (("reference", "bitmap"), "", "no engine that others wrote has verified it"),
    ],
)
async def test_what_is_not_proved_is_refused(engines: tuple[str, ...], unfinished: str, problem: str) -> None:
    """By whatever kept the engines from agreeing, or kept an independent one away."""
    desk = Publishing()
    desk.prover.engines, desk.prover.unfinished = engines, unfinished
    await desk.upload("1")

    refused = await desk.checked()

    assert refused.state is ActivationState.REFUSED
    assert problem in refused.findings.problems[0]
    assert await desk.activations.policies() == []


@pytest.mark.parametrize("asked", [True, False])
async def test_an_unverified_pack_goes_live_where_that_is_allowed(asked: bool) -> None:  # noqa: FBT001 -- a parameter
    """By who asks, or by the operator; and it says that it is not verified."""
    desk = Publishing(Rules(allow_unverified=not asked))
    desk.prover.engines = ("reference", "bitmap")
    await desk.upload("1", allow_unverified=asked)

    live = await desk.checked()

    assert (live.state, live.findings.independently_verified) == (ActivationState.LIVE, False)


async def test_an_unverified_proof_does_not_do_for_who_wants_a_verified_one() -> None:
    """It is made anew, perhaps on a machine with all engines."""
    desk = Publishing()
    desk.prover.engines = ("reference", "bitmap")
    await desk.upload("1", allow_unverified=True)
    await desk.checked()
    desk.prover.engines = ("reference", "bitmap", "durable")
    await desk.upload("1")

    live = await desk.checked()

    assert (live.state, live.findings.independently_verified) == (ActivationState.LIVE, True)
    assert desk.prover.proved == ["1", "1"]


async def test_what_is_only_to_be_checked_does_not_go_live() -> None:
    """It is kept all the same, for who asks for it by its digest."""
    desk = Publishing()
    await desk.upload("1", validate_only=True)

    valid = await desk.checked()

    assert valid.state is ActivationState.VALID
    assert await desk.activations.policies() == []
    assert await desk.packs.get(valid.digest) is not None


async def test_where_two_have_to_agree_a_pack_waits() -> None:
    """Also one that decided before."""
    desk = Publishing(Rules(approvals=True))
    await desk.upload("1")

    waiting = await desk.checked()

    assert (waiting.state, waiting.settled_at) == (ActivationState.AWAITING_APPROVAL, None)
    assert await desk.activations.policies() == []


async def test_what_was_overtaken_is_refused() -> None:
    """Another that was asked for later is live: it says which."""
    desk = Publishing()
    slow = await desk.upload("1")
    claimed = await desk.activations.claim(WORKER, now=desk.clock.now(), until=desk.clock.now() + MINUTE)
    assert claimed is not None
    fast = await desk.went_live("2")

    refused = await desk.check(claimed)

    assert refused is not None
    assert (refused.activation_id, refused.state) == (slow.activation_id, ActivationState.REFUSED)
    assert fast.activation_id in refused.findings.problems[0]


async def test_what_was_ended_meanwhile_stays_ended() -> None:
    """Its check comes to nothing."""
    desk = Publishing()
    asked = await desk.upload("1")
    claimed = await desk.activations.claim(WORKER, now=desk.clock.now(), until=desk.clock.now() + MINUTE)
    assert claimed is not None
    await desk.activations.release(asked.activation_id, WORKER)
    await desk.activations.claim("another", now=desk.clock.now(), until=desk.clock.now() + MINUTE)

    assert await desk.check(claimed) is None
    assert await desk.activations.policies() == []


async def test_a_check_that_takes_its_workers_with_it_is_refused() -> None:
    """Nobody else has to die of it."""
    desk = Publishing()
    await desk.upload("1")
    for _ in range(MOST_TRIES):
        await desk.activations.claim("dies", now=desk.clock.now(), until=desk.clock.now() + 1)
        desk.clock.nanoseconds += MINUTE

    refused = await desk.checked()

    assert refused.state is ActivationState.REFUSED
    assert str(MOST_TRIES) in refused.findings.problems[0]
    assert desk.trial.asked == []


async def test_a_kept_pack_that_this_version_makes_another_of_is_refused() -> None:
    """By what its texts no longer come to."""
    desk = Publishing()
    kept = source("1")
    await desk.packs.add(PackSource("e" * 64, kept.pack_id, kept.version, kept.files))
    await desk.activate(Wanted("default", ANNA, "back", digest="e" * 64))

    refused = await desk.checked()

    assert refused.state is ActivationState.REFUSED
    assert "another version of the language" in refused.findings.problems[0]


async def begun(desk: Publishing, version: str) -> Activation:
    """A policy that begins with the folder's pack, which is to be proved; what it began with."""
    folder = FolderPolicy("default", "tiny", texts(version), version, source(version).digest, version)
    await desk.packs.add(source(version))
    await desk.request.begin([folder])
    (asked,) = await desk.prove([folder])
    assert (asked.origin, asked.validate_only) == (Origin.PROOF, True)
    return await live(desk)


async def live(desk: Publishing) -> Activation:
    """What the policy decides by."""
    (pointed,) = await desk.activations.policies()
    found = await desk.activations.activation(pointed.activation_id)
    assert found is not None
    return found


async def test_what_a_policy_began_with_is_proved() -> None:
    """Wholly, with its checks and tests, once; what is live knows of it."""
    desk = Publishing()
    await begun(desk, "1")

    proved = await desk.checked()

    assert (proved.state, desk.trial.asked) == (ActivationState.VALID, [("tiny", True)])
    assert (await live(desk)).findings.engines == ("reference", "bitmap", "durable")
    assert await desk.prove([]) == []


async def test_what_a_policy_began_with_and_is_wrong_is_withdrawn() -> None:
    """There is nothing before it to go back to; nor does it begin again with the same files, but with others."""
    desk = Publishing()
    first = await begun(desk, "1")
    desk.trial.problems = ("a gap",)

    refused = await desk.checked()

    assert refused.state is ActivationState.REFUSED
    assert await desk.activations.policies() == []
    told = await desk.activations.activation(first.activation_id)
    assert told is not None
    assert (told.state, told.findings.problems, told.settled_reason) == (ActivationState.REFUSED, ("a gap",), WITHDRAWN)
    for version, begins in (("1", 0), ("2", 1)):
        folder = FolderPolicy("default", "tiny", texts(version), version, source(version).digest, version)
        await desk.request.begin([folder])
        assert len(await desk.activations.policies()) == begins


async def test_engines_that_disagree_on_it_withdraw_it() -> None:
    """Nothing is decided by what is decided in two ways."""
    desk = Publishing()
    await begun(desk, "1")
    desk.prover.disagreement = Disagreement(CaseKind.MAIN, "a case", "fault: company", (Said("bitmap", ("yes",)),))

    await desk.checked()

    assert await desk.activations.policies() == []


async def test_what_could_not_be_proved_decides_on_and_says_so() -> None:
    """A limit of time shows nothing against it, and without it nobody would be answered."""
    desk = Publishing()
    first = await begun(desk, "1")
    desk.prover.unfinished = "not done in 3 seconds"

    await desk.checked()

    now = await live(desk)
    assert (now.activation_id, now.state) == (first.activation_id, ActivationState.LIVE)
    assert "not done in 3 seconds" in now.findings.problems[0]


async def test_what_was_proved_by_older_software_is_never_withdrawn() -> None:
    """The last good pack stays, whatever a newer proof says; and that is told."""
    desk = Publishing()
    good = await desk.went_live("1")
    desk.proofs = MemoryProofs()
    desk.rewire()
    (asked,) = await desk.prove([])
    assert (asked.origin, asked.digest) == (Origin.PROOF, good.digest)
    desk.prover.disagreement = Disagreement(CaseKind.MAIN, "a case", "fault: company", ())

    await desk.checked()

    now = await live(desk)
    assert (now.activation_id, now.findings.engines) == (good.activation_id, good.findings.engines)
    assert "disagree" in now.findings.problems[0]
