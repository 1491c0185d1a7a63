"""Bound: a refund never exceeds amount_paid - amount_refunded, whatever a pack says."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Step
from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.resolution.cut import cut, standing
from amends.resolution.draft import Draft

_WHY: Final = "a refund never exceeds what was paid and not yet refunded"


def missing_for_bound(facts: Facts, *, refunds_told: bool) -> tuple[str, ...]:
    """The facts without which the room for a refund is not known."""
    paid = () if "amount_paid" in facts else ("amount_paid",)
    refunded = () if "amount_refunded" in facts or refunds_told else ("amount_refunded",)
    return (*paid, *refunded)


def refunds_told(situation: Situation) -> bool:
    """Whether what was granted tells how much was refunded."""
    granted = situation.granted
    return granted is not None and all(entry.amount is not None for entry in granted if _is_refund(entry, situation))


def bound(
    drafts: Sequence[Draft],
    situation: Situation,
    *,
    missing: tuple[str, ...],
) -> tuple[Sequence[Draft], list[Adjustment]]:
    """Cut refunds to the room that is left, in their order; one with no room at all is removed.

    `missing` are the facts without which the room is not known.
    """
    adjustments: list[Adjustment] = []
    refunds = [draft for draft in drafts if draft.kind is ActionKind.REFUND]
    if not refunds:
        return drafts, adjustments
    room = _room(situation)
    for draft in refunds:
        if draft.amount is None:
            continue
        if room is None or room.most.currency != draft.amount.currency:
            _unsettle(draft, missing, room)
            continue
        fits = draft.amount.minor_units <= room.most.minor_units
        after = draft.amount if fits else room.most
        room = room.without(after)
        if not fits:
            adjustments += cut(draft, after, step=Step.BOUND, by="amount_paid", why=_WHY)
        if not room.known and draft.stands:
            _unsettle(draft, missing, None)
    return standing(drafts, adjustments), adjustments


class _Room(NamedTuple):
    """The most that may still be refunded, never below zero; `known` is false where it may be less."""

    most: Money
    known: bool

    def without(self, amount: Money) -> "_Room":
        """The room once this is refunded."""
        return _Room(self.most.with_units(self.most.minor_units - amount.minor_units), self.known)


def _room(situation: Situation) -> _Room | None:
    """None where it is not known what was paid."""
    paid = situation.facts.get("amount_paid")
    refunded = situation.facts.get("amount_refunded")
    if not isinstance(paid, Money):
        return None
    amounts = [refunded if isinstance(refunded, Money) else None]
    if amounts[0] is None or amounts[0].currency != paid.currency:
        # What was granted is at least known to be refunded; a sum that does not compare leaves it open.
        given = [entry.amount for entry in situation.granted or () if _is_refund(entry, situation)]
        amounts = given if amounts[0] is None and situation.granted is not None else [*amounts, *given]
    comparable = [amount for amount in amounts if amount is not None and amount.currency == paid.currency]
    most = paid.with_units(max(paid.minor_units - _units(comparable), 0))
    return _Room(most, known=len(comparable) == len(amounts))


def _units(amounts: Iterable[Money]) -> int:
    return sum(amount.minor_units for amount in amounts)


def _is_refund(entry: Granted, situation: Situation) -> bool:
    return entry.kind == ActionKind.REFUND.value and (entry.subject is None or entry.subject == situation.subject)


def _unsettle(draft: Draft, missing: tuple[str, ...], room: _Room | None) -> None:
    why = "how much may still be refunded is not known"
    if room is not None:
        why = f"what was paid is in {room.most.currency}"
    elif not missing:
        why = "what was paid and what was refunded do not compare"
    draft.doubt(Unsettled("", missing, why))
