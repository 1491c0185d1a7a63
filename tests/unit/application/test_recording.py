"""Required or best effort: what an answer waits for, what is queued, and what is counted as lost."""

import asyncio
from collections.abc import Sequence

import pytest

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Appended, Duplicate, Outdated, Stored
from amends.application.recording import NotRecorded, RecordBestEffort, RecordRequired
from amends.domain.record import DecisionEntry
from tests.fakes.decision_log import FakeDecisionLog
from tests.storage.entries import entry
from tests.storage.records import outcome


def plain() -> DecisionEntry:
    """A decision that nobody could have asked for before."""
    return entry(request_id="", supersedes="")


class Heard:
    """Counts the failures that somebody is told of."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, _error: Exception) -> None:
        self.times += 1


async def test_required_waits_and_fails_with_the_log() -> None:
    """What became of each entry; while the log is away an error, of which the watch hears."""
    log, heard = FakeDecisionLog(), Heard()
    record = RecordRequired(log, on_away=heard)
    one = entry()

    assert list(await record([one, plain()])) == [Stored(), Stored()]
    log.away = True
    with pytest.raises(LogUnavailableError):
        await record([plain()])

    assert (record.is_required, heard.times) == (True, 1)


async def test_best_effort_waits_for_nothing_that_is_new() -> None:
    """A plain decision is answered at once and written behind; requests with an id are looked after, each alone."""
    log = FakeDecisionLog()
    record = RecordBestEffort(log, on_away=Heard(), on_refused=Heard())
    asked = entry()
    await record([asked])

    kept = await record([plain(), asked._replace(decision_id="another"), plain()])

    assert [type(one) for one in kept] == [NotRecorded, Duplicate, NotRecorded]
    await record.finish(1)
    assert (len(log.entries), record.lost) == (3, 0)


async def test_best_effort_looks_after_what_was_given_only_where_it_waits() -> None:
    """What is answered without waiting is written as it was answered, also where an answer could wait no longer."""
    log = FakeDecisionLog()
    record = RecordBestEffort(log, on_away=Heard(), on_refused=Heard())
    first = entry()
    await log.append([first])
    log.outcomes.append(outcome(first))
    asked, unasked = entry(seen=0), plain()._replace(seen=0)

    assert await record([asked, unasked]) == [Outdated(), NotRecorded()]

    log.away = True
    assert await record([asked]) == [NotRecorded()]
    log.away = False
    await record.finish(5)
    assert ({first.decision_id, asked.decision_id, unasked.decision_id}, 0) == ({*log.entries}, record.lost)


async def test_best_effort_never_fails_and_counts_what_finds_no_room() -> None:
    """While the log is away entries wait, so many and no more; the rest is lost, and counted."""
    log, heard = FakeDecisionLog(), Heard()
    log.away = True
    record = RecordBestEffort(log, on_away=heard, on_refused=heard, room=3)

    kept = [*await record([plain() for _ in range(5)]), *await record([entry()])]

    assert {type(one) for one in kept} == {NotRecorded}
    assert (record.is_required, record.lost, heard.times) == (False, 3, 1)


async def test_what_loses_while_nobody_looks_is_counted() -> None:
    """Two that waited took one decision's place: both were answered, one is in the log, and one is lost."""
    log = FakeDecisionLog()
    old = entry()
    await log.append([old])
    log.away = True
    record = RecordBestEffort(log, on_away=Heard(), on_refused=Heard())

    await record([entry(supersedes=old.decision_id)])
    await record([entry(supersedes=old.decision_id)])
    log.away = False
    await record.finish(10)

    assert (len(log.entries), record.lost) == (2, 1)


async def test_what_waited_is_written_when_the_log_is_back() -> None:
    """In a stop too, as far as the patience goes; what is left then is lost, and counted."""
    log = FakeDecisionLog()
    log.away = True
    record = RecordBestEffort(log, on_away=Heard(), on_refused=Heard())
    await record([plain(), plain()])
    await asyncio.sleep(0)
    log.away = False
    await record.finish(10)
    assert (len(log.entries), record.lost) == (2, 0)

    log.away = True
    await record([plain()])
    await record.finish(0)
    assert (len(log.entries), record.lost) == (2, 1)


async def test_what_is_on_its_way_when_patience_ends_is_told_apart_from_what_is_lost() -> None:
    """The log may still write what it was handed, and nobody will hear of it; what waits behind that is lost."""

    class Stuck(FakeDecisionLog):
        async def append(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended]:
            began.set()
            await asyncio.Event().wait()
            return await super().append(entries)

    began = asyncio.Event()
    record = RecordBestEffort(Stuck(), on_away=Heard(), on_refused=Heard())
    await record([plain(), plain()])
    await began.wait()
    await record([plain()])
    await record.finish(0)

    assert (record.left, record.lost) == (2, 1)


@pytest.mark.parametrize("request_id", ["", "request-1"])
async def test_one_that_is_refused_is_lost_alone(request_id: str) -> None:
    """Of a group that was written behind, or of one that was looked after; no answer is an error; why is told."""
    log, told = FakeDecisionLog(), Heard()
    log.refuses.add("bad")
    record = RecordBestEffort(log, on_away=Heard(), on_refused=told)

    refused = plain()._replace(request_id=request_id, case_id="bad")
    kept = await record([plain(), refused, plain()])
    await record.finish(1)

    assert {type(one) for one in kept} == {NotRecorded}
    assert (len(log.entries), record.lost, told.times) == (2, 1, 1)
