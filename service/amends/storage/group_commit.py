"""Group commit: what many callers hand over while a commit is on its way to the disk goes into the next one together.

The writer's thread takes everything that waits, writes it in one transaction, and wakes the event loop once when it is
on disk. It refuses to let the queue grow: where the disk cannot follow, callers hear so.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Appended, Refused
from amends.domain.record import DecisionEntry
from amends.storage.append import Append
from amends.storage.database import Database

# Entries in one transaction, unless a single call brings more: long enough to be cheap, short enough to be waited for.
_GROUP: Final = 256
# Entries that may wait, over all callers.
_QUEUE: Final = 16_384


class _Handed(NamedTuple):
    """What one caller handed over, and where it waits."""

    entries: Sequence[DecisionEntry]
    answer: asyncio.Future[Sequence[Appended]]
    loop: asyncio.AbstractEventLoop


class GroupCommit:
    """Writes entries of any number of callers and event loops, one transaction after the other."""

    def __init__(self, database: Database, *, queue: int = _QUEUE) -> None:
        """At most `queue` entries wait; the next caller is refused."""
        self._database = database
        self._append = Append()
        self._queue = queue
        self._lock = threading.Lock()
        self._handed: deque[_Handed] = deque()
        self._waiting = 0
        self._awake = False

    async def append(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended]:
        """What became of each entry, once all that was written is on disk.

        LogUnavailableError if it cannot be written now. An entry that the database does not take as it is comes back
        with what the database says; the others are written all the same.
        """
        if not entries:
            return ()
        loop = asyncio.get_running_loop()
        handed = _Handed(entries, loop.create_future(), loop)
        with self._lock:
            if self._waiting and self._waiting + len(entries) > self._queue:
                raise LogUnavailableError("more is to be written than the disk takes", retry_after=0.5)
            self._handed.append(handed)
            self._waiting += len(entries)
            asleep, self._awake = not self._awake, True
        if asleep and not self._database.submit(self._write_groups):
            raise LogUnavailableError("it is being closed")
        return await handed.answer

    def _write_groups(self) -> None:
        """In the writer's thread: one group, and then its turn again behind whatever else is to be written."""
        while self._write_group():
            if self._database.submit(self._write_groups):
                return

    def _write_group(self) -> bool:
        """True if more waits."""
        group = self._take()
        entries = [entry for handed in group for entry in handed.entries]
        _answer(group, self._write(entries))
        with self._lock:
            self._awake = bool(self._handed)
            return self._awake

    def _take(self) -> list[_Handed]:
        group: list[_Handed] = []
        size = 0
        with self._lock:
            while self._handed and (not group or size + len(self._handed[0].entries) <= _GROUP):
                group.append(self._handed.popleft())
                size += len(group[-1].entries)
            self._waiting -= size
        return group

    def _write(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended] | LogUnavailableError:
        try:
            return self._database.write_here(lambda connection: self._append.together(connection, entries))
        except LogUnavailableError as error:
            return error
        except Exception:  # noqa: BLE001  # whoever lost, or cannot be written at all, is found one by one
            return self._write_singly(entries)

    def _write_singly(self, entries: Sequence[DecisionEntry]) -> Sequence[Appended] | LogUnavailableError:
        try:
            return self._database.write_here(lambda connection: self._append.singly(connection, entries))
        except LogUnavailableError as error:
            return error
        except Exception as error:  # noqa: BLE001  # every caller hears of it; the thread lives
            return [Refused(error)] * len(entries)


def _answer(group: Sequence[_Handed], outcomes: Sequence[Appended] | LogUnavailableError) -> None:
    """Tell every caller what became of its entries, by one wake-up of each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Handed, Sequence[Appended] | LogUnavailableError]]] = {}
    start = 0
    for handed in group:
        end = start + len(handed.entries)
        theirs = outcomes if isinstance(outcomes, LogUnavailableError) else outcomes[start:end]
        by_loop.setdefault(handed.loop, []).append((handed, theirs))
        start = end
    for loop, answers in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, answers)
        except RuntimeError:
            # The loop was closed: nobody waits there any more.
            continue


def _resolve(answers: Sequence[tuple[_Handed, Sequence[Appended] | LogUnavailableError]]) -> None:
    for handed, outcomes in answers:
        if handed.answer.done():
            continue
        if isinstance(outcomes, LogUnavailableError):
            handed.answer.set_exception(outcomes)
        else:
            handed.answer.set_result(outcomes)
