"""A recorded decision made again: on the situation as it was kept, under the pack that decided then."""

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import DecisionCodec, DecisionLog
from amends.domain.record import DecisionEntry
from amends.resolution.changes import Superseded
from amends.resolution.resolve import Resolved


async def decide_again(
    entry: DecisionEntry, compiled: CompiledPack, *, log: DecisionLog, codec: DecisionCodec, explain_full: bool
) -> Resolved:
    """What the pack says now of an entry that was not erased. May raise LogUnavailableError.

    InvalidSituationError where this version no longer takes the situation under that pack.
    """
    return compiled.decide(
        codec.read_situation(entry.situation, compiled.pack),
        role=entry.actor.role,
        explain_full=explain_full,
        superseded=await _superseded(entry, log, codec),
    )


async def _superseded(entry: DecisionEntry, log: DecisionLog, codec: DecisionCodec) -> Superseded | None:
    """The superseded decision, with what was known of it then; None where there was none, or it is gone."""
    before = await log.decision(entry.supersedes) if entry.supersedes else None
    if before is None or before.erased_at is not None:
        return None
    supplied = entry.supplied
    return Superseded(codec.read_actions(before.decision), frozenset(supplied.offered), frozenset(supplied.executed))
