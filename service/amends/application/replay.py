"""Makes a recorded decision again, from what was recorded of it alone, and compares the bytes.

All that determinism names is in the log: the situation as decided on, the role that counted, the pack by its digest,
and what was known of the decision that was superseded. So the same bytes come out, or something is wrong.
"""

import asyncio
from enum import StrEnum
from typing import Final, NamedTuple

from amends.application.compiled_pack import CompiledPack
from amends.application.decide_again import decide_again
from amends.application.engine_errors import ConditionTooLargeError
from amends.application.log_errors import UnknownDecisionError
from amends.application.ports import CompareDecisions, DecisionCodec, DecisionLog, Engine, PackStore
from amends.domain.errors import InvalidSituationError
from amends.domain.record import DecisionEntry
from amends.packs.source import SourceError, load_source
from amends.resolution.fill import SEMANTICS

_KEPT: Final = 16
"""Packs that are kept compiled: more than are ever active at once, and each is a few megabytes."""


class ReplayResult(StrEnum):
    """How a decision compares with the same made again."""

    SAME = "same"
    DIFFERENT = "different"
    OTHER_SEMANTICS = "other_semantics"
    ERASED = "erased"
    NO_RULE_PACK = "no_rule_pack"


class Replayed(NamedTuple):
    """What came of making a decision again. `decision` are its bytes now, empty where it could not be made.

    `differences` are for a person, a line each: where the two differ, or why there is nothing to compare.
    """

    entry: DecisionEntry
    result: ReplayResult
    decision: bytes = b""
    differences: tuple[str, ...] = ()


class _CannotBeMadeError(Exception):
    """There is nothing to compare with: `result` says why, the message says it in words."""

    def __init__(self, result: ReplayResult, why: str) -> None:
        super().__init__(why)
        self.result = result


class Replay:
    """Decides recorded situations again. Packs that it has compiled are kept, boundedly, by digest."""

    def __init__(  # noqa: PLR0913  # all ports, by name
        self,
        *,
        log: DecisionLog,
        packs: PackStore,
        engine: Engine,
        codec: DecisionCodec,
        compare: CompareDecisions,
        kept: int = _KEPT,
    ) -> None:
        self._log = log
        self._packs = packs
        self._engine = engine
        self._codec = codec
        self._compare = compare
        self._kept = kept
        self._compiled: dict[str, CompiledPack] = {}

    async def __call__(self, decision_id: str) -> Replayed:
        """Make the decision of that id again. UnknownDecisionError if there is none."""
        entry = await self._log.decision(decision_id)
        if entry is None:
            raise UnknownDecisionError(decision_id)
        return await self.entry(entry)

    async def entry(self, entry: DecisionEntry) -> Replayed:
        """Make a decision again that was read from the log."""
        if entry.erased_at is not None:
            return Replayed(entry, ReplayResult.ERASED, differences=("what identified its customer was erased",))
        try:
            again = await self._again(entry)
        except _CannotBeMadeError as error:
            return Replayed(entry, error.result, differences=(str(error),))
        differences = tuple(self._compare(entry.decision, again))
        if entry.semantics != SEMANTICS:
            told = (f"decided by semantics {entry.semantics}; this version decides by {SEMANTICS}", *differences)
            return Replayed(entry, ReplayResult.OTHER_SEMANTICS, again, told)
        return Replayed(entry, ReplayResult.DIFFERENT if differences else ReplayResult.SAME, again, differences)

    async def _again(self, entry: DecisionEntry) -> bytes:
        if entry.supersedes:
            earlier = await self._log.decision(entry.supersedes)
            if earlier is None or earlier.erased_at is not None:
                message = f"the decision {entry.supersedes}, whose place it takes, is no longer kept"
                raise _CannotBeMadeError(ReplayResult.ERASED, message)
        compiled = await self._pack(entry)
        try:
            resolved = await decide_again(entry, compiled, log=self._log, codec=self._codec, explain_full=False)
        except (InvalidSituationError, ValueError) as error:
            # What was decided on could be read then.
            result = ReplayResult.DIFFERENT if entry.semantics == SEMANTICS else ReplayResult.OTHER_SEMANTICS
            raise _CannotBeMadeError(result, f"what it was decided on cannot be read: {error}") from None
        return self._codec.fired(resolved)

    async def _pack(self, entry: DecisionEntry) -> CompiledPack:
        digest = entry.pack_digest
        known = self._compiled.pop(digest, None)
        compiled = known or await self._loaded(entry)
        # Put back last: what was not used for longest goes first.
        self._compiled[digest] = compiled
        if len(self._compiled) > self._kept:
            del self._compiled[next(iter(self._compiled))]
        return compiled

    async def _loaded(self, entry: DecisionEntry) -> CompiledPack:
        source = await self._packs.get(entry.pack_digest)
        if source is None:
            message = f"the pack {entry.pack_id!r} {entry.pack_version} ({entry.pack_digest[:12]}) is not stored"
            raise _CannotBeMadeError(ReplayResult.NO_RULE_PACK, message)
        try:
            # Tenths of a second for a large pack, which other calls need not wait for.
            pack = await asyncio.to_thread(load_source, source)
            return CompiledPack(pack, self._engine)
        except (SourceError, ConditionTooLargeError) as error:
            result = ReplayResult.NO_RULE_PACK if entry.semantics == SEMANTICS else ReplayResult.OTHER_SEMANTICS
            raise _CannotBeMadeError(result, str(error)) from None
