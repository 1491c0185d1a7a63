"""Engines that differ anywhere are found, and what is shown is small."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from amends.application.engine_errors import ConditionTooLargeError, EngineFailedError
from amends.application.ports import Engine
from amends.application.proof import INDEPENDENT, Case, CaseKind, Count, Disagreement, Proof
from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import (
    AllOf,
    Atom,
    Between,
    Bound,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
    Within,
)
from amends.packs.model import Pack, Position
from amends.packs.pack_test import Earlier, Expectation, PackTest
from amends.packs.situation_file import read_heading, read_situation
from amends.proving.agreement import cases_of_tests, prove_pack
from amends.resolution.matches import Matches
from amends.wire.encode import Encoder
from tests.fakes.wrong_engine import MisreadingEngine, Twist, WrongEngine
from tests.unit.resolution.building import (
    HOUR,
    NOW,
    derive,
    guardrail,
    pack,
    propose,
    requirement,
    rule,
    situation,
    usd,
)

COUNT, FARE = "facts.count", "facts.fare"
AT_LEAST_3 = Between(COUNT, Bound(3, inclusive=True), None)
LATE = AllOf((AT_LEAST_3, OneOf("fault", ("company", "shared"))))
SHOP = pack(
    rule("late", propose("refund", usd("5.00")), when=LATE),
    rule("calm", propose("apology"), when=NoneOf((OneOf("sentiment", ("furious",)),))),
)
OURS: Mapping[str, Engine] = {"reference": ReferenceEngine(), "bitmap": BitmapEngine()}


def prove(built: Pack, engines: Mapping[str, Engine], **options: object) -> Proof:
    encode = Encoder(software_version="").fired
    return prove_pack(built, engines, now=NOW, encode=encode, **options)  # type: ignore[arg-type]  # the options of prove_pack


def found(built: Pack, wrong: Engine, **options: object) -> Disagreement:
    """What is found where one of three engines is wrong."""
    proof = prove(built, {**OURS, "wrong": wrong}, **options)
    assert proof.disagreement is not None
    assert not proof.agreed
    return proof.disagreement


def facts_of(shown: Disagreement, built: Pack = SHOP) -> Facts:
    """What is known in what is shown, but for the moment, read as anybody would read the file."""
    assert read_heading(shown.situation, file="shown.yaml").policy == built.pack_id
    read = read_situation(shown.situation, file="shown.yaml", pack=built, default_observe_time=0)
    return {path: value for path, value in read.facts.items() if path != "observe_time"}


def test_engines_that_agree_are_counted() -> None:
    """By kind, with who decided and under which digest and semantics; two of our own are no independent proof."""
    proof = prove(SHOP, OURS, absent={INDEPENDENT: "not here"})
    assert proof.agreed
    assert not proof.independently_verified
    assert (proof.engines, proof.absent) == (("reference", "bitmap"), {INDEPENDENT: "not here"})
    assert (proof.pack_id, proof.digest, proof.semantics) == (SHOP.pack_id, SHOP.digest, 1)
    assert proof.situations == sum(count.taken for count in proof.counts) > 20
    assert all(count.taken == count.of for count in proof.counts)
    assert prove(SHOP, {**OURS, INDEPENDENT: ReferenceEngine()}).independently_verified
    assert not prove(SHOP, {INDEPENDENT: ReferenceEngine()}).agreed


def answer(place: int, *, true: bool, may: bool) -> Callable[[Matches], Matches]:
    """The same, with one bit said otherwise."""
    bit = 1 << place
    return lambda right: Matches(
        right.true | bit if true else right.true & ~bit, right.may | bit if may else right.may & ~bit
    )


def when(holds: Callable[[Facts], bool], wrong: Callable[[Matches], Matches]) -> Twist:
    return lambda facts, right: wrong(right) if holds(facts) else right


def test_a_wrong_bound_is_shown_at_the_bound_with_nothing_else() -> None:
    """Who says what of which rule, and what each would decide; all facts that do not matter are gone."""
    at_bound = when(lambda facts: facts.get(COUNT) == 3, answer(1, true=False, may=False))
    shown = found(SHOP, WrongEngine(at_bound))
    assert facts_of(shown) == {COUNT: 3}
    said = {one.engine: one.lines for one in shown.said}
    assert said["reference"] == said["bitmap"]
    assert (said["reference"][0], said["wrong"][0]) == ("late: unknown", "late: false")
    assert said["reference"][1:] != said["wrong"][1:]


def test_a_missing_fact_taken_for_a_false_one_is_shown_with_nothing_known() -> None:
    """The smallest situation of all."""
    shown = found(SHOP, WrongEngine(lambda _facts, right: Matches(right.true, right.true)))
    assert facts_of(shown) == {}


def test_a_difference_in_a_derived_fact_is_told_as_such() -> None:
    """By the case that decides it."""
    cases = ((OneOf("stage", ("use",)), True), (AllOf(()), False))
    built = pack(
        rule("r", propose("apology"), when=OneOf("facts.derived", (True,))), derives=[derive("facts.derived", *cases)]
    )

    def one_stratum(facts: Facts, right: Matches) -> Matches:
        return Matches(0b11, 0b11) if "facts.derived" not in facts and right.true == 0b10 else right

    shown = found(built, WrongEngine(one_stratum))
    assert [one.lines[0] for one in shown.said] == [
        f"facts.derived, case 1: {truth}" for truth in ("unknown", "unknown", "true")
    ]
    assert facts_of(shown, built) == {}


def test_what_stands_beside_rules_is_compared_too() -> None:
    """Guardrails and requirements, by their ids."""
    built = pack(
        rule("r", propose("apology")),
        guardrails=(guardrail("no-eta", OneOf("obvious_mistake", (True,))),),
        requires=[requirement("company", "refund", "apology", when=OneOf("fault", ("company",)))],
    )
    names = []
    for place in (1, 2):
        wrong = when(lambda facts: len(facts) > 1, answer(place, true=False, may=False))
        names.append(found(built, WrongEngine(wrong)).said[0].lines[0].partition(":")[0])
    assert sorted(names) == ["the guardrail no-eta", "the requirement company"]


def test_an_engine_that_fails_now_and_then_is_shown_where_it_did() -> None:
    """Whatever it raises is what it says; it need not fail again while the situation is made smaller."""
    calls = []

    def fails_once(_facts: Facts, right: Matches) -> Matches:
        calls.append(1)
        if len(calls) == 20:
            raise EngineFailedError("wrong", "out of luck", count=1)
        return right

    shown = found(SHOP, WrongEngine(fails_once))
    wrong = shown.said[2]
    assert wrong.lines[-1].startswith("failed: EngineFailedError: the engine wrong failed, failure 1")
    assert [one.engine for one in shown.said] == ["reference", "bitmap", "wrong"]


def test_the_others_are_decided_too() -> None:
    """Situations of tests and logged ones, seen by whom they were; and no more boundary situations than wanted."""
    odd = situation({"facts.count": 3, "brand": "zebra", "waited": HOUR})
    others = [Case(CaseKind.LOGGED, "decision 7", odd, "frontline")]
    proof = prove(SHOP, OURS, others=others, most=5)
    assert proof.counts[-1] == Count(CaseKind.LOGGED, 1, 1)
    assert proof.situations == 6
    shown = found(
        SHOP, WrongEngine(when(lambda facts: "brand" in facts, answer(0, true=False, may=False))), others=others
    )
    assert (shown.kind, shown.about) == (CaseKind.LOGGED, "decision 7")
    assert facts_of(shown) == {"brand": "a"}


def test_the_situations_of_tests_are_decided_as_they_are_seen() -> None:
    """By the test's role; where a decision is superseded, that of the earlier one too."""
    one, other = situation({"facts.count": 3}), situation({"facts.count": 4})
    at = Position("built/tests/a_test.yaml", 3, 5)
    plain = PackTest("plain", one, "frontline", Expectation(), position=at)
    again = PackTest("again", other, "frontline", Expectation(), supersedes=Earlier(one), position=at)
    assert [*cases_of_tests((plain, again))] == [
        Case(CaseKind.TEST, "built/tests/a_test.yaml:3:5: plain", one, "frontline"),
        Case(CaseKind.TEST, "built/tests/a_test.yaml:3:5: again", other, "frontline"),
        Case(CaseKind.TEST, "built/tests/a_test.yaml:3:5: again, what it supersedes", one, "frontline"),
    ]


def test_an_engine_that_does_not_take_the_pack_is_absent() -> None:
    """With what it says of it; nobody is compared with it."""

    class Small:
        def compile(self, _vocabulary: object, conditions: object) -> ReferenceEngine:
            raise ConditionTooLargeError(
                INDEPENDENT, SHOP.conditions[0], place=0, reason=f"too much: {bool(conditions)}"
            )

    proof = prove(SHOP, {**OURS, INDEPENDENT: Small()})  # type: ignore[dict-item]  # it never comes to a matcher
    assert proof.agreed
    assert not proof.independently_verified
    assert "too much" in proof.absent[INDEPENDENT]


EVERY_OPERATOR = pack(
    rule("one", propose("apology"), when=OneOf("fault", ("company", "shared"))),
    rule("other", propose("apology"), when=OneOf("brand", ("x",), negated=True)),
    rule("closed", propose("apology"), when=Between(COUNT, Bound(3, inclusive=True), Bound(7, inclusive=True))),
    rule(
        "open",
        propose("apology"),
        when=Between("waited", Bound(HOUR, inclusive=False), Bound(2 * HOUR, inclusive=False)),
    ),
    rule("outside", propose("apology"), when=Between(FARE, Bound(usd("5"), inclusive=True), None, negated=True)),
    rule("any", propose("apology"), when=Has("requested", SetTest.ANY, frozenset({"refund", "apology"}))),
    rule("every", propose("apology"), when=Has("flags", SetTest.ALL, frozenset({"media", "safety"}))),
    rule("none", propose("apology"), when=Has("customer.channels_on_file", SetTest.NONE, frozenset({"mail", "sms"}))),
    rule("known", propose("apology"), when=Present("stage", expected=True)),
    rule("fresh", propose("apology"), when=Within("facts.bought", "observe_time", 24 * HOUR)),
)
DATED = {"facts.bought": replace(EVERY_OPERATOR.vocabulary.specs["observe_time"], path="facts.bought")}
EVERY_OPERATOR = replace(
    EVERY_OPERATOR,
    vocabulary=replace(EVERY_OPERATOR.vocabulary, specs={**EVERY_OPERATOR.vocabulary.specs, **DATED}),
)


def flipped(bound: Bound | None) -> Bound | None:
    return None if bound is None else replace(bound, inclusive=not bound.inclusive)


def one_further(bound: Bound | None) -> Bound | None:
    if bound is None or not isinstance(bound.value, int | Money):
        return bound
    value = bound.value
    return replace(bound, value=value.with_units(value.minor_units + 1) if isinstance(value, Money) else value + 1)


def of_kind(kind: type, misread: Callable[..., Atom]) -> Callable[[Atom], Atom]:
    return lambda atom: misread(atom) if isinstance(atom, kind) else atom


MISREADINGS: Mapping[str, Callable[[Atom], Atom]] = {
    "the lower bound's end": of_kind(Between, lambda atom: replace(atom, lower=flipped(atom.lower))),
    "the upper bound's end": of_kind(Between, lambda atom: replace(atom, upper=flipped(atom.upper))),
    "a bound one too far": of_kind(Between, lambda atom: replace(atom, lower=one_further(atom.lower))),
    "no upper bound": of_kind(Between, lambda atom: replace(atom, upper=None) if atom.lower else atom),
    "a denial forgotten": of_kind(OneOf, lambda atom: replace(atom, negated=False)),
    "a denied interval": of_kind(Between, lambda atom: replace(atom, negated=False)),
    "the last of a list": of_kind(OneOf, lambda atom: replace(atom, values=atom.values[:1])),
    "any for all": of_kind(Has, lambda atom: replace(atom, test=SetTest.ANY) if atom.test is SetTest.ALL else atom),
    "all for any": of_kind(Has, lambda atom: replace(atom, test=SetTest.ALL) if atom.test is SetTest.ANY else atom),
    "none for denied all": of_kind(
        Has, lambda atom: replace(atom, test=SetTest.ALL, negated=True) if atom.test is SetTest.NONE else atom
    ),
    "a member forgotten": of_kind(Has, lambda atom: replace(atom, values=frozenset(sorted(atom.values)[1:]))),
    "known for unknown": of_kind(Present, lambda atom: replace(atom, expected=not atom.expected)),
    "a span too long": of_kind(Within, lambda atom: replace(atom, span=atom.span + 1)),
    "a span the other way": of_kind(Within, lambda atom: replace(atom, ahead=not atom.ahead)),
}


@pytest.mark.parametrize("misreading", MISREADINGS)
def test_every_kind_of_misreading_is_found(misreading: str) -> None:
    """In a situation of at most two facts beside the moment."""
    shown = found(EVERY_OPERATOR, MisreadingEngine(MISREADINGS[misreading]))
    assert len(facts_of(shown, EVERY_OPERATOR)) <= 2
