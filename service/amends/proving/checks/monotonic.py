"""More must never give less: not for what is worse, not to who is more loyal, not where more of the fault is ours.

A payment that is owed may take the place of one that is not: refunds and entitlements are one sum. To decline, to
explain and to hand on is not to give; that one of them falls away is no loss.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from amends.domain.action_kinds import KINDS, ActionKind
from amends.domain.decision import Decision, Verdict
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Severity
from amends.packs.model import Pack
from amends.proving.checks.breach import Breach
from amends.proving.grid import Grid

LAW: Final = Law(
    name="monotonic",
    severity=Severity.WARNING,
    says="Higher severity, a higher tier or more fault of ours never gives less.",
    bad="""\
main: [severity]
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you back.}}]
  - id: small-gesture
    title: A gesture for small things
    when: {severity: [low, medium]}
    then: [{goodwill: {kind: credit, amount: 5 USD}}]
    because: {agent: A small thing., customer: "Please take {amount}."}
""",
    good="""\
main: [severity]
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you back.}}]
  - id: gesture
    title: A gesture
    when: {severity: {at_least: low}}
    then: [{goodwill: {kind: credit, amount: 5 USD}}]
    because: {agent: A gesture., customer: "Please take {amount}."}
""",
)

_NOT_GIVEN: Final = (ActionKind.DECLINE, ActionKind.CLARIFY, ActionKind.ESCALATE, ActionKind.REFERRAL)
_RISES: Final = {"severity": "it is worse", "customer.loyalty_tier": "the tier is higher", "fault": "more is our fault"}
_MONEY_BACK: Final = "money back"


@dataclass(frozen=True, slots=True)
class Giving:
    """What a decision gives, each by a word: sums by currency, things, and what missing facts may still bring."""

    sums: Mapping[tuple[str, str], int]
    things: frozenset[str]
    awaited: frozenset[str]


def giving(decision: Decision, pack: Pack) -> Giving:
    """What is given, without words and without care."""
    given = [action for action in decision.actions if _is_given(action.kind)]
    sums: dict[tuple[str, str], int] = {}
    for action in given:
        if action.amount is not None:
            key = (_word(action.kind), action.amount.currency)
            sums[key] = sums.get(key, 0) + action.amount.minor_units
    waiting = {trace.rule_id for trace in decision.rules if trace.verdict is Verdict.UNDETERMINED}
    asked = [proposal.kind for rule in pack.rules if rule.rule_id in waiting for proposal in rule.then]
    open_kinds = [*asked, *(action.kind for action in given if action.amount_needs)]
    return Giving(
        sums,
        frozenset(_word(action.kind) for action in given),
        frozenset(_word(kind) for kind in open_kinds if _is_given(kind)),
    )


def _is_given(kind: ActionKind) -> bool:
    return not KINDS[kind].care and kind not in _NOT_GIVEN


def _word(kind: ActionKind) -> str:
    return _MONEY_BACK if kind in {ActionKind.REFUND, ActionKind.ENTITLEMENT} else kind.value


def check(grid: Grid, givings: Mapping[tuple[int, ...], Giving]) -> Iterator[tuple[tuple[int, ...], Breach]]:
    """Every cell beside the next one along an axis that is ranked; with each breach the cell that gives more."""
    for number, axis in enumerate(grid.axes):
        steps = dict(pairwise(axis.rising))
        for place, given in givings.items():
            following = steps.get(place[number])
            if following is None:
                continue
            other = (*place[:number], following, *place[number + 1 :])
            for less in _less(given, givings[other]):
                until = ", until missing facts are known" if less in givings[other].awaited else ""
                cause = f"{less} is less or none where {_RISES[axis.spec.path]}{until}"
                hint = f"beside it stands {axis.words(following)}; let what is given rise with it, or stay"
                yield place, Breach(cause, about=(axis.spec.path, less), hint=hint)


def _less(given: Giving, more: Giving) -> list[str]:
    """What the second gives less of than the first."""
    lower = {name for (name, currency), units in given.sums.items() if more.sums.get((name, currency), 0) < units}
    return sorted((given.things - more.things) | lower)
