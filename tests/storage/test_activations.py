"""Activations and policies, in memory and on each database: each step compares before it writes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from amends.application.activation import Activation, ActivationState, Findings, Origin, Person, Pointed, Proved
from amends.application.policy_ports import Asked, AskedBefore, OutOfHand, Overtaken, Settlement, WentLive
from amends.domain.record import Actor
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Position
from amends.storage.database import Database
from tests.storage.activations import ANNA, NOW, SECOND, Kept, kept, on, source
from tests.storage.conftest import on_each_database

__all__ = ["kept"]

LIVE = Settlement(ActivationState.LIVE, NOW + 2)
FOUND = Findings(
    problems=("two\nlines",),
    diagnostics=(
        Diagnostic(Position("shop/pack.yaml", 3, 7), "unknown-fact", "there is no fact", "did you mean", "when: x"),
        Diagnostic(Position("shop/pack.yaml", 4, 1), "gap", "a gap", severity=Severity.WARNING),
    ),
    tests_passed=3,
    situations_agreed=90,
    engines=("reference", "bitmap"),
    independently_verified=True,
)


async def test_what_is_asked_for_is_kept(kept: Kept) -> None:
    """Every word of it, with what its policy pointed to then, and nothing of its findings yet."""
    before = await kept.live("a")

    asked = await kept.ask(ticket="CR-7", request_id="r", fingerprint="f", validate_only=True, allow_unverified=True)

    assert asked.previous_digest == before.digest == "a" * 64
    assert (asked.by, asked.reason, asked.ticket, asked.state) == (ANNA, "spring prices", "CR-7", "requested")
    assert (asked.validate_only, asked.allow_unverified, asked.fingerprint) == (True, True, "f")
    assert await kept.activations.activation(asked.activation_id) == asked
    assert await kept.activations.activation("another") is None


async def test_a_request_that_is_sent_again_is_the_same(kept: Kept) -> None:
    """By its id and the name of who sends it: another caller may number theirs alike."""
    first = await kept.ask(request_id="r-1")

    again = await kept.activations.ask(kept.activation("other", request_id="r-1"), None)
    other = await kept.activations.ask(kept.activation(request_id="r-1", by=Person(Actor(), "key-of-bert")), None)

    assert again == AskedBefore(first)
    assert isinstance(other, Asked)


async def test_the_folder_asks_once_for_what_it_holds(kept: Kept) -> None:
    """However many workers see it; and again when it is changed back."""

    async def seen(fingerprint: str) -> type:
        activation = kept.activation(origin=Origin.FOLDER, fingerprint=fingerprint, by=Person())
        return type(await kept.activations.ask(activation, {}))

    assert [await seen(one) for one in "aabba"] == [Asked, AskedBefore, Asked, AskedBefore, Asked]


async def test_the_oldest_is_claimed_first_and_by_one(kept: Kept) -> None:
    """With the texts that were sent; what is claimed is nobody else's."""
    first, second = await kept.ask(), await kept.ask("brand-x")

    claimed = [await kept.activations.claim(worker, now=NOW, until=NOW + SECOND) for worker in "abc"]

    assert [one and one.activation.activation_id for one in claimed] == [
        first.activation_id,
        second.activation_id,
        None,
    ]
    assert claimed[0] is not None
    assert claimed[0].texts == {"shop": {"pack.yaml": b"pack: shop"}}
    assert claimed[0].activation.state is ActivationState.CHECKING
    assert not await kept.activations.is_any_waiting(now=NOW)


async def test_what_somebody_asked_for_is_claimed_before_proofs(kept: Kept) -> None:
    """Of what decides already, however long they wait; and it can be told whether only such are left."""
    proof = kept.activation(origin=Origin.PROOF, fingerprint="proof", by=Person())
    await kept.activations.ask(proof, {})
    asked = await kept.ask("brand-x")
    assert await kept.activations.is_any_waiting(now=NOW, asked=True)

    first = await kept.activations.claim("one", now=NOW, until=NOW + SECOND)

    assert first is not None
    assert first.activation.activation_id == asked.activation_id
    assert not await kept.activations.is_any_waiting(now=NOW, asked=True)
    assert await kept.activations.is_any_waiting(now=NOW)
    second = await kept.activations.claim("one", now=NOW, until=NOW + SECOND)
    assert second is not None
    assert second.activation.activation_id == proof.activation_id


async def test_a_claim_that_is_not_renewed_is_anothers(kept: Kept) -> None:
    """A worker that died over a check loses nothing; one that comes back too late writes nothing."""
    asked = await kept.ask()
    await kept.activations.claim("dead", now=NOW, until=NOW + SECOND)
    assert await kept.activations.renew(asked.activation_id, "dead", until=NOW + 3 * SECOND)
    assert await kept.activations.claim("next", now=NOW + 2 * SECOND, until=NOW + 9 * SECOND) is None

    taken = await kept.activations.claim("next", now=NOW + 4 * SECOND, until=NOW + 9 * SECOND)

    assert taken is not None
    assert taken.tries == 2
    assert not await kept.activations.renew(asked.activation_id, "dead", until=NOW + 9 * SECOND)
    refused = Settlement(ActivationState.REFUSED, NOW)
    assert await kept.activations.settle(asked.activation_id, refused, worker="dead") is None
    assert await kept.activations.go_live(asked.activation_id, LIVE, worker="dead") == OutOfHand()


async def test_a_claim_that_is_given_back_waits_again(kept: Kept) -> None:
    """Who ends in good order says so, and it counts as no attempt."""
    asked = await kept.ask()
    await kept.activations.claim("one", now=NOW, until=NOW + SECOND)

    await kept.activations.release(asked.activation_id, "another")
    assert not await kept.activations.is_any_waiting(now=NOW)
    await kept.activations.release(asked.activation_id, "one")

    claimed = await kept.activations.claim("two", now=NOW, until=NOW + SECOND)
    assert claimed is not None
    assert claimed.tries == 1


async def test_what_was_found_comes_back(kept: Kept) -> None:
    """With every diagnostic; a list leaves it out."""
    asked = await kept.ask()
    await kept.activations.claim("w", now=NOW, until=NOW + SECOND)

    settlement = Settlement(ActivationState.REFUSED, NOW + 1, findings=FOUND, pack=source("b"))
    settled = await kept.activations.settle(asked.activation_id, settlement, worker="w")

    assert settled is not None
    assert (settled.state, settled.findings, settled.settled_at) == (ActivationState.REFUSED, FOUND, NOW + 1)
    assert (settled.digest, settled.version, settled.pack_id) == ("b" * 64, "1.0-b", "shop")
    assert await kept.activations.activation(asked.activation_id) == settled
    (listed,) = await kept.activations.activations(policy="", policies=None, before="", limit=9)
    assert listed == replace(settled, findings=Findings())


async def test_going_live_replaces_the_one_before(kept: Kept) -> None:
    """What the policy points to and both states change together."""
    first = await kept.live("a")
    assert await kept.activations.policies() == [Pointed("default", "a" * 64, first.activation_id)]

    second = await kept.live("b")

    assert await kept.activations.policies() == [Pointed("default", "b" * 64, second.activation_id)]
    replaced = await kept.activations.activation(first.activation_id)
    assert replaced is not None
    assert (replaced.state, second.state) == (ActivationState.REPLACED, ActivationState.LIVE)


async def test_what_was_asked_for_later_and_is_live_stays(kept: Kept) -> None:
    """A check that took longer does not undo what came after it."""
    slow = await kept.ask()
    await kept.activations.claim("slow", now=NOW, until=NOW + SECOND)
    fast = await kept.live("b")

    assert await kept.activations.go_live(slow.activation_id, LIVE, worker="slow") == Overtaken(fast.activation_id)
    assert await kept.activations.policies() == [Pointed("default", "b" * 64, fast.activation_id)]


async def test_the_order_is_that_of_asking_not_of_clocks(kept: Kept) -> None:
    """A machine whose clock is behind gives smaller ids: what it asks for is the newest all the same."""
    behind = kept.activation()
    await kept.live("a")
    await kept.activations.ask(behind, {})
    await kept.activations.claim("w", now=NOW, until=NOW + SECOND)

    gone = await kept.activations.go_live(behind.activation_id, replace_pack("c"), worker="w")

    assert isinstance(gone, WentLive)


def replace_pack(letter: str) -> Settlement:
    return LIVE._replace(pack=source(letter))


async def test_what_awaits_approval_goes_live_by_somebody(kept: Kept) -> None:
    """It keeps what was found of it; it is settled only then, and once."""
    asked = await kept.ask()
    await kept.activations.claim("w", now=NOW, until=NOW + SECOND)
    waits = Settlement(ActivationState.AWAITING_APPROVAL, NOW, findings=FOUND, pack=source("a"))
    waiting = await kept.activations.settle(asked.activation_id, waits, worker="w")
    assert waiting is not None
    assert waiting.settled_at is None
    assert await kept.activations.policies() == []

    bert = Person(Actor("bert"), "key-of-bert")
    gone = await kept.activations.go_live(asked.activation_id, LIVE._replace(by=bert))

    assert isinstance(gone, WentLive)
    assert (gone.activation.settled_by, gone.activation.settled_at) == (bert, NOW + 2)
    assert (gone.activation.findings, gone.activation.digest) == (FOUND, "a" * 64)
    assert await kept.activations.go_live(asked.activation_id, LIVE) == OutOfHand()


async def test_what_is_ended_is_out_of_its_workers_hands(kept: Kept) -> None:
    """Whatever its check comes to; and what is settled cannot be ended."""
    asked = await kept.ask()
    await kept.activations.claim("w", now=NOW, until=NOW + SECOND)
    ends = Settlement(ActivationState.CANCELLED, NOW, by=ANNA, reason="a mistake")

    ended = await kept.activations.settle(asked.activation_id, ends)

    assert ended is not None
    assert (ended.state, ended.settled_by, ended.settled_reason) == (ActivationState.CANCELLED, ANNA, "a mistake")
    assert await kept.activations.go_live(asked.activation_id, LIVE, worker="w") == OutOfHand()
    assert await kept.activations.settle(asked.activation_id, ends) is None


async def test_a_policy_begins_once(kept: Kept) -> None:
    """The first that comes says what it points to; what is live already stays."""
    begun = [
        replace(kept.activation(policy, origin=Origin.FOLDER), digest=letter * 64, state=ActivationState.LIVE)
        for policy, letter in (("default", "a"), ("brand", "b"), ("default", "c"))
    ]
    await kept.activations.begin(begun[:2])
    await kept.activations.begin(begun[2:])

    assert await kept.activations.policies() == [
        Pointed("brand", "b" * 64, begun[1].activation_id),
        Pointed("default", "a" * 64, begun[0].activation_id),
    ]
    assert await kept.activations.activation(begun[2].activation_id) is None


async def test_what_was_refused_does_not_begin_again(kept: Kept) -> None:
    """What is live can be withdrawn, once, with what was found; the same files are no beginning then, others are."""

    def first(fingerprint: str) -> Activation:
        activation = kept.activation(origin=Origin.FOLDER, fingerprint=fingerprint)
        return replace(activation, digest="a" * 64, state=ActivationState.LIVE)

    begun = first("f")
    await kept.activations.begin([begun])
    await kept.activations.note(begun.activation_id, FOUND)
    noted = await kept.activations.activation(begun.activation_id)
    assert noted is not None
    assert (noted.state, noted.findings) == (ActivationState.LIVE, FOUND)
    wrong = Settlement(ActivationState.REFUSED, NOW + 3, reason="wrong", findings=Findings(("wrong",)))

    assert await kept.activations.withdraw(begun.activation_id, wrong)

    ended = await kept.activations.activation(begun.activation_id)
    assert ended is not None
    assert (ended.state, ended.findings.problems) == (ActivationState.REFUSED, ("wrong",))
    assert await kept.activations.policies() == []
    assert not await kept.activations.withdraw(begun.activation_id, wrong)
    await kept.activations.begin([first("f")])
    assert await kept.activations.policies() == []
    other = first("g")
    await kept.activations.begin([other])
    assert await kept.activations.policies() == [Pointed("default", "a" * 64, other.activation_id)]


async def test_lists_are_of_the_policies_that_may_be_seen(kept: Kept) -> None:
    """The newest first, page by page."""
    asked = [await kept.ask(policy) for policy in ("a", "b", "a", "c")]

    async def listed(policy: str = "", before: str = "", limit: int = 9) -> list[int]:
        found = await kept.activations.activations(policy=policy, policies=frozenset("ab"), before=before, limit=limit)
        return [asked.index(one) for one in found]

    assert await listed() == [2, 1, 0]
    assert await listed("a") == [2, 0]
    assert await listed("c") == []
    assert await listed(before=asked[2].activation_id, limit=1) == [1]


async def test_a_proof_is_known_by_digest_and_semantics(kept: Kept) -> None:
    """A later one takes its place."""
    proved = Proved("a" * 64, 3, ("reference", "bitmap"), 120, independently_verified=False)
    await kept.proofs.keep(proved, now=NOW)
    assert await kept.proofs.proved("a" * 64, semantics=3) == proved
    assert await kept.proofs.proved("a" * 64, semantics=4) is None

    verified = proved._replace(engines=("reference", "bitmap", "durable"), independently_verified=True)
    await kept.proofs.keep(verified, now=NOW)

    assert await kept.proofs.proved("a" * 64, semantics=3) == verified


@on_each_database
async def test_two_workers_never_claim_the_same(open_database: Callable[[], Database]) -> None:
    """Nor do two that go live at one moment leave two behind."""
    one, other = on(open_database()), on(open_database())
    asked = [await one.ask() for _ in range(6)]

    claims = await asyncio.gather(
        *(place.activations.claim(f"w{at}", now=NOW, until=NOW + SECOND) for at in range(3) for place in (one, other))
    )
    found = {claim.activation.activation_id for claim in claims if claim is not None}
    assert found <= {activation.activation_id for activation in asked}
    assert len(found) == len([claim for claim in claims if claim is not None])

    rest = [activation for activation in asked if activation.activation_id not in found]
    while rest:
        claim = await one.activations.claim("late", now=NOW, until=NOW + SECOND)
        if claim is None:
            break
    workers = {}
    for activation in asked:
        for worker in ("w0", "w1", "w2", "late"):
            if await one.activations.renew(activation.activation_id, worker, until=NOW + SECOND):
                workers[activation.activation_id] = worker
    places = (one, other)
    gone = await asyncio.gather(
        *(
            places[at % 2].activations.go_live(
                activation.activation_id, replace_pack("a"), worker=workers[activation.activation_id]
            )
            for at, activation in enumerate(asked)
        )
    )
    assert any(isinstance(one, WentLive) for one in gone)
    (pointed,) = await one.activations.policies()
    live = [
        found.activation_id
        for found in await one.activations.activations(policy="", policies=None, before="", limit=9)
        if found.state is ActivationState.LIVE
    ]
    assert live == [pointed.activation_id] == [asked[-1].activation_id]
