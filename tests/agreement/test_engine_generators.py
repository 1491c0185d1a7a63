"""What the engines are compared on leaves nothing out: every node, operator and side of a bound, with every answer."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Final, get_args

from amends.application.compiled_pack import CompiledPack
from amends.domain.action_kinds import KINDS
from amends.domain.facts import Facts, FactType
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import Condition, SetTest, Truth, evaluate
from amends.packs.model import Derive, Hit, Pack
from amends.resolution.derive import strata
from tests.agreement.engine_pairs import SHORT_RUN, SHORT_SEED, drawn, drawn_packs
from tests.agreement.generators import READ, VOCABULARY
from tests.agreement.said_by_condition import FACT_TYPES, ORDERED_ENUM, said_by_condition, type_of

TRUTHS: Final = ("True", "False", "unknown")
SIGNS: Final = ("", "not ")
YES_NO: Final = (False, True)
ENDS: Final = ("none", "open", "closed")
ORDERED: Final = ("integer", "decimal", "money", "duration", "date", ORDERED_ENUM)
"""The types that the language gives bounds."""
EVERY_WHICH: Final = 7
"""Of so many situations one is looked at here; the engines are compared on all."""


@cache
def pairs() -> list[tuple[Pack, Facts]]:
    """What the short run of `engine_pairs` compares, thinned."""
    return [
        (pack, known)
        for number in SHORT_RUN
        for pack, situations, _ in drawn(number, of_seed=SHORT_SEED)
        for known in situations[::EVERY_WHICH]
    ]


@cache
def seen() -> Counter[str]:
    """What all conditions of those pairs are made of, and come to."""
    found: Counter[str] = Counter()
    for pack, known in pairs():
        for condition in (*pack.conditions, *(case.when for derive in pack.derives for case in derive.cases)):
            found.update(said_by_condition(condition, VOCABULARY, known))
    return found


def truths_of(named: str) -> tuple[str, ...]:
    """Of money, also that it is of another currency: unknown although it is known."""
    return (*TRUTHS, "other currency") if named == "money" else TRUTHS


def test_the_conditions_are_those_of_the_language() -> None:
    """A node, a fact type or a set test that is added to the language is to be added here."""
    nodes = {"OneOf", "Between", "Has", "Present", "Within", "AllOf", "AnyOf", "NoneOf"}
    assert {node.__name__ for node in get_args(Condition)} == nodes
    assert {type_of(path, VOCABULARY) for path in READ} == set(FACT_TYPES) == {*FactType, ORDERED_ENUM}
    assert set(SetTest) == {"has_any", "has_all", "has_none"}


def test_every_node_has_every_value() -> None:
    """Of no child to three, and true, false and unknown: but for those of no child, which have one value."""
    wanted = {
        *(
            f"{node} of {size}: {truth}"
            for node in ("AllOf", "AnyOf", "NoneOf")
            for size in (1, 2, 3)
            for truth in TRUTHS
        ),
        *("AllOf of 0: True", "AnyOf of 0: False", "NoneOf of 0: True"),
    }
    assert sorted(wanted - seen().keys()) == []


def test_every_fact_equals_and_differs() -> None:
    """One value and several, as written and denied, of every type; only that a boolean is neither cannot be."""
    wanted = {
        f"{named} {sign}{many}: {truth}"
        for named, sign, many in product(FACT_TYPES, SIGNS, ("one", "several"))
        for truth in truths_of(named)
    } - {"boolean several: False", "boolean not several: True"}
    assert sorted(wanted - seen().keys()) == []


def test_every_fact_is_known_and_missing() -> None:
    """Presence is asked of every type, and answered either way."""
    wanted = {f"{named} present {expected}: {truth}" for named in FACT_TYPES for expected in YES_NO for truth in YES_NO}
    assert sorted(wanted - seen().keys()) == []


def test_every_bound_is_met_from_either_side() -> None:
    """Every pair of bounds on every ordered type has every value, and facts lie below, on and above each bound."""
    pairs_of_ends = [(lower, upper) for lower in ENDS for upper in ENDS if lower != upper or lower != "none"]
    wanted = {
        f"{named} {sign}{lower}/{upper}: {truth}"
        for named, sign, (lower, upper) in product(ORDERED, SIGNS, pairs_of_ends)
        for truth in truths_of(named)
    }
    wanted |= {
        f"{named} {side} {end} {name} bound"
        for named, side, end, name in product(
            ORDERED, ("below", "on", "above", "missing at"), ENDS[1:], ("lower", "upper")
        )
    }
    assert sorted(wanted - seen().keys()) == []


def test_every_question_about_a_set_has_every_answer() -> None:
    """Any, all and none of the members, as written and denied."""
    wanted = {f"set {sign}{test}: {truth}" for sign in SIGNS for test in SetTest for truth in TRUTHS}
    assert sorted(wanted - seen().keys()) == []


def test_dates_lie_at_either_end_of_a_span_and_beyond() -> None:
    """Back and ahead, as written and denied, at both ends, inside, beyond, and with either date missing."""
    ways = ("back", "ahead")
    places = ("the other way", "at once", "inside", "at the end", "beyond")
    missing = ("no fact, other", "fact, no other", "no fact, no other")
    wanted = {
        *(f"date {sign}within {way}: {truth}" for sign, way, truth in product(SIGNS, ways, TRUTHS)),
        *(f"date within {way}: {place}" for way in ways for place in (*places, *missing)),
    }
    assert sorted(wanted - seen().keys()) == []


def test_derived_facts_are_told_left_open_and_said_by_the_caller() -> None:
    """By tables of either hit, in up to three strata, on facts that earlier ones derived."""
    found: Counter[str] = Counter()
    for pack, known in pairs():
        layers = strata(pack.derives)
        found[f"{len(layers)} strata"] += 1
        facts, _ = CompiledPack(pack, ReferenceEngine()).match(known) if layers else (known, None)
        for depth, layer in enumerate(layers):
            for derive in layer:
                how = _told(derive, known, facts)
                found.update((f"{derive.hit}: {how}", f"in stratum {depth}: {how}"))
    hows = ("said by the caller", "told", "left open")
    wanted = {
        *(f"{hit}: {how}" for hit in (Hit.FIRST, Hit.UNIQUE) for how in hows),
        *(f"in stratum {depth}: {how}" for depth in range(3) for how in hows),
        *(f"{count} strata" for count in range(4)),
    }
    assert sorted(wanted - found.keys()) == []


def test_tables_of_every_hit_have_rows_of_every_value() -> None:
    """And of the first hit, an unknown row before the one that holds, and one that holds behind it."""
    found = Counter(said for pack, known in pairs() for said in _said_by_tables(pack, known))
    wanted = {f"{hit}: {truth}" for hit in Hit for truth in TRUTHS}
    wanted |= {"first: unknown before the hit", "first: true behind the hit"}
    assert sorted(wanted - found.keys()) == []


def test_every_action_is_asked_for() -> None:
    """The packs of the long run propose every kind."""
    asked = {
        proposal.kind
        for number in range(6)
        for pack in drawn_packs(number, of_seed=SHORT_SEED)
        for rule in pack.rules
        for proposal in rule.then
    }
    assert asked == KINDS.keys()


def _told(derive: Derive, known: Facts, facts: Facts) -> str:
    if derive.path in known:
        return "said by the caller"
    return "told" if derive.path in facts else "left open"


def _said_by_tables(pack: Pack, known: Facts) -> Iterator[str]:
    rows: dict[str, list[Truth]] = {}
    for rule in pack.rules:
        if rule.row is not None:
            truth = evaluate(rule.when, known)
            yield f"{rule.row.hit}: {'unknown' if truth is None else truth}"
            if rule.row.hit is Hit.FIRST:
                rows.setdefault(rule.row.table, []).append(truth)
    for truths in rows.values():
        if True in truths:
            hit = truths.index(True)
            if None in truths[:hit]:
                yield "first: unknown before the hit"
            if True in truths[hit + 1 :]:
                yield "first: true behind the hit"
