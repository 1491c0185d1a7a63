"""Combine: several proposals of one kind (and basis, goodwill kind, channel, scope) become one action, or stay apart.

Kinds without money are combined once, in the plan; money is combined when it is priced. Equal proposals merge and name
every rule that asked; what loses is recorded with what beat it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from amends.domain.action import ParameterValue, Span, Unsettled
from amends.domain.action_kinds import SAME_PERSON, Combine
from amends.domain.decision import Adjustment, Effect, Step
from amends.domain.money import Money
from amends.domain.vocabulary import Channel
from amends.resolution.candidates import Candidate


@dataclass(frozen=True, slots=True)
class Priced:
    """A candidate with its amount and its due time (nanoseconds), each None where there is none or it is not known."""

    candidate: Candidate
    amount: Money | None
    due: int | None

    @property
    def is_open(self) -> bool:
        """Whether there is an amount that is not known."""
        return self.candidate.amount is not None and self.amount is None


@dataclass(frozen=True, slots=True)
class Combined:
    """What one action is made of. `unsettled` names the proposals whose unknown amount could still change it."""

    candidate: Candidate
    rule_ids: tuple[str, ...]
    parameters: tuple[tuple[str, ParameterValue], ...]
    amount: Money | None
    due: int | None
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
        case Combine.HIGHEST:
            return _highest(group, currency)
        case Combine.SUM:
            return _sum(group, currency)
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
    return Combined(candidate, candidate.rule_ids, candidate.planned.parameters, priced.amount, priced.due)


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


def _highest(group: Sequence[Priced], currency: str) -> tuple[list[Combined], list[Adjustment]]:
    known, apart = _comparable(group, currency)
    if not known:
        lead = next((priced for priced in group if priced.is_open), group[0])
        return _winner(group, lead, why=lambda _: "an amount goes before none")
    best = max(known, key=_worth)
    return _winner(group, best, why=lambda loser: _why_lower(loser, best, apart=loser in apart))


def _worth(priced: Priced) -> tuple[int, float, int]:
    units = 0 if priced.amount is None else priced.amount.minor_units
    earliest = float("-inf") if priced.due is None else -priced.due
    return units, earliest, -priced.candidate.order


def _why_lower(loser: Priced, best: Priced, *, apart: bool) -> str:
    if apart:
        return f"its currency does not compare with {best.amount}"
    if loser.amount is None:
        return "an amount goes before none"
    return f"{best.amount} is higher" if loser.amount != best.amount else "the same amount is due earlier or goes first"


def _sum(group: Sequence[Priced], currency: str) -> tuple[list[Combined], list[Adjustment]]:
    known, apart = _comparable(group, currency)
    together = [priced for priced in group if priced not in apart]
    lead = known[0] if known else together[0]
    total = known[0].amount if known and known[0].amount else None
    if total is not None:
        total = total.with_units(sum(priced.amount.minor_units for priced in known if priced.amount))
    combined = Combined(
        candidate=lead.candidate,
        rule_ids=_rule_ids([priced for priced in together if not priced.is_open or not known]),
        parameters=lead.candidate.planned.parameters,
        amount=total,
        due=min((priced.due for priced in together if priced.due is not None), default=None),
        unsettled=_open_others(together, lead),
    )
    losers = [_overruled(priced, lead.candidate, why=f"its currency does not add to {total}") for priced in apart]
    return [combined], losers


def _comparable(group: Sequence[Priced], currency: str) -> tuple[list[Priced], list[Priced]]:
    known = [priced for priced in group if priced.amount is not None]
    currencies = [priced.amount.currency for priced in known if priced.amount]
    chosen = currency if currency in currencies else next(iter(currencies), currency)
    apart = [priced for priced in known if priced.amount and priced.amount.currency != chosen]
    return [priced for priced in known if priced not in apart], apart


def _winner(
    group: Sequence[Priced],
    winner: Priced,
    *,
    why: Callable[[Priced], str],
) -> tuple[list[Combined], list[Adjustment]]:
    same = [priced for priced in group if _equal(priced, winner)]
    losers = [priced for priced in group if priced not in same and not priced.is_open]
    combined = Combined(
        candidate=winner.candidate,
        rule_ids=_rule_ids(same),
        parameters=winner.candidate.planned.parameters,
        amount=winner.amount,
        due=winner.due,
        unsettled=_open_others(group, winner),
    )
    return [combined], [_overruled(loser, winner.candidate, why=why(loser)) for loser in losers]


def _shortest(group: Sequence[Priced]) -> tuple[list[Combined], list[Adjustment]]:
    shortest = min(group, key=lambda priced: (_every(priced.candidate), priced.candidate.order))
    combined, adjustments = _winner(group, shortest, why=lambda _: "another cadence is shorter or goes first")
    keeper = next((p.candidate for p in group if p.candidate.planned.parameter("owner") == SAME_PERSON), None)
    if keeper is None or shortest.candidate.planned.parameter("owner") == SAME_PERSON:
        return combined, adjustments
    parameters = tuple(
        (name, SAME_PERSON if name == "owner" else value) for name, value in shortest.candidate.planned.parameters
    )
    changed = Adjustment(
        step=Step.COMBINE,
        effect=Effect.CHANGED,
        kind=shortest.candidate.kind,
        rule_id=shortest.candidate.rule_id,
        by=keeper.rule_id,
        why="the same person stays with it",
    )
    return [replace(combined[0], parameters=parameters)], [*adjustments, changed]


def _every(candidate: Candidate) -> int:
    every = candidate.planned.parameter("every")
    return every.nanos if isinstance(every, Span) else 0


def _strength(priced: Priced) -> tuple[bool, int, int]:
    planned = priced.candidate.planned
    channels = list(Channel)
    channel = planned.parameter("channel")
    spoken = channels.index(Channel(channel)) if isinstance(channel, str) else len(channels)
    return planned.parameter("literal") is not True, spoken, priced.candidate.order


def _all(group: Sequence[Priced]) -> tuple[list[Combined], list[Adjustment]]:
    distinct: list[list[Priced]] = []
    for priced in group:
        same = next((others for others in distinct if _equal(others[0], priced)), None)
        if same is None:
            distinct.append([priced])
        else:
            same.append(priced)
    return [_winner(others, others[0], why=lambda _: "")[0][0] for others in distinct], []


def _equal(one: Priced, other: Priced) -> bool:
    same_amount = one.amount == other.amount and one.is_open == other.is_open
    same_form = not one.is_open or one.candidate.amount == other.candidate.amount
    return (
        same_amount
        and same_form
        and one.candidate.planned.parameters == other.candidate.planned.parameters
        and one.candidate.planned.retention == other.candidate.planned.retention
    ) or one is other


def _rule_ids(group: Sequence[Priced]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule_id for priced in group for rule_id in priced.candidate.rule_ids))


def _open_others(group: Sequence[Priced], winner: Priced) -> tuple[Unsettled, ...]:
    return tuple(
        Unsettled(priced.candidate.rule_id, priced.candidate.amount_missing, "its amount is not known yet")
        for priced in group
        if priced.is_open and not _equal(priced, winner)
    )


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
