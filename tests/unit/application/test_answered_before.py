"""A recorded answer given again: explained by the pack that decided, and where what is kept cannot be read."""

import threading
from collections.abc import Sequence
from typing import Final

import pytest

from amends.application.answered_before import AnsweredBefore, Said
from amends.application.catalog import Catalog
from amends.application.log_errors import UnreadableDecisionError
from amends.application.recorded_packs import RecordedPacks
from amends.domain.facts import Vocabulary
from amends.domain.record import DecisionEntry
from amends.engines.reference import ReferenceEngine, ReferenceMatcher
from amends.packs.conditions import Condition
from tests.agreement.recorded import CODEC, COMPILED, Recorded
from tests.unit.application.test_replay import LATE

BROKEN: Final = b"\xff\xff\xff"


class _WatchedEngine(ReferenceEngine):
    """Remembers in which threads it compiled."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> ReferenceMatcher:
        self.threads.append(threading.get_ident())
        return super().compile(vocabulary, conditions)


async def recorded() -> tuple[Recorded, DecisionEntry, Said]:
    """A decision by `foundation`, and the request that it answered."""
    service = Recorded()
    entry = service.log.entries[await service.add("foundation", LATE)]
    return service, entry, Said(entry.situation, entry.policy, entry.actor, entry.supplied, "")


async def in_full(entry: DecisionEntry, said: Said, before: AnsweredBefore) -> bytes:
    pack = COMPILED["foundation"].pack
    return (await before.answer(said, entry, pack, explain_full=True)).decision


async def test_the_pack_that_decides_now_explains_as_it_is() -> None:
    """Nothing is compiled for it."""
    service, entry, said = await recorded()
    engine = _WatchedEngine()
    before = AnsweredBefore(service.log, RecordedPacks(Catalog(COMPILED, {}), service.packs), CODEC, engine)

    explained = await in_full(entry, said, before)

    assert len(explained) > len(entry.decision)
    assert engine.threads == []


async def test_a_pack_of_before_is_compiled_once_beside_the_event_loop() -> None:
    """Other calls need not wait for it, and the next retry finds it."""
    service, entry, said = await recorded()
    engine = _WatchedEngine()
    before = AnsweredBefore(service.log, RecordedPacks(Catalog({}, {}), service.packs), CODEC, engine)

    explained = await in_full(entry, said, before)
    compiled = len(engine.threads)
    again = await in_full(entry, said, before)

    assert explained == again
    assert len(explained) > len(entry.decision)
    assert compiled == len(engine.threads) > 0
    assert threading.get_ident() not in engine.threads


async def test_a_recorded_request_that_cannot_be_read_is_told_by_its_decision() -> None:
    """Whether this is the same request nobody can tell any more: no answer, and no word of another request."""
    service, entry, said = await recorded()
    packs = RecordedPacks(Catalog(COMPILED, {}), service.packs)
    before = AnsweredBefore(service.log, packs, CODEC, ReferenceEngine())

    with pytest.raises(UnreadableDecisionError, match=f"decision {entry.decision_id} cannot be read: not a Situation"):
        await in_full(entry._replace(situation=BROKEN), said, before)


async def test_an_answer_stands_though_it_cannot_be_made_again() -> None:
    """Explained as it was kept, where what was kept of the decision whose place it took cannot be read."""
    service, first, _ = await recorded()
    second = service.log.entries[await service.add("foundation", LATE, supersedes=first.decision_id)]
    service.log.entries[first.decision_id] = first._replace(decision=BROKEN)
    said = Said(second.situation, second.policy, second.actor, second.supplied, second.supersedes)
    packs = RecordedPacks(Catalog(COMPILED, {}), service.packs)
    before = AnsweredBefore(service.log, packs, CODEC, ReferenceEngine())

    assert await in_full(second, said, before) == second.decision
