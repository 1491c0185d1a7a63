"""The use case of a decision that is recorded: made on what is asked and what the log remembers, written, answered.

In three steps, so that a batch is written together: `make`, `record`, `settle`. Only what needs the log waits for it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, assert_never
from weakref import WeakValueDictionary

from amends.application.answered_before import AnsweredBefore, Said
from amends.application.asked import Answer, Asked
from amends.application.compiled_pack import CompiledPack
from amends.application.entry import entry_of, situation_of
from amends.application.ledger import History, history, is_supplied
from amends.application.log_errors import CannotSupersedeError, LogUnavailableError
from amends.application.observing import Nobody, Observer
from amends.application.ports import (
    CaseMemory,
    Clock,
    CustomerLedger,
    DecisionCodec,
    DecisionLog,
    Duplicate,
    Engine,
    NewId,
    OutcomeCodec,
    Outdated,
    Refused,
    Stored,
    SupersededBefore,
)
from amends.application.recorded_packs import RecordedPacks
from amends.application.recording import Kept, NotRecorded, Recorder
from amends.application.supersede import NOTHING, NOTHING_YET, Remembered, remember, remember_given
from amends.domain.record import DecisionEntry
from amends.packs.model import LEDGER

_TRIES: Final = 64
"""How often a decision is made anew because its customer's ledger has changed: each time somebody else got through."""


class Codec(DecisionCodec, OutcomeCodec, Protocol):
    """What is written and read of the log here."""


@dataclass(frozen=True, slots=True)
class Log:
    """The log, as this use case needs it."""

    decisions: DecisionLog
    memory: CaseMemory
    ledger: CustomerLedger
    packs: RecordedPacks
    recorder: Recorder


class Made(NamedTuple):
    """A decision that is not answered yet. A preview has no entry."""

    asked: Asked
    compiled: CompiledPack
    answer: Answer
    entry: DecisionEntry | None


class DecideRecorded:
    """Decides situations and records the decisions."""

    def __init__(  # noqa: PLR0913  # all ports, by name
        self,
        log: Log,
        *,
        codec: Codec,
        engine: Engine,
        clock: Clock,
        new_id: NewId,
        software_version: str,
        observer: Observer | None = None,
    ) -> None:
        self._log = log
        self._codec = codec
        self._clock = clock
        self._new_id = new_id
        self._software_version = software_version
        self._observer = observer or Nobody()
        self._before = AnsweredBefore(log.decisions, log.packs, codec, engine)
        # By customer, or case; each is forgotten as soon as nobody waits there any more.
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, asked: Asked, compiled: CompiledPack) -> Answer:
        """One decision, answered as soon as the log has it."""
        if asked.supersedes or asked.preview or compiled.pack.history == LEDGER:
            made = await self.make(asked, compiled)
        else:
            made = self._decided(asked, compiled, _nothing(asked))
        if made.entry is None:
            return made.answer
        (kept,) = await self.record((made.entry,))
        return made.answer if isinstance(kept, Stored) else await self.settle(made, kept)

    async def make(self, asked: Asked, compiled: CompiledPack, *, again: bool = False) -> Made:
        """The decision, on what is asked and what the log remembers of it. `again`: it was written on too little.

        UnknownDecisionError or CannotSupersedeError where it names a decision to supersede, LogUnavailableError.
        """
        remembered = _nothing(asked)
        if asked.supersedes:
            remembered = await remember(asked, self._log.decisions, self._log.memory, self._codec)
        elif remembered is NOTHING_YET and (again or asked.preview):
            # A preview is never written, so nobody else would find out.
            remembered = await self._given(asked)
        if is_supplied(asked, compiled.pack):
            remembered = remembered._replace(history=await self._history(asked, compiled))
        return self._decided(asked, compiled, remembered)

    async def record(self, entries: Sequence[DecisionEntry]) -> Sequence[Kept]:
        """Write entries together. LogUnavailableError if recording is required, and cannot be done."""
        return await self._log.recorder(entries)

    async def settle(self, made: Made, kept: Kept) -> Answer:
        """The answer, by what became of the entry."""
        if isinstance(kept, Outdated):
            made, kept = await self._alone(made)
        match kept:
            case Stored():
                return made.answer
            case NotRecorded():
                return made.answer._replace(recorded=False)
            case Duplicate(recorded):
                return await self._before.answer(
                    _said(made.asked), recorded, made.compiled.pack, explain_full=made.asked.explain_full
                )
            case SupersededBefore(by):
                raise CannotSupersedeError(made.asked.supersedes, f"{by} has taken its place", by=by)
            case Refused(error):
                raise error
            case Outdated():
                raise LogUnavailableError("what it is decided on never stood still", retry_after=0)
            case _:
                assert_never(kept)

    async def _alone(self, made: Made) -> tuple[Made, Kept]:
        """The decision made again, one of its customer after the other: the next one counts what this one takes."""
        kept: Kept = Outdated()
        situation = made.asked.situation
        of = ("customer", situation.customer_id) if situation.customer_id else ("case", situation.case_id)
        async with self._turns.setdefault(of, asyncio.Lock()):
            for _ in range(_TRIES):
                made = await self.make(made.asked, made.compiled, again=True)
                assert made.entry is not None  # it was no preview
                (kept,) = await self.record((made.entry,))
                if not isinstance(kept, Outdated):
                    break
        return made, kept

    async def answered_before(
        self, said: Said, *, caller: str, request_id: str, explain_full: bool = False
    ) -> Answer | None:
        """The recorded answer to a request that is no longer in order, if it was answered when it was.

        None too where the log is away, unless recording is required: what is wrong with the request is still true.
        """
        try:
            return await self._before.find(said, caller=caller, request_id=request_id, explain_full=explain_full)
        except LogUnavailableError:
            if self._log.recorder.is_required:
                raise
            return None

    async def _history(self, asked: Asked, compiled: CompiledPack) -> History | None:
        """What the log knows of the customer; nothing where it is away, and decisions are made all the same."""
        try:
            return await history(asked, compiled.pack, self._log.ledger, self._codec, now=self._clock.now())
        except LogUnavailableError:
            if self._log.recorder.is_required:
                raise
            return None

    async def _given(self, asked: Asked) -> Remembered:
        """What the log knows of the case; nothing where it is away, as of a customer's history."""
        try:
            return await remember_given(asked, self._log.memory, self._codec)
        except LogUnavailableError:
            if self._log.recorder.is_required:
                raise
            return NOTHING_YET

    def _decided(self, asked: Asked, compiled: CompiledPack, remembered: Remembered) -> Made:
        codec = self._codec
        resolved = compiled.decide(
            situation_of(asked, remembered),
            role=asked.actor.role,
            explain_full=asked.explain_full,
            superseded=remembered.superseded,
        )
        self._observer.decided(asked.policy, resolved.decision)
        told = codec.decision(resolved)
        decided_at = self._clock.now()
        decision_id = "" if asked.preview else self._new_id()
        answer = Answer(
            decision_id,
            decided_at,
            not asked.preview,
            asked.policy,
            self._software_version,
            compiled.pack.digest,
            resolved.decision.outcome,
            told,
        )
        if asked.preview:
            return Made(asked, compiled, answer, None)
        entry = entry_of(
            asked,
            remembered,
            resolved,
            compiled.pack,
            codec=codec,
            decision=told if resolved.fired is None else codec.fired(resolved),
            decision_id=decision_id,
            decided_at=decided_at,
            software_version=self._software_version,
        )
        return Made(asked, compiled, answer, entry)


def _nothing(asked: Asked) -> Remembered:
    """What is remembered before the log was looked into. Who says what was given, be it nothing, is taken at it."""
    return NOTHING_YET if asked.situation.granted is None else NOTHING


def _said(asked: Asked) -> Said:
    return Said(asked.raw, asked.policy, asked.actor, asked.supplied, asked.supersedes)
