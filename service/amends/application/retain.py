"""Lets go of decisions that are older than the operator keeps them, with all that hangs on them.

In small steps, so that calls to the service have their turn in between; stopped halfway, it goes on where it was.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from amends.application.ports import Clock, CustomerEraser, OldDecisions
from amends.domain.erasure import Affected

_STEP: Final = 200
"""Decisions that go in one transaction: some milliseconds, in which nothing else is written."""
_NANOS_PER_DAY: Final = 86_400 * 1_000_000_000


class OldLog(OldDecisions, CustomerEraser, Protocol):
    """What is asked of the log here."""


class LetGo(NamedTuple):
    """What went, and whether what it had left in the files of the database is gone too."""

    affected: Affected
    cleaned: bool


class Retain:
    """Keeps decisions of the last `days` days."""

    def __init__(self, log: OldLog, *, clock: Clock, days: int) -> None:
        self._log = log
        self._now = clock.now()
        self.before = self._now - days * _NANOS_PER_DAY

    async def would_go(self) -> Affected:
        """What is too old; nothing changes."""
        return await self._log.old(before=self.before, now=self._now)

    async def __call__(self, *, progress: Callable[[Affected], None]) -> LetGo:
        """Remove what is too old; `progress` hears after each step what went so far."""
        gone = Affected()
        while (step := await self._log.remove_old(before=self.before, now=self._now, limit=_STEP)).decisions:
            gone = gone.plus(step)
            progress(gone)
        return LetGo(gone, cleaned=await self._log.clean())
