"""The boundary situations of a pack reach every answer of its conditions, and are ones that a caller may send."""

from collections import Counter
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.application.proof import CaseKind
from amends.domain.facts import Facts, Value
from amends.domain.money import Money
from amends.engines.bitmap import BitmapEngine
from amends.packs.amounts import Fixed
from amends.packs.conditions import AllOf, AnyOf, Between, Bound, NoneOf, OneOf, Within
from amends.packs.load import load_rules
from amends.packs.model import Pack
from amends.proving.boundaries import MOST_DECIDED, Boundaries
from amends.proving.grid import background
from amends.wire.decode_situation import decode_situation
from amends.wire.encode_situation import encode_situation
from tests.unit.resolution.building import NOW, derive, limit, pack, percent, propose, requirement, rule, usd

COUNT, FARE = "facts.count", "facts.fare"
AT_LEAST_3 = Between(COUNT, Bound(3, inclusive=True), None)
SHIPPED = load_rules(Path(__file__).parents[3] / "rules").packs


def known(built: Pack, *, most: int | None = None) -> list[Facts]:
    return [case.situation.facts for case in Boundaries(built, now=NOW, most=most)]


def around(built: Pack, path: str, **others: object) -> set[object]:
    """The values of a fact, None for missing, in the situations in which the others have these values."""
    return {
        facts.get(path) for facts in known(built) if all(facts.get(name) == value for name, value in others.items())
    }


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_every_rule_is_reached_both_ways(pack_id: str) -> None:
    """Of every shipped pack: each rule is true in one situation and not in another."""
    built = SHIPPED[pack_id]
    compiled = CompiledPack(built, BitmapEngine())
    everything = (1 << len(built.rules)) - 1
    true, untrue = 0, 0
    for facts in known(built):
        _, matches = compiled.match(facts)
        true, untrue = true | matches.true, untrue | ~matches.true
    always = sum(1 << place for place, one in enumerate(built.rules) if one.when == AllOf(()))
    assert true & everything == everything
    assert (untrue | always) & everything == everything


@pytest.mark.parametrize("pack_id", SHIPPED)
def test_every_situation_is_one_that_a_caller_may_send(pack_id: str) -> None:
    """As a request it is decoded to the same, without a violation; and none comes twice."""
    vocabulary = SHIPPED[pack_id].vocabulary
    situations = [case.situation for case in Boundaries(SHIPPED[pack_id], now=NOW)]
    for situation in situations:
        message = encode_situation(situation, vocabulary)
        assert decode_situation(message, vocabulary, now=situation.observe_time) == situation
    assert len({frozenset(situation.facts.items()) for situation in situations}) == len(situations)


def test_a_bound_is_met_alone_and_where_all_else_holds() -> None:
    """On the bound, on both its neighbours, and missing; the moment of observation is always known."""
    built = pack(rule("r", propose("apology"), when=AllOf((AT_LEAST_3, OneOf("fault", ("company",))))))
    assert around(built, COUNT, fault=None) >= {2, 3, 4}
    assert around(built, COUNT, fault="company") >= {2, 3, 4, None}
    assert around(built, "fault", **{COUNT: 3}) == {"company", "customer", "shared", "third_party", "nobody", None}
    assert all("observe_time" in facts for facts in known(built))


def test_what_no_rule_asks_by_itself_is_met_too() -> None:
    """Cases of derived facts, requirements, caps of limits and bands, what is taken off them, and counts."""
    built = pack(
        rule("r", propose("refund", percent("50", FARE))),
        derives=[derive("facts.derived", (OneOf("stage", ("use",)), True), (AllOf(()), False))],
        limits=[limit("cap", ["refund"], Fixed((usd("7.00"),)), minus="customer.goodwill_granted_365d")],
        requires=[requirement("q", "refund", "apology", when=AT_LEAST_3)],
    )
    assert around(built, "stage") >= {"use", "adopt", None}
    assert around(built, COUNT) >= {2, 3, 4, None}
    for path in (FARE, "amount_paid", "customer.goodwill_granted_365d"):
        assert around(built, path) >= {usd("6.99"), usd("7.00"), usd("7.01"), None}
    assert any(isinstance(value, Money) and value.currency != "USD" for value in around(built, FARE))


def test_dates_are_met_at_each_distance() -> None:
    """From the moment of observation, and from one another."""
    within = Within("facts.bought", "facts.sold", 50)
    declared = pack(rule("r", propose("apology"), when=within))
    specs = {**declared.vocabulary.specs}
    date = specs["observe_time"]
    dated = {path: replace(date, path=path) for path in ("facts.bought", "facts.sold")}
    built = replace(declared, vocabulary=replace(declared.vocabulary, specs={**specs, **dated}))
    apart = {facts["facts.sold"] - facts["facts.bought"] for facts in known(built) if {*dated} <= facts.keys()}  # type: ignore[operator]  # dates
    assert apart >= {-1, 0, 1, 49, 50, 51}


def test_alternatives_and_denials_hold_too() -> None:
    """One situation in which each alternative holds without the others, one in which none does."""
    built = pack(rule("r", propose("apology"), when=AnyOf((AT_LEAST_3, NoneOf((OneOf("stage", ("use",)),))))))
    assert around(built, COUNT, stage=None) >= {2, 3}
    assert around(built, "stage", **{COUNT: None}) >= {"use", "discovery"}
    assert around(built, "stage", **{COUNT: 2}) >= {"use"}


def test_each_pair_of_main_is_whole() -> None:
    """All combinations of the values of two, missing among them, with nothing but the money known."""
    asked = AllOf((AT_LEAST_3, OneOf("fault", ("company",)), OneOf("obvious_mistake", (True,))))
    built = replace(pack(rule("r", propose("apology"), when=asked)), main=("fault", "obvious_mistake", COUNT))
    faults: list[Value | None] = ["company", "customer", "shared", "third_party", "nobody", None]
    values: dict[str, list[Value | None]] = {
        "fault": faults,
        "obvious_mistake": [False, True, None],
        COUNT: [2, 3, 4, None],
    }
    met = [frozenset(facts.items()) for facts in known(built)]
    money = frozenset(background(built, now=NOW).items())
    for one, other in combinations(values, 2):
        for pair in product(values[one], values[other]):
            said = {path: value for path, value in zip((one, other), pair, strict=True) if value is not None}
            assert money | said.items() in met
    assert "fault=company, obvious_mistake=missing" in {
        case.about for case in Boundaries(built, now=NOW) if case.kind is CaseKind.MAIN
    }


def test_of_too_many_a_sample_is_taken_with_something_of_every_kind() -> None:
    """The same every time; kinds of which there are few are whole; the counts say of how many."""
    built = SHIPPED["foundation"]
    chosen = Boundaries(built, now=NOW, most=100)
    assert [*chosen] == [*Boundaries(built, now=NOW, most=100)]
    counted = Counter(case.kind for case in chosen)
    assert {count.kind: count.taken for count in chosen.counts} == counted
    assert counted.total() == 100
    assert set(counted) == {CaseKind.VALUE, CaseKind.CONDITION, CaseKind.MISSING, CaseKind.MAIN}
    whole = {count.kind: count.of for count in Boundaries(built, now=NOW).counts}
    assert {count.kind: count.of for count in chosen.counts} == whole
    assert {*(case.about for case in chosen)} <= {*(case.about for case in Boundaries(built, now=NOW))}


def test_of_many_rules_fewer_situations_are_decided() -> None:
    """Since each decision is dearer, unless a number is asked for."""
    many = [rule(f"r{number}", propose("apology"), when=OneOf(COUNT, (number,))) for number in range(1_000)]
    assert len(known(pack(*many))) == MOST_DECIDED // 1_000
    assert len(known(pack(*many), most=900)) == 900
