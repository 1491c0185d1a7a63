"""How a decision gets into the log before its answer leaves: required, or as well as it goes.

Required: the answer waits until the entry is on disk, and there is none while the log is away. Best effort: the answer
never waits for the log and never fails by it, except that a request id or a superseded decision is looked after while
the log is there, and what was given for the case with them; entries wait in a bounded queue, and those that find no
place in it are counted.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol, TypeAlias

from amends.application.log_errors import LogUnavailableError
from amends.application.ports import Appended, DecisionLog, Refused, Stored
from amends.domain.record import DecisionEntry


class NotRecorded(NamedTuple):
    """The entry is not on disk as the answer leaves; with luck it will be."""


Kept: TypeAlias = Appended | NotRecorded

_NOT_RECORDED: Final = NotRecorded()
MOST_WAITING: Final = 10_000
"""Entries that wait for the log: some tens of megabytes."""
_GROUP: Final = 256
_PAUSE_SECONDS: Final = 1.0


class Recorder(Protocol):
    """Takes entries to the log, as the operator has set it."""

    @property
    def is_required(self) -> bool:
        """Whether there is no answer without the log."""
        ...

    async def __call__(self, entries: Sequence[DecisionEntry]) -> Sequence[Kept]:
        """What became of each entry."""
        ...


class RecordRequired:
    """Waits for the log. LogUnavailableError while it is away."""

    is_required = True

    def __init__(self, log: DecisionLog, *, on_away: Callable[[LogUnavailableError], None]) -> None:
        """`on_away` hears of each failure."""
        self._log = log
        self._on_away = on_away

    async def __call__(self, entries: Sequence[DecisionEntry]) -> Sequence[Kept]:
        """Append all; they are on disk, or it says why not."""
        try:
            return await self._log.append(entries)
        except LogUnavailableError as error:
            self._on_away(error)
            raise


class RecordBestEffort:
    """Appends in the background. `lost` counts the entries that were never written; `left` those of a stop that were
    handed to the log, which may still write them, though nobody waits any more to hear of it.
    """

    is_required = False

    def __init__(
        self,
        log: DecisionLog,
        *,
        on_away: Callable[[LogUnavailableError], None],
        on_refused: Callable[[Exception], None],
        room: int = MOST_WAITING,
    ) -> None:
        """`on_away` hears of each failure, `on_refused` why the log did not take an entry: nobody else is told."""
        self._log = log
        self._on_away = on_away
        self._on_refused = on_refused
        self._room = room
        self._waiting: list[DecisionEntry] = []
        self._on_their_way: Sequence[DecisionEntry] = ()
        self._writer: asyncio.Task[None] | None = None
        self.lost = 0
        self.left = 0

    async def __call__(self, entries: Sequence[DecisionEntry]) -> Sequence[Kept]:
        """Those that could turn out otherwise are waited for; the others never."""
        looked_after = [entry for entry in entries if _may_be_refused(entry)]
        self._queue([entry for entry in entries if not _may_be_refused(entry)])
        if not looked_after:
            return [_NOT_RECORDED] * len(entries)
        try:
            appended = await self._log.append(looked_after)
        except LogUnavailableError as error:
            self._on_away(error)
            self._queue(looked_after)
            return [_NOT_RECORDED] * len(entries)
        refused = [one.error for one in appended if isinstance(one, Refused)]
        self.lost += len(refused)
        self._tell(refused)
        kept: Iterator[Kept] = (_NOT_RECORDED if isinstance(one, Refused) else one for one in appended)
        return [next(kept) if _may_be_refused(entry) else _NOT_RECORDED for entry in entries]

    async def finish(self, seconds: float) -> None:
        """Returns once everything that waits is written; what was not even handed over by then counts as lost."""
        if self._writer is not None:
            await asyncio.wait({self._writer}, timeout=seconds)
            self._writer.cancel()
        self.left += len(self._on_their_way)
        self.lost += len(self._waiting)
        self._on_their_way = ()
        self._waiting.clear()

    def _queue(self, entries: Sequence[DecisionEntry]) -> None:
        taken = [_as_answered(entry) for entry in entries[: max(self._room - len(self._waiting), 0)]]
        self.lost += len(entries) - len(taken)
        self._waiting += taken
        if self._waiting and (self._writer is None or self._writer.done()):
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:_GROUP], self._waiting[_GROUP:]
            self._on_their_way = group
            try:
                kept = await self._log.append(group)
                self._on_their_way = ()
                # What was looked after only now may have lost: it was answered, and is in no log.
                self.lost += sum(not isinstance(one, Stored) for one in kept)
                self._tell([one.error for one in kept if isinstance(one, Refused)])
            except LogUnavailableError as error:
                self._on_their_way = ()
                self._on_away(error)
                # Back to the front, as far as there is room by now.
                back = group[: max(self._room - len(self._waiting), 0)]
                self.lost += len(group) - len(back)
                self._waiting = [*back, *self._waiting]
                await asyncio.sleep(_PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001 -- nothing must hold up what comes after it
                self._on_their_way = ()
                self.lost += len(group)
                self._tell([error])

    def _tell(self, refused: Sequence[Exception]) -> None:
        for error in refused:
            self._on_refused(error)


def _may_be_refused(entry: DecisionEntry) -> bool:
    """Whether the log could know something that makes for another answer."""
    return bool(entry.request_id or entry.supersedes or entry.guard)


def _as_answered(entry: DecisionEntry) -> DecisionEntry:
    """What was answered is written, whatever was given for the case meanwhile."""
    return entry if entry.supersedes or entry.seen is None else entry._replace(seen=None)
