"""Bound: a refund never exceeds amount_paid - amount_refunded, whatever a pack says."""

from collections.abc import Iterable, Sequence

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Effect, Step
from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.resolution.draft import Draft


def missing_for_bound(facts: Facts, *, granted_is_known: bool) -> tuple[str, ...]:
    """The facts without which the room for a refund is not known."""
    paid = () if "amount_paid" in facts else ("amount_paid",)
    refunded = () if "amount_refunded" in facts or granted_is_known else ("amount_refunded",)
    return (*paid, *refunded)


def bound(drafts: Sequence[Draft], situation: Situation) -> tuple[Sequence[Draft], list[Adjustment]]:
    """Cut refunds to the room that is left, in their order; one with no room at all is removed."""
    kept: list[Draft] = []
    adjustments: list[Adjustment] = []
    refunds = [draft for draft in drafts if draft.kind is ActionKind.REFUND]
    if not refunds:
        return drafts, adjustments
    room = _room(situation)
    for draft in drafts:
        if draft.kind is not ActionKind.REFUND or draft.amount is None:
            kept.append(draft)
        elif room is None or room.currency != draft.amount.currency:
            _unsettle(draft, situation, room)
            kept.append(draft)
        else:
            after = draft.amount.with_units(min(draft.amount.minor_units, room.minor_units))
            room = room.with_units(room.minor_units - after.minor_units)
            if after != draft.amount:
                adjustments += _cut(draft, after)
            # Of a floor the unknown part stands, as it would alone.
            if after == draft.amount or after.minor_units or draft.open_amount:
                kept.append(draft)
            draft.amount = None if draft.open_amount and not after.minor_units else after
    return kept, adjustments


def _room(situation: Situation) -> Money | None:
    """What may still be refunded, never below zero; None where it is not known or currencies differ."""
    paid = situation.facts.get("amount_paid")
    refunded = situation.facts.get("amount_refunded")
    if not isinstance(paid, Money):
        return None
    if isinstance(refunded, Money):
        known = [refunded]
    elif situation.granted is not None:
        amounts = [entry.amount for entry in situation.granted if _is_refund(entry, situation)]
        known = [amount for amount in amounts if amount is not None]
        if len(known) != len(amounts):
            return None
    else:
        return None
    if any(amount.currency != paid.currency for amount in known):
        return None
    return paid.with_units(max(paid.minor_units - _units(known), 0))


def _units(amounts: Iterable[Money]) -> int:
    return sum(amount.minor_units for amount in amounts)


def _is_refund(entry: Granted, situation: Situation) -> bool:
    return entry.kind == ActionKind.REFUND.value and (entry.subject is None or entry.subject == situation.subject)


def _unsettle(draft: Draft, situation: Situation, room: Money | None) -> None:
    missing = missing_for_bound(situation.facts, granted_is_known=situation.granted is not None)
    why = "how much may still be refunded is not known"
    if room is not None:
        why = f"what was paid is in {room.currency}"
    elif not missing:
        why = "what was paid and what was refunded do not compare"
    draft.unsettled += (Unsettled("", missing, why),)
    draft.open_amount = True


def _cut(draft: Draft, after: Money) -> list[Adjustment]:
    """The same cut for every rule that asked for it."""
    return [
        Adjustment(
            step=Step.BOUND,
            effect=Effect.CHANGED if after.minor_units else Effect.REMOVED,
            kind=draft.kind,
            rule_id=rule_id,
            by="amount_paid",
            why="a refund never exceeds what was paid and not yet refunded",
            before=draft.amount,
            after=after,
        )
        for rule_id in draft.rule_ids
    ]
