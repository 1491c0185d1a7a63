"""What was recorded is enough to make the same decision again, and anything else is told apart."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.application.log_errors import UnknownDecisionError
from amends.application.replay import Replay, Replayed, ReplayResult
from amends.domain.money import Money
from amends.domain.record import OutcomeEntry, OutcomeKind
from amends.domain.situation import Granted, Situation
from amends.engines.reference import ReferenceEngine
from amends.wire.compare_decisions import differences
from tests.agreement.effort import thorough
from tests.agreement.recorded import CODEC, LOADED, NOON, Recorded, situations
from tests.fakes.decision_log import FakePackStore

LATE = Situation(
    case_id="case-1",
    observe_time=NOON,
    facts={
        "observe_time": NOON,
        "fault": "company",
        "severity": "high",
        "stage": "purchase",
        "contact_reason": "arrived_damaged",
        "amount_paid": Money("USD", 9_000),
        "amount_affected": Money("USD", 9_000),
        "obvious_mistake": True,
    },
    customer_id="customer-1",
)


def replay_of(service: Recorded, *, kept: int = 16) -> Replay:
    """By another engine than the one that decided."""
    return Replay(
        log=service.log,
        packs=service.packs,
        engine=ReferenceEngine(),
        codec=CODEC,
        compare=differences,
        kept=kept,
    )


def replayed(service: Recorded, decision_id: str) -> Replayed:
    return asyncio.run(replay_of(service)(decision_id))


def recorded(pack_id: str = "foundation", situation: Situation = LATE) -> tuple[Recorded, str]:
    service = Recorded()
    return service, asyncio.run(service.add(pack_id, situation))


# Packs are compiled once for all examples.
SERVICE = Recorded()
REPLAY = replay_of(SERVICE)


@thorough
@given(st.data())
def test_any_decision_comes_out_the_same(data: st.DataObject) -> None:
    """Whatever pack, situation, role, and whether or not it takes the place of another."""
    pack_id = data.draw(st.sampled_from(sorted(LOADED.packs)))
    situation = data.draw(situations(LOADED.packs[pack_id]))
    then = data.draw(situations(LOADED.packs[pack_id]))._replace(case_id=situation.case_id)
    role = data.draw(st.integers(0, 3))

    async def twice() -> list[Replayed]:
        first = await SERVICE.add(pack_id, situation, role=role)
        second = await SERVICE.add(pack_id, then, supersedes=first)
        return [await REPLAY(first), await REPLAY(second)]

    for found in asyncio.run(twice()):
        assert (found.result, found.differences) == (ReplayResult.SAME, ())
        assert found.decision == found.entry.decision


@thorough
@given(st.data())
def test_no_altered_byte_of_a_decision_goes_unseen(data: st.DataObject) -> None:
    """Be it one that still reads as a decision or one that does not."""
    decision_id = asyncio.run(SERVICE.add("foundation", LATE))
    entry = SERVICE.log.entries[decision_id]
    place = data.draw(st.integers(0, len(entry.decision) - 1))
    byte = entry.decision[place] ^ data.draw(st.integers(1, 255))
    altered = entry.decision[:place] + bytes((byte,)) + entry.decision[place + 1 :]

    found = asyncio.run(REPLAY.entry(entry._replace(decision=altered)))

    assert found.result is ReplayResult.DIFFERENT
    assert found.differences


def test_what_the_ledger_supplied_is_part_of_it() -> None:
    """Another case of the customer finds less left of the year, and comes out so though the ledger is empty now."""
    known = {path: value for path, value in LATE.facts.items() if path != "contact_reason"}
    service, first = recorded("guarded", LATE._replace(facts=known))
    second = asyncio.run(service.add("guarded", LATE._replace(case_id="case-2", facts=known)))
    entry = service.log.entries[second]
    assert set(entry.supplied.facts) == {"customer.goodwill_granted_365d", "customer.apologies_90d"}
    (credit,) = [one for one in CODEC.read_actions(entry.decision) if one.amount]
    assert credit.amount == Money("USD", 2_000)
    service.log.reservations.clear()
    for decision_id in (first, second):
        assert replayed(service, decision_id).result is ReplayResult.SAME


def test_each_decision_is_read_once() -> None:
    """The one that is replayed, and the one whose place it takes: over a whole log that is a read a decision saved."""
    service, first = recorded()
    second = asyncio.run(service.add("foundation", LATE, supersedes=first))
    service.log.asked.clear()

    assert replayed(service, second).result is ReplayResult.SAME
    assert service.log.asked == [second, first]


def paid_of(service: Recorded, first: str) -> OutcomeEntry:
    """What was paid of a decision is recorded."""
    actions = CODEC.read_actions(service.log.entries[first].decision)
    paid = next(action for action in actions if action.amount is not None)
    return OutcomeEntry(
        outcome_id="o-1",
        decision_id=first,
        action_id=paid.action_id,
        obligation_id="",
        kind=OutcomeKind.EXECUTED,
        actor=service.log.entries[first].actor,
        time=NOON,
        recorded_at=NOON,
        amount=paid.amount,
        external_reference="",
        reason="",
        granted=CODEC.granted(Granted(paid.kind.value, action_id=paid.action_id, amount=paid.amount, time=NOON)),
        caller="",
        request_id="",
        policy="foundation",
        case_id="case-1",
        customer_id="customer-1",
        action_kind=paid.kind.value,
        rule_ids=paid.rule_ids,
    )


@pytest.mark.parametrize("meanwhile", [False, True])
def test_what_was_given_in_between_is_part_of_it(*, meanwhile: bool) -> None:
    """The decision that nets what the log knew comes out the same, though the log knows more by now.

    What is paid while it is decided it nets too: it is decided again.
    """
    service, first = recorded()
    done = paid_of(service, first)
    (service.log.before_append if meanwhile else service.log.outcomes).append(done)
    second = asyncio.run(service.add("foundation", LATE, supersedes=first))
    service.log.outcomes.append(replace(done, outcome_id="o-2"))
    assert service.log.entries[second].supplied.executed == (done.action_id,)
    assert service.log.entries[second].supplied.granted == 1

    assert replayed(service, second).result is ReplayResult.SAME


def test_another_situation_or_role_is_told() -> None:
    """What was decided on is part of what is compared, and who acted too."""
    service, decision_id = recorded()
    entry = service.log.entries[decision_id]
    other = LATE._replace(case_id="case-2")
    elsewhere = asyncio.run(service.add("foundation", other))
    service.log.entries[decision_id] = entry._replace(situation=service.log.entries[elsewhere].situation)
    found = replayed(service, decision_id)
    assert found.result is ReplayResult.DIFFERENT
    assert any(line.startswith("actions[") for line in found.differences)


def test_a_situation_that_cannot_be_read_is_a_difference() -> None:
    """It could be, when it was decided on."""
    service, decision_id = recorded()
    entry = service.log.entries[decision_id]
    for broken in (b"\xff\xff\xff", b""):
        service.log.entries[decision_id] = entry._replace(situation=broken)
        found = replayed(service, decision_id)
        assert found.result is ReplayResult.DIFFERENT
        assert "cannot be read" in found.differences[0]


def test_an_erased_decision_is_no_difference() -> None:
    """Nor is one whose place it took, and which is gone."""
    service, first = recorded()
    second = asyncio.run(service.add("foundation", LATE, supersedes=first))
    entry = service.log.entries[first]
    service.log.entries[first] = entry._replace(situation=b"", decision=b"", erased_at=NOON)
    assert replayed(service, first).result is ReplayResult.ERASED
    assert replayed(service, second).result is ReplayResult.ERASED
    del service.log.entries[first]
    assert replayed(service, second).result is ReplayResult.ERASED


def test_other_semantics_are_told_with_what_comes_out_now() -> None:
    """The two may differ, and that is no fault."""
    service, decision_id = recorded()
    entry = service.log.entries[decision_id]
    service.log.entries[decision_id] = entry._replace(semantics=entry.semantics + 1)
    found = replayed(service, decision_id)
    assert (found.result, found.decision) == (ReplayResult.OTHER_SEMANTICS, entry.decision)


def test_a_pack_that_is_not_stored_or_not_the_same_is_told() -> None:
    """Never is a decision made again by another pack than the one that decided."""
    service, decision_id = recorded()
    sources = dict(service.packs.sources)
    digest = service.log.entries[decision_id].pack_digest
    service.packs = FakePackStore()
    found = replayed(service, decision_id)
    assert found.result is ReplayResult.NO_RULE_PACK
    assert "is not stored" in found.differences[0]

    texts = {"foundation": {"pack.yaml": b"pack: foundation\nversion: 1\ntitle: Another\n"}}
    service.packs.sources[digest] = replace(sources[digest], files=texts)
    found = replayed(service, decision_id)
    assert found.result is ReplayResult.NO_RULE_PACK
    assert "another version of the language" in found.differences[0]


def test_packs_are_compiled_once_and_few_are_kept() -> None:
    """A run over many decisions reads a pack as often as it was pushed out, and no more."""

    class Counted(FakePackStore):
        asked = 0

        async def get(self, digest: str) -> object:  # type: ignore[override]  # as the fake's
            Counted.asked += 1
            return await super().get(digest)

    service = Recorded()
    counted = Counted()
    counted.sources = service.packs.sources
    service.packs = counted

    async def run() -> None:
        ids = [await service.add(pack_id, LATE._replace(facts={"observe_time": NOON})) for pack_id in LOADED.packs]
        plenty, one = replay_of(service), replay_of(service, kept=1)
        for decision_id in ids * 3:
            assert (await plenty(decision_id)).result is ReplayResult.SAME
        assert Counted.asked == len(ids)
        for decision_id in ids * 2:
            await one(decision_id)
        assert Counted.asked == 3 * len(ids)

    asyncio.run(run())


def test_an_unknown_decision_is_an_error() -> None:
    """Told by its id."""
    service, _ = recorded()
    with pytest.raises(UnknownDecisionError, match="none-such"):
        replayed(service, "none-such")
