"""An action that can never stand because the same rule proposes another that always goes before it.

Told only where it is certain from what is written: amounts in one currency, cadences and apologies without facts.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from amends.domain.action import Span
from amends.domain.action_kinds import KINDS, NOT_A_FIT, SAME_PERSON, ActionKind, Combine
from amends.domain.facts import NANOS_PER_SECOND
from amends.domain.vocabulary import Channel
from amends.packs.amounts import Fixed
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import FactParameter, Pack, Parameter, Proposal, TableParameter

LAW: Final = Law(
    name="beaten-by-itself",
    severity=Severity.WARNING,
    says="Of the actions that one rule proposes, each can stand beside the others.",
    bad="""\
rules:
  - id: make-it-whole
    title: Make it whole
    then: [{remedy: {kind: replace}}, {remedy: {kind: repair}}]
    because: {agent: It came broken., customer: We send you a new one or repair yours.}
""",
    good="""\
rules:
  - id: make-it-whole
    title: Make it whole
    then: [{remedy: {kind: replace}}, {apology: {literal: true}}]
    because: {agent: It came broken., customer: We are sorry and send you a new one.}
""",
)

_DAY: Final = 24 * 3600 * NANOS_PER_SECOND
_WHY: Final = {
    Combine.FIRST: "of several the first is taken",
    Combine.HIGHEST: "of several the highest is taken",
    Combine.STRONGEST: "of several the strongest is taken",
    Combine.SHORTEST: "of several the shortest is taken",
}


def check(pack: Pack) -> Iterator[Diagnostic]:
    """Each kind and key of a rule once, and those of a table once, whatever number of rows has them."""
    told: set[tuple[object, ...]] = set()
    for rule in pack.rules:
        groups: dict[tuple[object, ...], list[Proposal]] = {}
        for proposal in rule.then:
            groups.setdefault(_key(proposal), []).append(proposal)
        for key, group in groups.items():
            mode = pack.combine.get(group[0].kind, KINDS[group[0].kind].combine)
            beaten = _beaten(group, mode)
            named = rule.rule_id if rule.row is None else rule.row.table
            if not beaten or (named, *key) in told:
                continue
            told.add((named, *key))
            lost = rule.then.index(beaten[0]) + 1
            message = f"rule {rule.rule_id}: action {lost} of `then` ({beaten[0].kind}) never stands: {_WHY[mode]}"
            hint = "leave one of them, or give each a rule of its own whose condition tells when it is right"
            yield LAW.broken(rule.position, message, rule.rule_id, named, hint=hint)


def _key(proposal: Proposal) -> tuple[object, ...]:
    """Within which proposals are combined, as it is written."""
    values = dict(proposal.parameters)
    return (proposal.kind, proposal.scope, *(values.get(name) for name in KINDS[proposal.kind].key))


def _beaten(group: Sequence[Proposal], mode: Combine) -> list[Proposal]:
    """Those of a group that never stand; equal ones become one, and neither is beaten."""
    if len(group) == 1:
        return []
    winner = _winner(group, mode)
    if winner is None:
        return []
    beaten = [one for one in group if _said(one) != _said(winner)]
    if mode is Combine.SHORTEST:
        # That the same person stays with it is kept from whichever says so.
        return [one for one in beaten if dict(one.parameters).get("owner") != SAME_PERSON]
    return beaten


def _said(proposal: Proposal) -> tuple[object, ...]:
    return (proposal.parameters, proposal.amount, proposal.retention)


def _winner(group: Sequence[Proposal], mode: Combine) -> Proposal | None:
    """Which of a group stands whatever the facts are; None where that is not certain, or several do."""
    match mode:
        case Combine.FIRST:
            return _first(group)
        case Combine.HIGHEST:
            return _highest(group)
        case Combine.STRONGEST:
            return min(group, key=_strength) if all(map(_is_literal, group)) else None
        case Combine.SHORTEST:
            return min(group, key=_every) if all(map(_is_literal, group)) else None
        case Combine.SUM | Combine.ALL:
            return None


def _first(group: Sequence[Proposal]) -> Proposal | None:
    """Of two referrals the honest one goes first; of money, what is certain not to come to nothing."""
    if group[0].kind is ActionKind.REFERRAL:
        honest = (one for one in group if ("outcome", NOT_A_FIT) in one.parameters)
        return next(honest, group[0])
    return group[0] if _units(group) is not None else None


def _highest(group: Sequence[Proposal]) -> Proposal | None:
    units = _units(group)
    if units is None:
        return None
    best = max(units)
    highest = [one for one, amount in zip(group, units, strict=True) if amount == best]
    dues = {dict(one.parameters).get("due") for one in highest}
    # Of equal amounts the one due earlier stands, which may hang on a calendar.
    return highest[0] if len(dues) == 1 else None


def _units(group: Sequence[Proposal]) -> list[int] | None:
    """The amounts, where each is written out in one currency and is more than nothing; without an amount, zero."""
    units: list[int] = []
    currencies: set[str] = set()
    for proposal in group:
        match proposal.amount:
            case None:
                units.append(0)
            case Fixed((money,)) if money.minor_units:
                units.append(money.minor_units)
                currencies.add(money.currency)
            case _:
                return None
    return units if len(currencies) <= 1 else None


def _is_literal(proposal: Proposal) -> bool:
    return not any(isinstance(value, FactParameter | TableParameter) for _, value in proposal.parameters)


def _strength(proposal: Proposal) -> tuple[bool, int]:
    values: dict[str, Parameter] = dict(proposal.parameters)
    channels = list(Channel)
    channel = values.get("channel")
    return values.get("literal") is not True, (
        channels.index(Channel(channel)) if isinstance(channel, str) else len(channels)
    )


def _every(proposal: Proposal) -> int:
    every = dict(proposal.parameters).get("every")
    assert isinstance(every, Span)  # required of a cadence, and no fact
    return every.nanos + every.business_days * _DAY
