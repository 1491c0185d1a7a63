"""Group commit: what many callers hand over while a commit is on its way to the disk goes into the next one together.

The writer's thread takes everything that waits, writes it in one transaction, and wakes the event loop once when it is
on disk. Having written for several callers it rests a moment, until enough wait: a group costs turns at the
interpreter's lock whatever its size, so that few large ones cost less than many small ones. Who calls alone never waits
for that. It refuses to let the queue grow: where the disk cannot follow, callers hear so.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Appended, Refused, Stored
from amends.domain.record import DecisionEntry
from amends.storage.append import Append
from amends.storage.database import Database
from amends.storage.engines import sqlite_file
from amends.storage.gathering import Gathering
from amends.storage.sqlite_append import SqliteAppend, writer_setup
from amends.storage.sqlite_writer import SqliteWriter

# Entries in one transaction, unless a single call brings more: long enough to be cheap, short enough to be waited for.
_GROUP: Final = 256
# Entries that may wait, over all callers.
_QUEUE: Final = 16_384
# Callers in a group who are no crowd yet: nobody else is about to come.
_FEW: Final = 2
# The longest rest: about what a disk takes to sync.
_REST_SECONDS: Final = 0.006
_STORED: Final = Stored()


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
        self._at_once = SqliteAppend() if database.is_sqlite else None
        self._beside = SqliteWriter(writer_setup(sqlite_file(database.url))) if database.is_sqlite else None
        self._queue = queue
        self._lock = threading.Lock()
        self._handed: deque[_Handed] = deque()
        self._waiting = 0
        # A job of ours is in the writer's queue, or at work.
        self._awake = False
        self._gathering = Gathering()
        # The last rest by its number, and who ends it if it is still on: other loops do not wait for one that may stop.
        self._rests = 0
        self._resting: asyncio.AbstractEventLoop | None = None
        self._closing = False
        database.before_close(self._hurry)

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
            starts = self._starts(loop)
        if starts and not self._database.submit(self._write_groups):
            raise LogUnavailableError("it is being closed")
        return await handed.answer

    def _starts(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether what waits is to be written now, and nobody has said so. The lock is held."""
        if self._awake:
            return False
        if self._resting is loop:
            if not self._gathering.is_enough(self._waiting):
                return False
            self._gathering.came()
        self._awake, self._resting = True, None
        return True

    def _hurry(self) -> None:
        """What was handed over is written before the database closes: nobody rests any more."""
        with self._lock:
            self._closing = True
            rest = self._rests
        self._end_rest(rest)
        if self._beside is not None:
            # Behind what is written now. What comes later still, this process writes itself.
            self._database.submit(self._beside.close)

    def _end_rest(self, rest: int) -> None:
        with self._lock:
            if self._resting is None or rest != self._rests:
                return
            self._gathering.stayed_away(self._waiting)
            self._resting, self._awake = None, bool(self._handed)
            starts = self._awake
        if starts:
            self._database.submit(self._write_groups)

    def _write_groups(self) -> None:
        """In the writer's thread: one group, and then its turn again behind whatever else is to be written."""
        while self._write_group():
            if self._database.submit(self._write_groups):
                return

    def _write_group(self) -> bool:
        """True if more is to be written now."""
        group = self._take()
        entries = [entry for handed in group for entry in handed.entries]
        outcomes = self._write(entries)
        loop = group[-1].loop
        with self._lock:
            rests = len(group) > _FEW and not self._closing
            if rests and self._gathering.is_enough(self._waiting):
                self._gathering.came()
                rests = False
            self._awake = goes_on = bool(self._handed) and not rests
            if rests:
                self._resting, self._rests = loop, self._rests + 1
        _answer(group, outcomes)
        if rests:
            self._rest(loop)
        return goes_on

    def _rest(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            loop.call_soon_threadsafe(loop.call_later, _REST_SECONDS, self._end_rest, self._rests)
        except RuntimeError:
            # The loop was closed, and will end nothing.
            self._end_rest(self._rests)

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
            if self._write_at_once(entries):
                return [_STORED] * len(entries)
            return self._database.write_here(lambda connection: self._append.together(connection, entries))
        except LogUnavailableError as error:
            return error
        except Exception:  # noqa: BLE001  # whoever lost, or cannot be written at all, is found one by one
            return self._write_singly(entries)

    def _write_at_once(self, entries: Sequence[DecisionEntry]) -> bool:
        """Whether they are on disk, by the one statement in which that can be done where nobody loses."""
        if self._at_once is None or self._beside is None or not self._at_once.takes(entries):
            return False
        try:
            if len(entries) > _FEW:
                return self._beside.write(self._at_once.values(entries))
            self._database.write_at_once(partial(self._at_once.together, entries=entries))
        except LogUnavailableError:
            raise
        except Exception:  # noqa: BLE001  # that somebody lost, or what is wrong with an entry, is found in steps
            return False
        return True

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
