"""Limit: at most so much of some kinds together, limit after limit as declared. Entitlements count, and are never cut.

What exceeds a cap is cut from the last kind that it lists, and within a kind from what is said last. A cap that is not
known cuts nothing: what it bounds is unsettled, and the last role has to approve it. So is what is left where something
was given that does not compare with the cap, and what would be cut before an amount that is not known.
"""

from collections.abc import Sequence
from typing import NamedTuple

from amends.domain.action import Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Step
from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.amounts import missing_amount_paths
from amends.packs.model import Limit, Pack
from amends.resolution.candidates import Candidate
from amends.resolution.cover import covers
from amends.resolution.cut import cut, standing
from amends.resolution.derive import Sources
from amends.resolution.draft import Draft
from amends.resolution.price import price


class Cap(NamedTuple):
    """A limit that concerns a plan, and the facts for want of which it is not known."""

    limit: Limit
    missing: tuple[str, ...]


class _Room(NamedTuple):
    """What a cap leaves: no more than `most` (None: nobody knows how much), and why it may be less."""

    most: Money | None
    doubt: Unsettled | None


def caps(pack: Pack, proposed: Sequence[Candidate], facts: Facts, sources: Sources) -> tuple[Cap, ...]:
    """The limits that bound any of the candidates, in the order declared."""
    kinds = {candidate.kind for candidate in proposed if is_bounded(candidate)}
    return tuple(Cap(limit, _missing(limit, facts, sources)) for limit in pack.limits if kinds.intersection(limit.of))


def is_bounded(candidate: Candidate) -> bool:
    """Whether a limit on the candidate's kind could cut it."""
    return candidate.amount is not None and candidate.kind is not ActionKind.ENTITLEMENT


def limit(
    drafts: Sequence[Draft],
    concerned: Sequence[Cap],
    situation: Situation,
    *,
    currency: str,
) -> tuple[Sequence[Draft], list[Adjustment]]:
    """What the limits leave, each acting on what the one before left. `currency` is the case's."""
    adjustments: list[Adjustment] = []
    for cap in concerned:
        cuts = _act(cap, drafts, situation, currency)
        drafts = standing(drafts, cuts)
        adjustments += cuts
    return drafts, adjustments


def _missing(limit: Limit, facts: Facts, sources: Sources) -> tuple[str, ...]:
    minus = (limit.minus,) if limit.minus and limit.minus not in facts else ()
    return sources.of((*missing_amount_paths(limit.at_most, facts), *minus))


def _act(cap: Cap, drafts: Sequence[Draft], situation: Situation, currency: str) -> list[Adjustment]:
    of = cap.limit.of
    bounded = [
        draft for draft in drafts if draft.kind in of and is_bounded(draft.candidate) and not draft.already_given
    ]
    # A cap in several currencies bounds each by itself; an amount that is not known is one of the case currency. Told
    # before anything is cut: what is open of a floor stays in the floor's currency.
    said_in = {id(draft): draft.amount.currency if draft.amount else currency for draft in drafts}
    cuts: list[Adjustment] = []
    for each in dict.fromkeys(said_in[id(draft)] for draft in bounded):
        ours = [draft for draft in drafts if said_in[id(draft)] == each]
        room = _room(cap, drafts, situation, each)
        if room.most is not None:
            cuts += _cut_to(room.most, cap.limit, ours)
        if room.doubt is not None:
            for draft in bounded:
                if said_in[id(draft)] == each and draft.stands:
                    draft.doubt(room.doubt)
        if room.most is not None:
            _leave_to_what_is_open(cap.limit, ours)
    return cuts


def _leave_to_what_is_open(limit: Limit, drafts: Sequence[Draft]) -> None:
    """Unsettle what would be cut before an action of unknown amount: how much that one leaves is not known.

    The drafts are those of one currency. Entitlements are never cut.
    """
    opens = [draft for draft in drafts if draft.open_amount and not draft.already_given and _is_counted(draft, limit)]
    if not opens:
        return
    kinds = [kind for kind in reversed(limit.of) if kind is not ActionKind.ENTITLEMENT]
    going = [draft for kind in kinds for draft in reversed(drafts) if draft.kind is kind]
    for opened in opens:
        for draft in going:
            if draft is opened:
                break
            if draft.stands and not draft.already_given and is_bounded(draft.candidate):
                why = f"the limit {limit.limit_id} leaves it what {opened.rule_ids[0]} does not take: not known yet"
                draft.doubt(Unsettled(opened.rule_ids[0], opened.amount_needs, why))


def _room(cap: Cap, drafts: Sequence[Draft], situation: Situation, currency: str) -> _Room:
    """What the cap leaves for new amounts of a currency, never below zero.

    What was given and does not compare leaves no more than what does: that much is known.
    """
    limit = cap.limit
    most = price(limit.at_most, situation.facts, currency=currency, round_down=True)
    if cap.missing or most is None:
        return _Room(None, Unsettled("", cap.missing, f"how much the limit {limit.limit_id} allows is not known"))
    if most.currency != currency:
        return _Room(None, Unsettled("", (), f"the limit {limit.limit_id} has no amount in {currency}"))
    odd = Unsettled("", (), f"what was given before does not compare with the limit {limit.limit_id}")
    if limit.minus:
        history = situation.facts.get(limit.minus)
        if not isinstance(history, Money) or history.currency != currency:
            return _Room(None, odd)
        return _Room(_less(most, history.minor_units), None)
    given = [entry.amount for entry in situation.granted or () if _counts(entry, limit, drafts)]
    compared = [amount.minor_units for amount in given if amount is not None and amount.currency == currency]
    spent = _paid_otherwise(limit, drafts, currency) + sum(compared)
    return _Room(_less(most, spent), None if len(compared) == len(given) else odd)


def _less(most: Money, spent: int) -> Money:
    return most.with_units(max(most.minor_units - spent, 0)) if spent else most


def _counts(entry: Granted, limit: Limit, drafts: Sequence[Draft]) -> bool:
    """Whether something given counts: by its kind, or as what the decision's entitlement of its basis covers."""
    if entry.kind in limit.of:
        return True
    return entry.kind == ActionKind.ENTITLEMENT.value and any(
        _is_counted(draft, limit) and draft.candidate.planned.parameter("basis") == entry.basis
        for draft in drafts
        if draft.kind is ActionKind.ENTITLEMENT
    )


def _paid_otherwise(limit: Limit, drafts: Sequence[Draft], currency: str) -> int:
    """Of entitlements that count, what was paid as kinds that do not: it counts as the entitlement would."""
    return sum(
        units
        for draft in drafts
        if draft.paid_by and _is_counted(draft, limit) and draft.granted and draft.granted.currency == currency
        for kind, units in draft.paid_by
        if kind not in limit.of
    )


def _is_counted(draft: Draft, limit: Limit) -> bool:
    return draft.kind in limit.of or any(kind in limit.of for kind in covers(draft))


def _cut_to(room: Money, limit: Limit, drafts: Sequence[Draft]) -> list[Adjustment]:
    """Cut what of the drafts, all of the room's currency, exceeds it."""
    amounts = [draft.amount for draft in drafts if _is_counted(draft, limit)]
    excess = sum(one.minor_units for one in amounts if one) - room.minor_units
    cuts: list[Adjustment] = []
    for kind in reversed(limit.of):
        for draft in reversed(drafts):
            before = draft.amount
            if excess <= 0:
                return cuts
            if draft.kind is not kind or before is None or not is_bounded(draft.candidate):
                continue
            after = before.with_units(max(before.minor_units - excess, 0))
            excess -= before.minor_units - after.minor_units
            why = f"the limit {limit.limit_id} leaves {room} for {_listed(limit.of)} together"
            cuts += cut(draft, after, step=Step.LIMIT, by=limit.limit_id, why=why)
    return cuts


def _listed(kinds: Sequence[ActionKind]) -> str:
    return " and ".join(kinds)
