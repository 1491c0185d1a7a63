"""The bitmap engine: values that a table could mix up, bits that a layout could lose, and what its witness says."""

from decimal import Decimal
from itertools import pairwise

import pytest

from amends.domain.facts import Facts, FactSpec, FactType, Value, Vocabulary
from amends.domain.money import Money
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.engines.tables import MAX_REMEMBERED_SETS, ClosedSetTable, SetTable
from amends.packs.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Between,
    Bound,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
    Within,
)
from amends.packs.normal_form import TooManyConjunctsError
from amends.resolution.matches import Matches
from tests.agreement.generators import DAY, NOON, VOCABULARY, pack_of, rule_of

HUGE = 10**30


def match(facts: Facts, *conditions: Condition) -> Matches:
    """What the bitmap says of a pack with one rule a condition, checked against the reference engine."""
    pack = pack_of(rule_of(index, condition) for index, condition in enumerate(conditions))
    result, expected = (
        BitmapEngine().compile(pack.vocabulary, pack.conditions).match(facts),
        ReferenceEngine().compile(pack.vocabulary, pack.conditions).match(facts),
    )
    assert (result.true, result.may) == (expected.true, expected.may)
    return result


def holds(facts: Facts, condition: Condition) -> bool | None:
    """The value of one condition, by the bitmap."""
    result = match(facts, condition)
    return True if result.true else None if result.may else False


def test_a_pack_without_rules_matches_nothing() -> None:
    """Nothing to say is said."""
    assert match({"severity": "low"}) == Matches(0, 0, 0)


def test_rules_that_always_or_never_hold_need_no_fact() -> None:
    """An empty `all` is true of any situation, an empty `any` of none."""
    result = match({}, ALWAYS, AnyOf(()), NoneOf(()))
    assert (result.true, result.may) == (0b101, 0b101)


@pytest.mark.parametrize(
    ("path", "literal", "value", "expected"),
    [
        ("facts.word", "5", "5", True),
        ("facts.word", "5", "5 ", False),
        ("facts.word", "5", "5x", False),
        ("facts.word", "", "", True),
        ("facts.word", "a" * 100_000 + "b", "a" * 100_000 + "c", False),
        ("facts.ratio", Decimal(5), Decimal("5.00"), True),
        ("facts.ratio", Decimal("0.1"), Decimal("0.1000000000000000000000000000000000000001"), False),
        ("facts.count", HUGE, HUGE, True),
        ("facts.count", HUGE, HUGE + 1, False),
        ("facts.count", 1, 1, True),
        ("facts.refused", True, True, True),
        ("facts.refused", True, False, False),
        ("facts.colour", "red", "green", False),
        ("facts.price", Money("USD", 1), Money("USD", 1), True),
        ("facts.price", Money("USD", 1), Money("EUR", 1), None),
        ("facts.labels", frozenset({"5"}), frozenset({"5", "vip"}), False),
        ("facts.labels", frozenset({"5"}), frozenset({"5"}), True),
        ("facts.labels", frozenset(), frozenset({"x"}), False),
    ],
)
def test_equality_is_exact(path: str, literal: Value, value: Value, expected: bool | None) -> None:  # noqa: FBT001  # a test's parameter
    """No prefix, no rounding, no other type and no other currency is ever taken for the literal."""
    assert holds({path: value}, OneOf(path, (literal,))) is expected


def test_a_name_that_stands_for_others_is_never_a_literal() -> None:
    """The table's own "any other text" cannot be named by a pack."""
    words = ("", "x", "xx", "vienna", "viennax")
    for word in (*words, "xxx", "viennaxx", "other"):
        assert holds({"facts.word": word}, OneOf("facts.word", words)) is (word in words)


@pytest.mark.parametrize("value", [-HUGE, 2, 3, 4, 5, 6, HUGE])
@pytest.mark.parametrize("lower", [None, Bound(3, inclusive=True), Bound(3, inclusive=False)])
@pytest.mark.parametrize("upper", [None, Bound(5, inclusive=True), Bound(5, inclusive=False)])
def test_bounds_at_and_beside_every_mark(value: int, lower: Bound | None, upper: Bound | None) -> None:
    """Below, on, between, on and above two bounds, each open or closed, and the same denied."""
    inside = (lower is None or value > 3 or (value == 3 and lower.inclusive)) and (
        upper is None or value < 5 or (value == 5 and upper.inclusive)
    )
    assert holds({"facts.count": value}, Between("facts.count", lower, upper)) is inside
    assert holds({"facts.count": value}, Between("facts.count", lower, upper, negated=True)) is not inside


def test_money_has_a_line_for_each_currency() -> None:
    """The same number is above one bound and below another, and of a third currency nothing is known."""
    over_5_usd = Between("facts.price", Bound(Money("USD", 500), inclusive=True), None)
    over_9_eur = Between("facts.price", Bound(Money("EUR", 900), inclusive=True), None)
    for money, true, may in (
        (Money("USD", 700), 0b01, 0b11),
        (Money("EUR", 700), 0b00, 0b01),
        (Money("EUR", 900), 0b10, 0b11),
        (Money("JPY", 700), 0b00, 0b11),
    ):
        result = match({"facts.price": money}, over_5_usd, over_9_eur)
        assert (result.true, result.may) == (true, may)


def test_within_reads_two_facts() -> None:
    """Both ends are inside, and either date may be missing."""
    recent = Within("facts.promised", "observe_time", DAY)
    for age, expected in ((-1, False), (0, True), (DAY, True), (DAY + 1, False)):
        assert holds({"observe_time": NOON, "facts.promised": NOON - age}, recent) is expected
    assert holds({"observe_time": NOON}, recent) is None


def test_numbers_told_beforehand_and_numbers_in_wide_gaps_are_read_alike() -> None:
    """Bounds close together and far apart, at each mark, beside it, and beyond the last ones."""
    for marks in ((3, 4, 9, 2000), (-HUGE, 0, 5, HUGE)):
        conditions = [
            Between("facts.count", Bound(low, inclusive=True), Bound(high, inclusive=False))
            for low, high in pairwise(marks)
        ]
        for mark in marks:
            for value in (mark - 1, mark, mark + 1, mark + 2):
                match({"facts.count": value}, *conditions)


def test_many_spans_over_two_dates_are_one_line() -> None:
    """At each span and one beside it, behind and ahead, denied or not, as the reference says."""
    ahead_or_not = [
        Within("facts.promised", "observe_time", span, ahead=ahead, negated=negated)
        for span in (0, 1, 5, DAY)
        for ahead in (False, True)
        for negated in (False, True)
    ]
    for distance in (-DAY - 1, -DAY, 1 - DAY, -6, -5, -4, -2, -1, 0, 1, 2, 4, 5, 6, DAY - 1, DAY, DAY + 1):
        match({"facts.promised": NOON - distance, "observe_time": NOON}, *ahead_or_not)
    match({"facts.promised": NOON}, *ahead_or_not)
    match({"observe_time": NOON}, *ahead_or_not)


def test_more_conjuncts_than_a_byte_holds() -> None:
    """Conjuncts of neighbouring rules share bytes, and one rule may fill many."""
    digits = [OneOf("facts.count", (number,)) for number in range(50)]
    words = [OneOf("facts.word", (str(number),)) for number in range(50)]
    wide = AnyOf(tuple(AllOf(pair) for pair in zip(digits, words, strict=True)))
    three = AnyOf((digits[7], words[8], Present("severity", expected=True)))
    for number in range(50):
        known: Facts = {"facts.count": number, "facts.word": str(number)}
        result = match(known, three, wide, digits[9], three, NoneOf(tuple(words)))
        assert result.true == 0b00010 | 0b01001 * (number in {7, 8}) | 0b00100 * (number == 9)
        assert result.may == result.true


def test_a_set_fact_remembers_within_bounds_and_nothing_a_caller_made_up() -> None:
    """However many different sets come, memory stays bounded, and only names that the pack knows are kept."""
    named = frozenset(str(number) for number in range(11))
    pack = pack_of([rule_of(0, Has("facts.labels", SetTest.ANY, named))])
    matcher = BitmapEngine().compile(pack.vocabulary, pack.conditions)
    for number in range(2048):
        members = frozenset(str(place) for place in range(11) if number >> place & 1)
        assert matcher.match({"facts.labels": members | {f"stranger {number}"}}).true == (number > 0)
    table = matcher._tables["facts.labels"]
    assert isinstance(table, SetTable)
    assert 0 < len(table._wider) <= MAX_REMEMBERED_SETS
    assert all(known <= named for known in table._wider)


def test_a_closed_set_fact_remembers_within_bounds() -> None:
    """However many of its members are named, in however many ways."""
    names = tuple(str(number) for number in range(11))
    vocabulary = Vocabulary({"facts.labels": FactSpec("facts.labels", FactType.SET, values=names)})
    atoms = [Has("facts.labels", SetTest.ANY, frozenset({name})) for name in names]
    matcher = BitmapEngine().compile(vocabulary, atoms)
    for number in range(2048):
        members = frozenset(name for place, name in enumerate(names) if number >> place & 1)
        assert matcher.match({"facts.labels": members}).true == number
    table = matcher._tables["facts.labels"]
    assert isinstance(table, ClosedSetTable)
    assert 0 < len(table) <= MAX_REMEMBERED_SETS


def test_a_condition_that_expands_too_far_is_refused() -> None:
    """The loader tells its owner where it stands; a pack that was not loaded is refused all the same."""
    pairs = tuple(AnyOf((OneOf("facts.count", (n,)), OneOf("facts.word", (str(n),)))) for n in range(13))
    with pytest.raises(TooManyConjunctsError):
        BitmapEngine().compile(VOCABULARY, [AllOf(pairs), ALWAYS])


X, Y, Z = OneOf("severity", ("high",)), OneOf("facts.refused", (True,)), OneOf("facts.word", ("5",))


def test_the_witness_says_which_branch_is_open() -> None:
    """The same rule is undetermined with the same facts known, and waits for other facts."""
    rule = AnyOf((AllOf((X, Y)), AllOf((OneOf("severity", ("low",)), Z))))
    high, low = match({"severity": "high"}, rule), match({"severity": "low"}, rule)
    assert (high.true, high.may) == (low.true, low.may) == (0, 1)
    assert high.witness != low.witness


def test_the_witness_tells_another_currency_from_a_bound_that_is_met() -> None:
    """Five dollars settle the alternative; five euros leave it open, and its other half is then waited for."""
    rule = AllOf((AnyOf((Between("facts.price", Bound(Money("USD", 500), inclusive=True), None), Y)), Z))
    met, foreign = match({"facts.price": Money("USD", 500)}, rule), match({"facts.price": Money("EUR", 500)}, rule)
    assert (met.true, met.may) == (foreign.true, foreign.may) == (0, 1)
    assert met.witness != foreign.witness


def test_the_witness_ignores_settled_rules() -> None:
    """Which alternative made a rule true is no reason to plan anew."""
    rule = AnyOf((X, Y))
    assert match({"severity": "high", "facts.refused": False}, rule, Z) == match(
        {"severity": "low", "facts.refused": True},
        rule,
        Z,
    )
