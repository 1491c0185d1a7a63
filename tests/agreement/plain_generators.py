"""Packs with every construct of the language, and situations for them, for comparing the two resolvers.

Each construct is drawn over the facts and kinds of the other generators, so that what they do meets.
"""

from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from amends.domain.action import Scope
from amends.domain.action_kinds import INTERNAL_KINDS, ActionKind
from amends.domain.facts import Value
from amends.packs.amounts import Amount, AmountRow, AmountTable
from amends.packs.conditions import ALWAYS
from amends.packs.model import (
    Calendar,
    Case,
    Derive,
    Hit,
    Holding,
    Limit,
    Pack,
    Position,
    Proposal,
    Requirement,
    Row,
    Rule,
    Text,
)
from tests.agreement.generators import TEAMS, VOCABULARY, conditions, literals
from tests.agreement.situation_generators import amounts, full_packs

_HERE: Final = Position("generated.yaml", 1, 1)
_MONEY: Final = (ActionKind.ENTITLEMENT, ActionKind.REFUND, ActionKind.GOODWILL)
_HELD: Final = tuple(kind for kind in ActionKind if kind not in INTERNAL_KINDS)
_DERIVED: Final = ("facts.refused", "facts.size", "severity", "facts.count")
_READ: Final = ("facts.colour", "facts.price", "facts.labels", "customer.loyalty_tier", "facts.team")
_WEEK: Final = ((480, 720), (780, 1200))
_CALENDARS: Final = {
    "support": Calendar("America/New_York", (*(_WEEK,) * 5, ((600, 840),), ()), ("2026-12-25", "2026-11-02")),
}


def _tables() -> st.SearchStrategy[Amount]:
    rows = st.lists(st.builds(AmountRow, conditions(depth=2), amounts(1)), max_size=2)
    last = st.builds(AmountRow, st.just(ALWAYS), amounts(1))
    return st.builds(lambda first, end: AmountTable((*first, end)), rows, last)


@st.composite
def _limits(draw: st.DrawFn, index: int) -> Limit:
    of = draw(st.lists(st.sampled_from(_MONEY), min_size=1, max_size=3, unique=True))
    minus = draw(st.sampled_from(("", "", "customer.goodwill_granted_365d", "facts.price")))
    cap = draw(st.one_of(amounts(2), amounts(2), _tables()))
    return Limit(f"limit-{index}", tuple(of), cap, minus, _HERE)


@st.composite
def _requirements(draw: st.DrawFn, index: int) -> Requirement:
    kind = draw(st.sampled_from([kind for kind in ActionKind if kind is not ActionKind.ENTITLEMENT]))
    others = [other for other in ActionKind if other is not kind]
    one_of = draw(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True))
    return Requirement(f"require-{index}", kind, draw(conditions(depth=2)), tuple(one_of), _HERE)


@st.composite
def _holdings(draw: st.DrawFn) -> Holding:
    kinds = draw(st.one_of(st.just(list(_HELD)), st.lists(st.sampled_from(_HELD), min_size=1, max_size=4, unique=True)))
    because = Text({"en": draw(st.sampled_from(("Chargeback open.", "Ask first."))), "de": "Erst fragen."})
    return Holding(tuple(kinds), draw(st.sampled_from(sorted(TEAMS))), because)


@st.composite
def _derives(draw: st.DrawFn, path: str) -> Derive:
    values: tuple[Value, ...] = literals(VOCABULARY.specs[path])
    cases = [
        Case(draw(conditions(depth=2, read=_READ)), draw(st.sampled_from(values)), _HERE)
        for _ in range(draw(st.integers(0, 2)))
    ]
    return Derive(path, (*cases, Case(ALWAYS, draw(st.sampled_from(values)), _HERE)), Hit.FIRST, None, _HERE)


@st.composite
def _in_tables(draw: st.DrawFn, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Some rules of one priority become rows of a table."""
    hit = draw(st.sampled_from((Hit.FIRST, Hit.FIRST, Hit.COLLECT)))
    rows = [rule for rule in rules if rule.priority == 0]
    if not rows or draw(st.booleans()):
        return rules
    numbers = {rule.rule_id: number for number, rule in enumerate(rows, 1)}
    return tuple(
        replace(rule, row=Row("table", hit, numbers[rule.rule_id])) if rule.rule_id in numbers else rule
        for rule in rules
    )


@st.composite
def whole_packs(draw: st.DrawFn, *, most: int = 5) -> Pack:
    """A pack that may limit, require, hold, derive, keep calendars and decide by tables."""
    pack = draw(full_packs(most=most))
    rules = tuple(
        replace(
            rule,
            then=tuple(draw(_with_table(one)) for one in rule.then),
            hold=draw(_holdings()) if draw(st.integers(0, 4)) == 0 else None,
        )
        for rule in pack.rules
    )
    return replace(
        pack,
        rules=draw(_in_tables(rules)),
        limits=tuple(draw(_limits(index)) for index in range(draw(st.integers(0, 2)))),
        requires=tuple(draw(_requirements(index)) for index in range(draw(st.integers(0, 2)))),
        derives=tuple(draw(_derives(path)) for path in _DERIVED if draw(st.integers(0, 2)) == 0),
        calendars=_CALENDARS,
        timezone=draw(st.sampled_from(("UTC", "America/New_York"))),
    )


@st.composite
def _with_table(draw: st.DrawFn, proposal: Proposal) -> Proposal:
    """An amount from a table, or what an entitlement covers; often of the case's own subject."""
    if proposal.amount is not None and draw(st.integers(0, 5)) == 0:
        return replace(proposal, amount=draw(_tables()))
    if proposal.amount is not None and draw(st.booleans()):
        return replace(proposal, scope=Scope.CASE, retention=False)
    return proposal
