"""Whether the log is there is said once as it goes and once as it comes back, and health hears of it."""

import asyncio
from collections.abc import Sequence

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Appended
from amends.application.recording import RecordBestEffort
from amends.domain.record import DecisionEntry
from amends.server.log_watch import LogWatch
from tests.fakes.decision_log import FakeDecisionLog
from tests.fakes.logger import RecordingLogger
from tests.storage.entries import entry

EVERY = 0.005


class Watched:
    """A log that can be away, its watch, and what health was told."""

    def __init__(self) -> None:
        self.log = FakeDecisionLog()
        self.lines = RecordingLogger()
        self.watch = LogWatch(self._reach, self.lines, every=EVERY)
        self.told: asyncio.Queue[bool] = asyncio.Queue()

    async def _reach(self) -> None:
        await self.log.decision("")

    async def tell(self, answering: bool) -> None:  # noqa: FBT001  # as health is told
        self.told.put_nowait(answering)


async def test_health_hears_of_each_change_and_the_log_says_it_once() -> None:
    """Found by looking, without any call; many failures on the way are one outage."""
    watched = Watched()
    watching = asyncio.create_task(watched.watch.watch(watched.tell))
    watched.log.away = True
    assert await watched.told.get() is False
    watched.watch.away(LogUnavailableError("still away"))
    watched.log.away = False
    assert await watched.told.get() is True
    watching.cancel()

    assert [event for event, _ in watched.lines.lines] == ["log_away", "log_back"]
    assert watched.lines.of("log_away") == [{"reason": "it is away"}]


async def test_a_failed_call_is_heard_at_once() -> None:
    """Health does not wait for the next look."""
    watched = Watched()
    watched.watch = LogWatch(watched._reach, watched.lines, every=3600)
    watching = asyncio.create_task(watched.watch.watch(watched.tell))
    watched.watch.away(LogUnavailableError("the disk is full"))

    assert await watched.told.get() is False
    watching.cancel()
    assert watched.lines.of("log_away") == [{"reason": "the disk is full"}]


async def test_what_was_lost_is_told_at_the_end() -> None:
    """With best effort health stays as it is; decisions that were never written are counted."""
    watched = Watched()
    best_effort = RecordBestEffort(watched.log, on_away=watched.watch.away, on_refused=watched.watch.refused, room=1)
    watched.watch.follow(best_effort)
    watched.log.away = True
    await best_effort([entry(request_id="", supersedes=""), entry(request_id="", supersedes="")])
    await watched.watch.end(patience=0)

    assert watched.lines.of("decisions_lost") == [{"lost": 2, "in_all": 2}]
    assert watched.told.empty()


async def test_what_a_stop_leaves_with_the_log_is_not_called_lost() -> None:
    """It was handed over, and may be there yet: told by a name of its own."""
    watched, began = Watched(), asyncio.Event()

    class Stuck(FakeDecisionLog):
        async def append(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended]:
            began.set()
            await asyncio.Event().wait()
            return await super().append(entries)

    best_effort = RecordBestEffort(Stuck(), on_away=watched.watch.away, on_refused=watched.watch.refused)
    watched.watch.follow(best_effort)
    await best_effort([entry(request_id="", supersedes="")])
    await began.wait()
    await watched.watch.end(patience=0)

    assert (watched.lines.of("decisions_left"), watched.lines.of("decisions_lost")) == ([{"left": 1}], [])
