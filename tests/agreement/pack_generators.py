"""Random packs with every construct of the language, over the facts and kinds of the other generators: they meet.

The one strategy of the laws of resolution and of the comparison with the plain resolver is `full_packs`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import permutations
from typing import Final

from hypothesis import strategies as st

from amends.domain.action_kinds import KINDS, MONEY_KINDS, ActionKind, Combine
from amends.domain.facts import FactType, Value
from amends.domain.money import Money
from amends.packs.conditions import ALWAYS, AllOf, Condition, OneOf
from amends.packs.model import (
    Band,
    Calendar,
    Case,
    Derive,
    GuardrailRule,
    Hit,
    Limit,
    Pack,
    Position,
    Proposal,
    Requirement,
    Role,
    Row,
    Rule,
    Text,
)
from tests.agreement.action_generators import ACTIONS, BASES, COVERED, amounts, forbids, holdings, proposals
from tests.agreement.generators import VOCABULARY, conditions, literals, pack_of, rules, shallow_or_deep

_HERE: Final = Position("generated.yaml", 1, 1)
_MONEY: Final = (ActionKind.ENTITLEMENT, ActionKind.REFUND, ActionKind.GOODWILL)
_LIMITED: Final = tuple(
    of for count in (1, 2, 3) for of in permutations(_MONEY, count) if of != (ActionKind.ENTITLEMENT,)
)
"""What a limit may be of: never entitlements alone, which nothing cuts."""
DERIVED: Final = ("facts.refused", "severity", "facts.size", "amount_affected", "facts.price", "facts.team")
"""The facts that may be derived, each from the ones before it too: in strata, built-in ones among them."""
_SOURCES: Final = ("facts.colour", "facts.labels", "customer.loyalty_tier", "facts.word", "facts.count")
_SPLIT: Final = VOCABULARY.specs["facts.colour"]
"""What the rows of unique tables are told apart by."""
_WEEK: Final = ((480, 720), (780, 1200))
CALENDARS: Final = {
    "support": Calendar("America/New_York", (*(_WEEK,) * 5, ((600, 840),), ()), ("2026-12-25", "2026-11-02")),
}
_TABLES: Final = ("", "", "", "", "table-a", "table-a", "table-b")


@st.composite
def authorities(draw: st.DrawFn) -> tuple[Role, ...]:
    """One to three roles whose bands grow, in one currency or two; a kind may be left out, the last be unlimited."""
    roles = []
    for place, role in enumerate(("frontline", "supervisor", "director")[: draw(st.integers(1, 3))]):
        bands: dict[ActionKind, Band] = {}
        for kind in (ActionKind.REFUND, ActionKind.GOODWILL):
            units = draw(st.sampled_from((500, 990, 1000))) * 5**place
            both = (Money("USD", units), Money("EUR", units - 1))
            band: Band = draw(st.sampled_from((both[:1], both, None)))
            if draw(st.integers(0, 4)) > 0:
                bands[kind] = band
        roles.append(Role(role, bands))
    return tuple(roles)


@st.composite
def combine_changes(draw: st.DrawFn) -> Mapping[ActionKind, Combine]:
    """What a pack changes: any way for money (never `first` for what is owed), `first` or `all` for the rest."""
    changed: dict[ActionKind, Combine] = {}
    kinds = st.one_of(st.sampled_from(MONEY_KINDS), st.sampled_from(list(KINDS)))
    some = st.lists(kinds, min_size=draw(st.integers(0, 6)), max_size=6, unique=True)
    for kind in draw(some) if draw(st.integers(0, 9)) else KINDS:
        ways = {Combine.FIRST, Combine.ALL}
        if kind in MONEY_KINDS:
            ways |= {Combine.HIGHEST, Combine.SUM}
        if kind is ActionKind.ENTITLEMENT:
            ways -= {Combine.FIRST}
        changed[kind] = draw(st.sampled_from(sorted(ways)))
    return changed


@st.composite
def _guardrails(draw: st.DrawFn) -> tuple[GuardrailRule, ...]:
    never, instead = Text({"en": "a time"}), Text({"en": "{next_update}", "de": "Näheres {next_update}"})
    return tuple(
        GuardrailRule(f"guardrail-{index}", draw(conditions(depth=2)), never, instead, _HERE)
        for index in range(draw(st.integers(0, 2)))
    )


@st.composite
def _limits(draw: st.DrawFn) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            f"limit-{index}",
            draw(st.sampled_from(_LIMITED)),
            draw(amounts()),
            draw(st.sampled_from(("", "", "customer.goodwill_granted_365d", "facts.price"))),
            _HERE,
        )
        for index in range(draw(st.integers(0, 2)))
    )


@st.composite
def _requirements(draw: st.DrawFn) -> tuple[Requirement, ...]:
    kinds = [kind for kind in ActionKind if kind is not ActionKind.ENTITLEMENT]
    found = []
    for index in range(draw(st.integers(0, 2))):
        kind = draw(st.one_of(st.sampled_from((ActionKind.REFUND, ActionKind.GOODWILL)), st.sampled_from(kinds)))
        others = [other for other in ActionKind if other is not kind]
        one_of = draw(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True))
        found.append(Requirement(f"require-{index}", kind, draw(conditions(depth=2)), tuple(one_of), _HERE))
    return tuple(found)


@st.composite
def _derives(draw: st.DrawFn) -> tuple[Derive, ...]:
    chosen = draw(st.sampled_from(((), DERIVED[:1], DERIVED[1:3], DERIVED[3:5], DERIVED[4:], DERIVED[::2], DERIVED)))
    found = []
    for place, path in enumerate(chosen):
        # Often of the derived fact before it alone, so that several strata come up.
        read = (chosen[place - 1],) if place and draw(st.booleans()) else _SOURCES
        found.append(draw(_derive(path, conditions(depth=2, read=read))))
    return tuple(found)


@st.composite
def _derive(draw: st.DrawFn, path: str, when: st.SearchStrategy[Condition]) -> Derive:
    spec = VOCABULARY.specs[path]
    values: Sequence[Value] = literals(spec, "EUR" if draw(st.booleans()) else "USD")
    if spec.type is FactType.MONEY:
        values = values[1:]
    value = st.sampled_from(values)
    if draw(st.integers(0, 2)) == 0:
        known = draw(st.integers(1, len(_SPLIT.values)))
        cases = [Case(_only(one, draw(when)), draw(value), _HERE) for one in _SPLIT.values[:known]]
        return Derive(path, tuple(cases), Hit.UNIQUE, None, _HERE)
    count = draw(st.integers(0, 3))
    cases = [Case(draw(when), draw(value), _HERE) for _ in range(min(count, 2))]
    last = (Case(ALWAYS, draw(value), _HERE),) if count <= len(cases) else ()  # without it, it is open
    return Derive(path, (*cases, *last), Hit.FIRST, None, _HERE)


def _only(value: str, when: Condition) -> Condition:
    """A row of a unique table: of its column's values just one."""
    return AllOf((OneOf(_SPLIT.path, (value,)), when))


@st.composite
def _in_tables(draw: st.DrawFn, written: Sequence[Rule]) -> list[Rule]:
    """Some rules become the rows of one table or two, of one priority a table."""
    hits = {table: draw(st.sampled_from((Hit.FIRST, Hit.FIRST, Hit.COLLECT, Hit.UNIQUE))) for table in _TABLES[-2:]}
    priority = {table: draw(st.sampled_from((-5, 0, 10))) for table in hits}
    rows: dict[str, int] = dict.fromkeys(hits, 0)
    found = []
    for rule in written:
        table = draw(st.sampled_from(_TABLES))
        if not table or (hits[table] is Hit.UNIQUE and rows[table] == len(_SPLIT.values)):
            found.append(rule)
            continue
        rows[table] += 1
        number = rows[table]
        when = _only(_SPLIT.values[number - 1], rule.when) if hits[table] is Hit.UNIQUE else rule.when
        row = Row(table, hits[table], number)
        found.append(
            replace(rule, rule_id=f"{table}/row-{number}", priority=priority[table], when=when, row=row),
        )
    return found


_WHEN: Final = st.one_of(st.just(ALWAYS), *[shallow_or_deep()] * 4)
"""Some rules always apply, so that enough do at once."""


@cache
def _then(covered: tuple[tuple[str, ...], ...]) -> st.SearchStrategy[tuple[Proposal, ...]]:
    lists = [st.lists(proposals(covered), min_size=least, max_size=3) for least in (0, 1, 1)]
    return st.one_of(lists).map(tuple)


@st.composite
def full_packs(draw: st.DrawFn, *, most: int = 8) -> Pack:
    """A pack that may use every construct: at most `most` rules and rows, and all that a pack sets beside them."""
    count = draw(st.sampled_from((1, 2, *range(most // 2, most + 1), most)))
    then = _then(tuple(draw(st.sampled_from(COVERED)) for _ in BASES))
    written = [
        replace(
            draw(rules(index, when=_WHEN, then=then, forbids=forbids())),
            hold=draw(holdings()),
        )
        for index in range(count)
    ]
    pack = pack_of(
        draw(_in_tables(written)),
        authority=draw(authorities()),
        combine=draw(combine_changes()),
        guardrails=draw(_guardrails()),
    )
    return replace(
        pack,
        derives=draw(_derives()),
        limits=draw(_limits()),
        requires=draw(_requirements()),
        calendars=CALENDARS,
        actions=ACTIONS,
        timezone=draw(st.sampled_from(("UTC", "America/New_York"))),
    )


@st.composite
def cadence_packs(draw: st.DrawFn) -> Pack:
    """Regular updates and nothing else: of two in one channel becomes one that takes something of both."""
    updates = proposals((), st.just(ActionKind.UPDATE_CADENCE))
    then = st.lists(updates, min_size=1, max_size=3).map(tuple)
    written = [draw(rules(index, when=_WHEN, then=then, forbids=st.just(()))) for index in range(3)]
    return replace(pack_of(written, authority=draw(authorities())), calendars=CALENDARS)
