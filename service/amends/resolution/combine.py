"""Combine: several proposals of one kind (and basis, goodwill kind, channel, scope) become one action, or stay apart.

Kinds without money are combined once, in the plan; money is combined when it is priced. Equal proposals merge and name
every rule that asked; what loses is recorded with what beat it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple, assert_never

from amends.domain.action import ParameterValue, Span, Unsettled
from amends.domain.action_kinds import KINDS, SAME_PERSON, ActionKind, Combine
from amends.domain.decision import Adjustment, Effect, Step
from amends.domain.facts import NANOS_PER_SECOND
from amends.domain.money import Money
from amends.domain.vocabulary import Channel
from amends.packs.amounts import amount_paths
from amends.resolution.candidates import Candidate

_DAY: Final = 24 * 3600 * NANOS_PER_SECOND
_NEVER: Final = float("inf")


class Priced(NamedTuple):
    """A candidate with its amount and its due time (nanoseconds), each None where there is none or it is not known.

    A named tuple, as one is made for every proposal with money of every call.
    """

    candidate: Candidate
    amount: Money | None
    due: int | None

    @property
    def is_open(self) -> bool:
        """Whether there is an amount that is not known."""
        return self.candidate.amount is not None and self.amount is None


class Combined(NamedTuple):
    """What one action is made of.

    `merged` are the candidates that ask for it, as they were. `unsettled` names the proposals whose amount, not known
    yet or in a currency that does not compare, could raise it.
    """

    candidate: Candidate
    merged: tuple[Candidate, ...]
    rule_ids: tuple[str, ...]
    parameters: tuple[tuple[str, ParameterValue], ...]
    amount: Money | None
    unsettled: tuple[Unsettled, ...] = ()


def combine(
    group: Sequence[Priced],
    mode: Combine,
    *,
    currency: str,
) -> tuple[list[Combined], list[Adjustment]]:
    """One group of proposals (in deciding order, never empty) -> the actions that stand, and what was overruled."""
    if len(group) == 1:
        return [_alone(group[0])], []
    return _several(group, mode, currency)


def _several(group: Sequence[Priced], mode: Combine, currency: str) -> tuple[list[Combined], list[Adjustment]]:
    match mode:
        case Combine.HIGHEST | Combine.SUM:
            return _money(group, mode, currency)
        case Combine.FIRST:
            return _winner(group, group[0], why=lambda _: "it comes later in deciding order")
        case Combine.STRONGEST:
            return _winner(group, min(group, key=_strength), why=lambda _: "another apology is stronger")
        case Combine.SHORTEST:
            return _shortest(group)
        case Combine.ALL:
            return _all(group)
        case _:
            assert_never(mode)


def _alone(priced: Priced) -> Combined:
    candidate = priced.candidate
    return Combined(candidate, (candidate,), candidate.rule_ids, candidate.planned.parameters, priced.amount)


def drop_nothing(group: Sequence[Priced]) -> tuple[list[Priced], list[Adjustment]]:
    """Drop proposals that come to nothing: a gift of 0.00 is no gift, and saying it would hurt."""
    empty = [priced for priced in group if _is_nothing(priced)]
    if not empty:
        return list(group), []
    return [priced for priced in group if not _is_nothing(priced)], [_came_to_nothing(priced) for priced in empty]


def _is_nothing(priced: Priced) -> bool:
    return priced.amount is not None and not priced.amount.minor_units


def _came_to_nothing(priced: Priced) -> Adjustment:
    candidate = priced.candidate
    read = () if candidate.amount is None else amount_paths(candidate.amount)
    return Adjustment(
        step=Step.COMBINE,
        effect=Effect.REMOVED,
        kind=candidate.kind,
        rule_id=candidate.rule_id,
        by=read[0] if read else candidate.rule_id,
        why=f"it comes to {priced.amount}",
        before=priced.amount,
    )


def drop_other_currencies(group: Sequence[Priced], *, currency: str) -> tuple[list[Priced], list[Adjustment]]:
    """Overrule proposals of another currency where one of the case currency exists; the caller exempts entitlements."""
    in_case = next((priced for priced in group if priced.amount and priced.amount.currency == currency), None)
    if in_case is None:
        return list(group), []
    kept = [priced for priced in group if priced.amount is None or priced.amount.currency == currency]
    dropped = [
        _overruled(priced, in_case.candidate, why=f"OTHER_CURRENCY: the case is in {currency}")
        for priced in group
        if priced.amount is not None and priced.amount.currency != currency
    ]
    return kept, dropped


def _money(group: Sequence[Priced], mode: Combine, currency: str) -> tuple[list[Combined], list[Adjustment]]:
    """Amounts in one currency; those that do not compare with them are overruled, but for what is owed."""
    known, apart = _comparable(group, currency)
    overruled: list[Adjustment] = []
    if apart and group[0].candidate.kind is not ActionKind.ENTITLEMENT:
        why = f"OTHER_CURRENCY: it does not compare with {known[0].amount}"
        overruled = [_overruled(priced, known[0].candidate, why=why) for priced in apart]
        group = [priced for priced in group if priced not in apart]
    combined, losers = _highest(group, currency) if mode is Combine.HIGHEST else _sum(group, currency)
    return combined, [*overruled, *losers]


def _highest(group: Sequence[Priced], currency: str) -> tuple[list[Combined], list[Adjustment]]:
    known, apart = _comparable(group, currency)
    unknown = [priced for priced in group if priced.is_open]
    best = max(known, key=_worth) if known else unknown[0] if unknown else max(group, key=_worth)
    waiting = [priced for priced in (*unknown, *apart) if not _equal(priced, best)]
    decided = _without(group, waiting)
    (combined,), losers = _winner(decided, best, why=lambda loser: _why_lower(loser, best))
    return [combined._replace(unsettled=_waiting(waiting, best)) if waiting else combined], losers


def _worth(priced: Priced) -> tuple[int, float, int]:
    units = 0 if priced.amount is None else priced.amount.minor_units
    return units, -_due(priced), -priced.candidate.order


def _due(priced: Priced) -> float:
    return float("inf") if priced.due is None else priced.due


def _why_lower(loser: Priced, best: Priced) -> str:
    if loser.amount == best.amount and not best.is_open:
        return "another is due earlier or goes first"
    return "an amount goes before none" if loser.amount is None else f"{best.amount} is higher"


def _sum(group: Sequence[Priced], currency: str) -> tuple[list[Combined], list[Adjustment]]:
    known, apart = _comparable(group, currency)
    unknown = [priced for priced in group if priced.is_open]
    lead = min(known or unknown or group, key=lambda priced: (_due(priced), priced.candidate.order))
    waiting = [priced for priced in (*unknown, *apart) if not _equal(priced, lead)]
    added = _without(group, waiting)
    total = lead.amount
    if total is not None:
        total = total.with_units(sum(priced.amount.minor_units for priced in known if priced.amount))
    combined = Combined(
        candidate=_meeting_all(lead.candidate, added),
        merged=tuple(priced.candidate for priced in added),
        rule_ids=_rule_ids(added),
        parameters=lead.candidate.planned.parameters,
        amount=total,
        unsettled=_waiting(waiting, lead),
    )
    return [combined], []


def _comparable(group: Sequence[Priced], currency: str) -> tuple[list[Priced], list[Priced]]:
    """The known amounts of the case currency (else of the first), and apart from them the known ones of another."""
    known = [priced for priced in group if priced.amount is not None]
    currencies = [priced.amount.currency for priced in known if priced.amount]
    chosen = currency if currency in currencies else next(iter(currencies), currency)
    if all(one == chosen for one in currencies):
        return known, []
    apart = [priced for priced in known if priced.amount and priced.amount.currency != chosen]
    return _without(known, apart), apart


def _without(group: Sequence[Priced], others: Sequence[Priced]) -> list[Priced]:
    """By identity: a table may have a thousand rows that apply, and comparing each with each would take a second."""
    if not others:
        return list(group)
    gone = {id(priced) for priced in others}
    return [priced for priced in group if id(priced) not in gone]


def _winner(
    group: Sequence[Priced],
    winner: Priced,
    *,
    why: Callable[[Priced], str],
) -> tuple[list[Combined], list[Adjustment]]:
    said = _said(winner)
    same = [priced for priced in group if priced is winner or _said(priced) == said]
    combined = Combined(
        candidate=_meeting_all(winner.candidate, same),
        merged=tuple(priced.candidate for priced in same),
        rule_ids=_rule_ids(same),
        parameters=winner.candidate.planned.parameters,
        amount=winner.amount,
    )
    losers = _without(group, same)
    return [combined], [_overruled(loser, winner.candidate, why=why(loser)) for loser in losers]


def _meeting_all(candidate: Candidate, merged: Sequence[Priced]) -> Candidate:
    """The candidate, meeting every request that the proposals merged into it meet."""
    meets = tuple(dict.fromkeys(request for priced in merged for request in priced.candidate.planned.meets))
    if meets == candidate.planned.meets:
        return candidate
    return replace(candidate, planned=replace(candidate.planned, meets=meets))


def _shortest(group: Sequence[Priced]) -> tuple[list[Combined], list[Adjustment]]:
    shortest = min(group, key=lambda priced: (_every(priced.candidate), priced.candidate.order))
    combined, adjustments = _winner(group, shortest, why=lambda _: "another cadence is shorter or goes first")
    keeper = next((p.candidate for p in group if p.candidate.planned.parameter("owner") == SAME_PERSON), None)
    if keeper is None or shortest.candidate.planned.parameter("owner") == SAME_PERSON:
        return combined, adjustments
    said = {**dict(shortest.candidate.planned.parameters), "owner": SAME_PERSON}
    # In the order of the kind's table, also where the shortest named no owner.
    table = KINDS[shortest.candidate.kind].parameters
    parameters = tuple((spec.name, said[spec.name]) for spec in table if spec.name in said)
    changed = Adjustment(
        step=Step.COMBINE,
        effect=Effect.CHANGED,
        kind=shortest.candidate.kind,
        rule_id=shortest.candidate.rule_id,
        by=keeper.rule_id,
        why="the same person stays with it",
    )
    return [combined[0]._replace(parameters=parameters)], [*adjustments, changed]


def _every(candidate: Candidate) -> tuple[float, int]:
    """As written, a business day as a day, and of as many of both the plain days.

    What is promised must not depend on the day of the week.
    """
    every = candidate.planned.parameter("every")
    if not isinstance(every, Span):
        return _NEVER, 0
    return every.nanos + every.business_days * _DAY, every.business_days


def _strength(priced: Priced) -> tuple[bool, int, int]:
    planned = priced.candidate.planned
    channels = list(Channel)
    channel = planned.parameter("channel")
    spoken = channels.index(Channel(channel)) if isinstance(channel, str) else len(channels)
    return planned.parameter("literal") is not True, spoken, priced.candidate.order


def _all(group: Sequence[Priced]) -> tuple[list[Combined], list[Adjustment]]:
    distinct: dict[tuple[object, ...], list[Priced]] = {}
    for priced in group:
        distinct.setdefault(_said(priced), []).append(priced)
    return [_winner(others, others[0], why=lambda _: "")[0][0] for others in distinct.values()], []


def _equal(one: Priced, other: Priced) -> bool:
    return one is other or _said(one) == _said(other)


def _said(priced: Priced) -> tuple[object, ...]:
    """What proposals of one kind and key that merge have in common; of an amount that is not known, its form."""
    planned = priced.candidate.planned
    form = priced.candidate.amount if priced.is_open else None
    return (priced.amount, priced.is_open, form, planned.parameters, priced.candidate.missing, planned.retention)


def _rule_ids(group: Sequence[Priced]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule_id for priced in group for rule_id in priced.candidate.rule_ids))


def _waiting(group: Sequence[Priced], winner: Priced) -> tuple[Unsettled, ...]:
    return tuple(
        Unsettled(priced.candidate.rule_id, priced.candidate.amount_missing, _why_waiting(priced, winner))
        for priced in group
    )


def _why_waiting(priced: Priced, winner: Priced) -> str:
    if priced.is_open:
        return "its amount is not known yet"
    return f"its {priced.amount} does not compare with {winner.amount}"


def _overruled(loser: Priced, winner: Candidate, *, why: str) -> Adjustment:
    return Adjustment(
        step=Step.COMBINE,
        effect=Effect.REMOVED,
        kind=loser.candidate.kind,
        rule_id=loser.candidate.rule_id,
        by=winner.rule_id,
        why=why,
        before=loser.amount,
    )
