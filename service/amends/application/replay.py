"""Makes a recorded decision again, from what was recorded of it alone, and compares the bytes.

All that determinism names is in the log: the situation as decided on, the role that counted, the pack by its digest,
and what was known of the decision that was superseded. So the same bytes come out, or something is wrong.
"""

import asyncio
from enum import StrEnum
from typing import NamedTuple

from amends.application.compiled_pack import CompiledPack
from amends.application.decide_again import decide_again
from amends.application.engine_errors import ConditionTooLargeError
from amends.application.kept_packs import MOST_KEPT, KeptPacks
from amends.application.log_errors import UnknownDecisionError
from amends.application.ports import CompareDecisions, DecisionCodec, DecisionLog, Engine, PackStore
from amends.domain.errors import InvalidSituationError
from amends.domain.record import DecisionEntry
from amends.packs.model import Pack
from amends.packs.source import SourceError, load_source
from amends.resolution.fill import SEMANTICS
from amends.resolution.resolve import Resolved


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
    """Decides recorded situations again."""

    def __init__(  # noqa: PLR0913  # all ports, by name
        self,
        *,
        log: DecisionLog,
        packs: PackStore,
        engine: Engine,
        codec: DecisionCodec,
        compare: CompareDecisions,
        kept: int = MOST_KEPT,
    ) -> None:
        self._log = log
        self._packs = packs
        self._codec = codec
        self._compare = compare
        self._kept = KeptPacks(engine, most=kept)

    async def __call__(self, decision_id: str, *, explain_full: bool = False) -> Replayed:
        """Make the decision of that id again. UnknownDecisionError if there is none.

        `explain_full`: what it is now tells of every rule and condition; what is compared does not depend on it.
        """
        entry = await self._log.decision(decision_id)
        if entry is None:
            raise UnknownDecisionError(decision_id)
        return await self.entry(entry, explain_full=explain_full)

    async def entry(self, entry: DecisionEntry, *, explain_full: bool = False) -> Replayed:
        """Make a decision again that was read from the log."""
        if entry.erased_at is not None:
            return Replayed(entry, ReplayResult.ERASED, differences=("what identified its customer was erased",))
        try:
            resolved = await self._again(entry, explain_full=explain_full)
        except _CannotBeMadeError as error:
            return Replayed(entry, error.result, differences=(str(error),))
        differences = tuple(self._compare(entry.decision, self._codec.fired(resolved)))
        again = self._codec.decision(resolved)
        if entry.semantics != SEMANTICS:
            told = (f"decided by semantics {entry.semantics}; this version decides by {SEMANTICS}", *differences)
            return Replayed(entry, ReplayResult.OTHER_SEMANTICS, again, told)
        return Replayed(entry, ReplayResult.DIFFERENT if differences else ReplayResult.SAME, again, differences)

    async def _again(self, entry: DecisionEntry, *, explain_full: bool) -> Resolved:
        superseded = await self._log.decision(entry.supersedes) if entry.supersedes else None
        if entry.supersedes and (superseded is None or superseded.erased_at is not None):
            message = f"the decision {entry.supersedes}, whose place it takes, is no longer kept"
            raise _CannotBeMadeError(ReplayResult.ERASED, message)
        compiled = await self._pack(entry)
        try:
            return decide_again(entry, compiled, superseded=superseded, codec=self._codec, explain_full=explain_full)
        except (InvalidSituationError, ValueError) as error:
            # What was decided on could be read then.
            result = ReplayResult.DIFFERENT if entry.semantics == SEMANTICS else ReplayResult.OTHER_SEMANTICS
            raise _CannotBeMadeError(result, f"what it was decided on cannot be read: {error}") from None

    async def _pack(self, entry: DecisionEntry) -> CompiledPack:
        try:
            compiled = await self._kept.compiled(entry.pack_digest, lambda: self._loaded(entry.pack_digest))
        except (SourceError, ConditionTooLargeError) as error:
            result = ReplayResult.NO_RULE_PACK if entry.semantics == SEMANTICS else ReplayResult.OTHER_SEMANTICS
            raise _CannotBeMadeError(result, str(error)) from None
        if compiled is None:
            message = f"the pack {entry.pack_id!r} {entry.pack_version} ({entry.pack_digest[:12]}) is not stored"
            raise _CannotBeMadeError(ReplayResult.NO_RULE_PACK, message)
        return compiled

    async def _loaded(self, digest: str) -> Pack | None:
        source = await self._packs.get(digest)
        # Tenths of a second for a large pack, which other calls need not wait for.
        return None if source is None else await asyncio.to_thread(load_source, source)
