"""The facts of a recorded decision for a person who looks into the log: those that are as sensitive as asked for.

By the pack that decided: it says what a fact may tell of somebody.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from amends.application.ports import DecisionCodec
from amends.application.recorded_packs import RecordedPacks
from amends.domain.facts import FactSpec, Sensitivity, Value
from amends.domain.record import DecisionEntry
from amends.domain.sensitivity import sensitivity_of
from amends.domain.situation import Granted

_ORDER: Final = (Sensitivity.NONE, Sensitivity.PERSONAL, Sensitivity.SPECIAL)


class ShownFacts(NamedTuple):
    """The facts of a situation: those that are shown, in vocabulary order, and how sensitive each withheld one is.

    `granted` is what was given before, as it was said; None: nobody said.
    """

    shown: tuple[tuple[FactSpec, Value], ...]
    withheld: Mapping[str, Sensitivity]
    granted: tuple[Granted, ...] | None = None


class RecordedFacts:
    """Reads recorded situations as people may see them."""

    def __init__(self, packs: RecordedPacks, codec: DecisionCodec) -> None:
        self._packs = packs
        self._codec = codec

    async def __call__(self, entry: DecisionEntry, *, up_to: Sensitivity) -> ShownFacts | None:
        """None where the pack is not stored, or what it was decided on was erased: nothing can be told apart then."""
        pack = await self._packs(entry.pack_digest) if entry.erased_at is None else None
        if pack is None:
            return None
        situation = self._codec.read_situation(entry.situation, pack)
        facts = situation.facts
        known = [spec for spec in pack.vocabulary if spec.path in facts]
        allowed = _ORDER[: _ORDER.index(up_to) + 1]
        shown = tuple((spec, facts[spec.path]) for spec in known if sensitivity_of(spec) in allowed)
        withheld = {spec.path: sensitivity_of(spec) for spec in known if sensitivity_of(spec) not in allowed}
        return ShownFacts(shown, withheld, situation.granted)
