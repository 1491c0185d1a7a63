"""Random conditions, rules, packs and facts over one vocabulary of every type, for the property tests.

Literals come from short axes, so that bounds of different rules meet; facts come from the same axes and lie on the
bounds, beside them, and on no axis at all, or are missing. What rules ask for is in `action_generators`, what else a
pack holds in `pack_generators`, situations in `situation_generators`.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Final, TypeVar

from hypothesis import strategies as st

from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.facts import Facts, FactSpec, FactType, Value, Vocabulary
from amends.domain.money import Money
from amends.domain.vocabulary import built_in_facts, vocabulary
from amends.packs.conditions import (
    AllOf,
    AnyOf,
    Atom,
    Between,
    Bound,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
    Within,
    rank,
)
from amends.packs.model import Forbid, GuardrailRule, Pack, Position, Proposal, Role, Rule, Team, Text

HOUR: Final = 3_600_000_000_000
DAY: Final = 24 * HOUR
NOON: Final = 1_793_534_400_000_000_000
"""2026-11-01T12:00:00Z."""
TIERS: Final = ("none", "silver", "gold", "platinum")
CONTACT_REASONS: Final = ("late_delivery", "damaged")
CURRENCIES: Final = ("USD", "EUR", "JPY")
"""JPY is never a literal: money of a currency that no condition knows."""
TEAMS: Final = {"content": Team("content", "Content team"), "it": Team("it", "IT")}

VOCABULARY: Final[Vocabulary] = vocabulary(
    built_in_facts(tiers=TIERS, contact_reasons=CONTACT_REASONS),
    (
        FactSpec("facts.count", FactType.INTEGER),
        FactSpec("facts.ratio", FactType.DECIMAL),
        FactSpec("facts.price", FactType.MONEY),
        FactSpec("facts.length", FactType.DURATION),
        FactSpec("facts.promised", FactType.DATE),
        FactSpec("facts.word", FactType.TEXT),
        FactSpec("facts.colour", FactType.ENUM, values=("red", "green", "blue")),
        FactSpec("facts.team", FactType.ENUM, values=tuple(TEAMS)),
        FactSpec("facts.size", FactType.ENUM, values=("s", "m", "l", "xl"), ordered=True),
        FactSpec("facts.refused", FactType.BOOLEAN),
        FactSpec("facts.labels", FactType.SET),
    ),
)

READ: Final = (
    *(spec.path for spec in VOCABULARY if spec.path.startswith("facts.")),
    "severity",
    "customer.loyalty_tier",
    "obvious_mistake",
    "amount_paid",
    "requested",
    "observe_time",
)
"""The facts that conditions read: few, so that rules meet in them."""

DATES: Final = ("facts.promised", "observe_time")
"""The dates of which one is compared with the other."""
_SETS: Final = ("facts.labels", "requested")
_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "facts.labels": ("5", "5.0", "vip", "press"),
    "requested": ("refund", "replacement", "apology"),
}
_LINES: Final[Mapping[FactType, tuple[int | Decimal, ...]]] = {
    FactType.INTEGER: (-1, 0, 1, 5, 6),
    FactType.DECIMAL: (Decimal("-0.5"), Decimal(0), Decimal("0.10"), Decimal("0.11"), Decimal(2)),
    FactType.DURATION: (0, HOUR, DAY),
    FactType.DATE: (NOON - 30 * DAY, NOON - DAY, NOON, NOON + DAY),
}
_STEPS: Final[Mapping[FactType, int | Decimal]] = {
    FactType.INTEGER: 1,
    FactType.DECIMAL: Decimal("0.001"),
    FactType.DURATION: 1,
    FactType.DATE: 1,
}
_UNITS: Final = (0, 500, 501, 10_000)
_WORDS: Final = ("5", "True", "vienna", "vienna ")
SPANS: Final = (0, DAY, 30 * DAY)
_DEPTH: Final = 4

_T = TypeVar("_T")


def _few(values: Sequence[_T], *, least: int = 1, most: int = 3) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=most, unique=True).map(tuple)


def literals(spec: FactSpec, currency: str = "USD") -> tuple[Value, ...]:
    """The values that conditions compare the fact with."""
    match spec.type:
        case FactType.BOOLEAN:
            return (False, True)
        case FactType.ENUM:
            return spec.values
        case FactType.TEXT:
            return _WORDS
        case FactType.MONEY:
            return tuple(Money(currency, units) for units in _UNITS)
        case FactType.SET:
            return _MEMBERS[spec.path]
        case _:
            return _LINES[spec.type]


@cache
def fact_values(spec: FactSpec) -> st.SearchStrategy[Value]:
    """Values of a fact: on the literals, beside them, and elsewhere."""
    match spec.type:
        case FactType.BOOLEAN | FactType.ENUM:
            return st.sampled_from(literals(spec))
        case FactType.TEXT:
            return st.sampled_from((*_WORDS, "", "vienn", "5.0"))
        case FactType.MONEY:
            near = sorted({max(0, units + step) for units in _UNITS for step in (-1, 0, 1)})
            currencies = st.sampled_from(("USD", "USD", "USD", "EUR", "EUR", "JPY"))
            return st.builds(Money, currencies, st.sampled_from(near))
        case FactType.SET:
            outside = () if spec.values else ("stranger", "other")
            members = (*_MEMBERS.get(spec.path, spec.values), *outside)
            return st.frozensets(st.sampled_from(members), max_size=4)
        case FactType.INTEGER | FactType.DECIMAL | FactType.DURATION | FactType.DATE:
            marks, step = _LINES[spec.type], _STEPS[spec.type]
            around = {mark + side * step for mark in marks for side in (-1, 0, 1)}
            return st.sampled_from(sorted(value for value in around if spec.minimum is None or value >= spec.minimum))


def values_near(spec: FactSpec) -> Sequence[Value]:
    """Values of an ordered fact on the literals and beside them: one on each side of every bound."""
    if spec.type is FactType.MONEY:
        units = {max(0, mark + step) for mark in _UNITS for step in (-1, 0, 1)}
        return [Money(currency, one) for currency in CURRENCIES for one in sorted(units)]
    if spec.ordered:
        return list(spec.values)
    marks, step = _LINES[spec.type], _STEPS[spec.type]
    return sorted(mark + side * step for mark in marks for side in (-1, 0, 1))


@cache
def atoms(read: tuple[str, ...] = READ) -> st.SearchStrategy[Atom]:
    """One atom of any kind over one of the facts `read`, valid for it."""
    specs = [VOCABULARY.specs[path] for path in read]
    choices: list[st.SearchStrategy[Atom]] = [
        st.sampled_from(specs).flatmap(_one_of),
        st.builds(Present, st.sampled_from(read), st.booleans()),
    ]
    if ordered := [spec for spec in specs if is_ordered(spec)]:
        choices.append(st.sampled_from(ordered).flatmap(_between))
    if sets := [spec for spec in specs if spec.type is FactType.SET]:
        choices.append(st.sampled_from(sets).flatmap(_has))
    if set(DATES) <= set(read):
        choices.append(st.sampled_from((DATES, DATES[::-1])).flatmap(_within))
    return st.one_of(choices)


def is_ordered(spec: FactSpec) -> bool:
    """Whether the fact may have bounds."""
    return spec.ordered or spec.type is FactType.MONEY or spec.type in _LINES


@cache
def _one_of(spec: FactSpec) -> st.SearchStrategy[OneOf]:
    if spec.type is FactType.MONEY:
        values = _few([*literals(spec, "USD")[:3], *literals(spec, "EUR")[:2]], most=2)
    elif spec.type is FactType.SET:
        values = _few([frozenset(_MEMBERS[spec.path][:size]) for size in range(3)], most=2)
    else:
        values = _few(literals(spec))
    return st.builds(OneOf, st.just(spec.path), values, st.booleans())


@cache
def _has(spec: FactSpec) -> st.SearchStrategy[Has]:
    members = st.frozensets(st.sampled_from(_MEMBERS[spec.path]), min_size=1, max_size=2)
    return st.builds(Has, st.just(spec.path), st.sampled_from(SetTest), members, st.booleans())


@cache
def _within(pair: tuple[str, str]) -> st.SearchStrategy[Within]:
    return st.builds(Within, st.just(pair[0]), st.just(pair[1]), st.sampled_from(SPANS), st.booleans(), st.booleans())


@st.composite
def _between(draw: st.DrawFn, spec: FactSpec) -> Between:
    scale = spec.values if spec.ordered else ()
    ends: list[Bound] = []
    for _ in range(2):
        # Mostly one currency an atom, sometimes two: the language defines both.
        currency = draw(st.sampled_from(("USD", "USD", "USD", "EUR")))
        value = draw(st.sampled_from(literals(spec, currency)))
        ends.append(Bound(value, draw(st.booleans())))
    # Mostly something lies between them.
    if draw(st.integers(0, 3)):
        ends.sort(key=lambda end: rank(end.value, scale))
    kept: tuple[tuple[Bound | None, Bound | None], ...] = ((ends[0], None), (None, ends[1]), (ends[0], ends[1]))
    lower, upper = draw(st.sampled_from(kept))
    return Between(spec.path, lower, upper, scale, draw(st.booleans()))


@cache
def conditions(*, depth: int = _DEPTH, read: tuple[str, ...] = READ) -> st.SearchStrategy[Condition]:
    """Trees of at most `depth` levels over the facts `read`; empty nodes too."""
    return _condition(depth, read)


@st.composite
def _condition(draw: st.DrawFn, depth: int, read: tuple[str, ...]) -> Condition:
    if depth == 1 or draw(st.integers(0, 2)) == 0:
        return draw(atoms(read))
    least = 0 if draw(st.integers(0, 9)) == 0 else 1
    children = tuple(draw(st.lists(conditions(depth=depth - 1, read=read), min_size=least, max_size=3)))
    match draw(st.integers(0, 4)):
        case 0 | 1:
            return AllOf(children)
        case 2 | 3:
            return AnyOf(children)
        case _:
            return NoneOf(children)


@cache
def branching(read: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    """An `all` of `any`s: conditions that stay open in many ways."""
    options = st.lists(conditions(depth=2, read=read), min_size=2, max_size=3)
    return st.lists(options.map(tuple).map(AnyOf), min_size=1, max_size=3).map(tuple).map(AllOf)


@cache
def shallow_or_deep() -> st.SearchStrategy[Condition]:
    """Conditions of every depth, equally often: a deep tree alone is rarely met."""
    return st.one_of([conditions(depth=depth) for depth in range(1, _DEPTH + 1)])


@st.composite
def facts(draw: st.DrawFn, *, paths: Sequence[str] = READ) -> Facts:
    """What is known of the facts at `paths`: each one missing in about a quarter of cases."""
    return {path: draw(fact_values(VOCABULARY.specs[path])) for path in paths if draw(st.integers(0, 3)) > 0}


@st.composite
def rules(
    draw: st.DrawFn,
    index: int,
    *,
    when: st.SearchStrategy[Condition],
    then: st.SearchStrategy[tuple[Proposal, ...]],
    forbids: st.SearchStrategy[tuple[Forbid, ...]],
) -> Rule:
    """A rule of one of three priorities, so that ties occur."""
    return rule_of(
        index,
        draw(when),
        priority=draw(st.sampled_from((-5, 0, 10))),
        then=draw(then),
        forbids=draw(forbids),
    )


def rule_of(
    index: int,
    when: Condition,
    *,
    priority: int = 0,
    then: tuple[Proposal, ...] = (),
    forbids: tuple[Forbid, ...] = (),
) -> Rule:
    """The rule `rule-007`, with a text for the customer that names the places where amounts and times go."""
    return Rule(
        rule_id=f"rule-{index:03}",
        title=f"Rule {index}",
        priority=priority,
        when=when,
        then=then,
        forbids=forbids,
        because_agent=Text({"en": f"Because of rule {index}."}),
        because_customer=Text({"en": f"Rule {index}: {{amount}} by {{due}}.", "de": f"Regel {index}: {{amount}}."}),
        sources=(f"D{index}",),
        position=Position("generated.yaml", index + 1, 1),
    )


_NOTHING: Final = st.just(())
_NO_CHANGE: Final = st.just(MappingProxyType[ActionKind, Combine]({}))
_UNLIMITED: Final = (Role("frontline", MappingProxyType({ActionKind.REFUND: None, ActionKind.GOODWILL: None})),)
_FRONTLINE: Final = st.just(_UNLIMITED)


@st.composite
def packs(  # noqa: PLR0913  # a pack has as many independent parts
    draw: st.DrawFn,
    *,
    when: st.SearchStrategy[Condition] | None = None,
    then: st.SearchStrategy[tuple[Proposal, ...]] = _NOTHING,
    forbids: st.SearchStrategy[tuple[Forbid, ...]] = _NOTHING,
    authority: st.SearchStrategy[tuple[Role, ...]] = _FRONTLINE,
    combine: st.SearchStrategy[Mapping[ActionKind, Combine]] = _NO_CHANGE,
    guardrails: st.SearchStrategy[tuple[GuardrailRule, ...]] = _NOTHING,
    most: int = 12,
) -> Pack:
    """A pack of at most `most` rules in deciding order. Without arguments its rules propose nothing."""
    when = shallow_or_deep() if when is None else when
    count = max(draw(st.integers(1, most)), draw(st.integers(1, most)))
    written = [draw(rules(index, when=when, then=then, forbids=forbids)) for index in range(count)]
    return pack_of(
        written,
        authority=draw(authority),
        combine=draw(combine),
        guardrails=draw(guardrails),
    )


def pack_of(
    written: Iterable[Rule],
    *,
    authority: tuple[Role, ...] = _UNLIMITED,
    combine: Mapping[ActionKind, Combine] = MappingProxyType({}),
    guardrails: tuple[GuardrailRule, ...] = (),
) -> Pack:
    """A pack over the vocabulary, its rules put into deciding order."""
    return Pack(
        pack_id="generated",
        version="1",
        title="Generated",
        extends=(),
        currency="USD",
        timezone="UTC",
        tiers=TIERS,
        main=(),
        vocabulary=VOCABULARY,
        contact_reasons=CONTACT_REASONS,
        teams=TEAMS,
        authority=authority,
        combine=combine,
        guardrails=guardrails,
        rules=tuple(sorted(written, key=_deciding_order)),
        digest="0" * 64,
    )


def _deciding_order(rule: Rule) -> tuple[int, str, int]:
    """Priority, then id; the rows of a table by its id, then by number."""
    return (-rule.priority, rule.rule_id, 0) if rule.row is None else (-rule.priority, rule.row.table, rule.row.number)
