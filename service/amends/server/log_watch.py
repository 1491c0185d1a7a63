"""Whether the decision log is there: said once as it goes and once as it comes back, in the log lines and to health.

Where recording is required nothing can be decided without it, so health says NOT_SERVING meanwhile and the process
waits. It asks by itself too: a service without calls must not be sent the first ones.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from amends.application.log_errors import LogUnavailableError
from amends.application.recording import RecordBestEffort
from amends.log import Logger, failure

_EVERY_SECONDS: Final = 2.0
_TELL_LOST_SECONDS: Final = 60.0
_LAST_SECONDS: Final = 5.0


class LogWatch:
    """Watches the log for one event loop."""

    def __init__(self, reach: Callable[[], Awaitable[None]], logger: Logger, *, every: float = _EVERY_SECONDS) -> None:
        """`reach` raises LogUnavailableError while the log cannot be written; it is asked `every` so many seconds."""
        self._reach = reach
        self._every = every
        self._log = logger
        self._best_effort: RecordBestEffort | None = None
        self._away_since: float | None = None
        self._news = asyncio.Event()
        self._lost = 0
        self._told_lost = 0.0

    def follow(self, best_effort: RecordBestEffort) -> None:
        """Tell of what is lost, and let it never matter to health."""
        self._best_effort = best_effort

    def away(self, error: LogUnavailableError) -> None:
        """Somebody could not write."""
        if self._away_since is None:
            self._away_since = asyncio.get_running_loop().time()
            self._log.error("log_away", reason=error.reason)
            self._news.set()

    def refused(self, error: Exception) -> None:
        """The log is there and did not take an entry: an accident, told by its place and never by its content."""
        self._log.error("decision_refused", **failure(error))

    async def watch(self, tell_health: Callable[[bool], Awaitable[None]]) -> None:
        """Until cancelled. `tell_health` hears whether calls can be answered, as often as that changes."""
        told = True
        while True:
            try:
                # Not by wait_for: before Python 3.12 it may lose a cancellation that comes with the news.
                async with asyncio.timeout(self._every):
                    await self._news.wait()
                self._news.clear()
            except TimeoutError:
                await self._look()
            answering = self._away_since is None or self._best_effort is not None
            if answering is not told:
                await tell_health(answering)
                told = answering
            self._tell_lost(every=_TELL_LOST_SECONDS)

    async def end(self, *, patience: float = _LAST_SECONDS) -> None:
        """What waits is written, as far as that goes in a few seconds; what is not is told."""
        if self._best_effort is not None:
            await self._best_effort.finish(patience)
            self._tell_lost(every=0)
            if self._best_effort.left:
                self._log.warning("decisions_left", left=self._best_effort.left)

    async def _look(self) -> None:
        try:
            await self._reach()
        except LogUnavailableError as error:
            self.away(error)
            return
        if self._away_since is not None:
            away, self._away_since = asyncio.get_running_loop().time() - self._away_since, None
            self._log.info("log_back", away_seconds=round(away, 1))

    def _tell_lost(self, *, every: float) -> None:
        lost = 0 if self._best_effort is None else self._best_effort.lost
        now = asyncio.get_running_loop().time()
        if lost > self._lost and now - self._told_lost >= every:
            self._log.warning("decisions_lost", lost=lost - self._lost, in_all=lost)
            self._lost, self._told_lost = lost, now
