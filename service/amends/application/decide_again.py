"""A recorded decision made again: on the situation as it was kept, under the pack that decided then."""

from amends.application.compiled_pack import CompiledPack
from amends.application.ports import DecisionCodec
from amends.domain.record import DecisionEntry
from amends.resolution.changes import Superseded
from amends.resolution.resolve import Resolved


def decide_again(
    entry: DecisionEntry,
    compiled: CompiledPack,
    *,
    superseded: DecisionEntry | None,
    codec: DecisionCodec,
    explain_full: bool,
) -> Resolved:
    """What the pack says now of an entry that was not erased. `superseded` is the decision whose place it takes.

    InvalidSituationError where this version no longer takes the situation under that pack.
    """
    return compiled.decide(
        codec.read_situation(entry.situation, compiled.pack),
        role=entry.actor.role,
        explain_full=explain_full,
        superseded=_as_known(entry, superseded, codec),
    )


def _as_known(entry: DecisionEntry, superseded: DecisionEntry | None, codec: DecisionCodec) -> Superseded | None:
    """The superseded decision, with what was known of it then; None where there was none, or it is gone."""
    if superseded is None or superseded.erased_at is not None:
        return None
    known = entry.supplied
    return Superseded(codec.read_actions(superseded.decision), frozenset(known.offered), frozenset(known.executed))
