"""The meaning of conditions, form by form, with three values: True, False, and None for unknown."""

from decimal import Decimal

import pytest

from amends.domain.facts import Facts, Value
from amends.domain.money import Money
from amends.packs.conditions import (
    ALWAYS,
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
    Truth,
    Within,
    atoms,
    evaluate,
    paths,
    unknown_paths,
)

SCALE = ("low", "medium", "high", "critical")
DAY = 86_400_000_000_000
USD_5, USD_9, EUR_5, EUR_9 = (Money(currency, units) for currency in ("USD", "EUR") for units in (500, 900))

TRUE, FALSE, UNKNOWN = Present("absent", expected=False), Present("absent", expected=True), OneOf("absent", ("x",))
ALL_THREE = ((TRUE, True), (FALSE, False), (UNKNOWN, None))


def at_least(value: Value) -> Bound:
    return Bound(value, inclusive=True)


def beyond(value: Value) -> Bound:
    return Bound(value, inclusive=False)


@pytest.mark.parametrize(
    ("atom", "value", "expected"),
    [
        (OneOf("f", ("a", "b")), "b", True),
        (OneOf("f", ("a", "b")), "c", False),
        (OneOf("f", ()), "c", False),
        (OneOf("f", (Decimal("1.0"),)), Decimal("1.00"), True),
        (OneOf("f", (frozenset("a"),)), frozenset("a"), True),
        (OneOf("f", (frozenset("a"),)), frozenset("ab"), False),
        (OneOf("f", (USD_5, USD_9)), USD_9, True),
        (OneOf("f", (USD_5,)), USD_9, False),
        (OneOf("f", (USD_5,)), EUR_5, None),
        (OneOf("f", (USD_5, EUR_9)), EUR_9, True),
        (OneOf("f", (USD_5, EUR_9)), EUR_5, None),
        (Between("f", at_least(3), None), 3, True),
        (Between("f", at_least(3), None), 2, False),
        (Between("f", beyond(3), None), 3, False),
        (Between("f", beyond(3), None), 4, True),
        (Between("f", None, at_least(3)), 3, True),
        (Between("f", None, beyond(3)), 3, False),
        (Between("f", at_least(3), beyond(5)), 4, True),
        (Between("f", at_least(3), beyond(5)), 5, False),
        (Between("f", at_least(Decimal("0.1")), None), Decimal("0.1000"), True),
        (Between("f", beyond(Decimal("0.1")), None), Decimal("0.10000000000000000000000000000000001"), True),
        (Between("f", at_least("high"), None, SCALE), "critical", True),
        (Between("f", at_least("high"), None, SCALE), "medium", False),
        (Between("f", beyond("low"), beyond("critical"), SCALE), "high", True),
        (Between("f", at_least(USD_5), None), USD_9, True),
        (Between("f", at_least(USD_5), None), EUR_9, None),
        (Between("f", at_least(USD_5), at_least(EUR_9)), USD_5, None),
        (Between("f", beyond(USD_5), at_least(EUR_9)), USD_5, False),
        (Has("f", SetTest.ANY, frozenset("ab")), frozenset("bc"), True),
        (Has("f", SetTest.ANY, frozenset("ab")), frozenset("c"), False),
        (Has("f", SetTest.ANY, frozenset("ab")), frozenset(), False),
        (Has("f", SetTest.ALL, frozenset("ab")), frozenset("abc"), True),
        (Has("f", SetTest.ALL, frozenset("ab")), frozenset("a"), False),
        (Has("f", SetTest.NONE, frozenset("ab")), frozenset("c"), True),
        (Has("f", SetTest.NONE, frozenset("ab")), frozenset(), True),
        (Has("f", SetTest.NONE, frozenset("ab")), frozenset("b"), False),
    ],
)
def test_an_atom_on_a_known_value(atom: OneOf | Between | Has, value: Value, expected: Truth) -> None:
    """Bounds are inclusive as written, sets compare members, another currency is unknown; denial turns the value."""
    assert evaluate(atom, {"f": value}) is expected
    denied: Truth = None if expected is None else not expected
    assert evaluate(negate(atom), {"f": value}) is denied


@pytest.mark.parametrize("negated", [False, True])
def test_an_atom_on_a_missing_fact_is_unknown(negated: bool) -> None:  # noqa: FBT001  # a test's parameter
    """A missing fact is not a false fact, and denying what is unknown leaves it unknown."""
    for atom in (
        OneOf("f", ("a",), negated),
        Between("f", at_least(3), None, negated=negated),
        Has("f", SetTest.NONE, frozenset("a"), negated),
        Within("f", "f", DAY, negated=negated),
    ):
        assert evaluate(atom, {}) is None


def test_present_is_never_unknown() -> None:
    """Whether a fact is known is itself known."""
    assert evaluate(Present("f", expected=True), {"f": 1}) is True
    assert evaluate(Present("f", expected=True), {}) is False
    assert evaluate(Present("f", expected=False), {}) is True


@pytest.mark.parametrize(
    ("distance", "ahead", "expected"),
    [
        (0, False, True),
        (DAY, False, True),
        (DAY + 1, False, False),
        (-1, False, False),
        (0, True, True),
        (-DAY, True, True),
        (-DAY - 1, True, False),
        (1, True, False),
    ],
)
def test_within_counts_from_the_fact_to_of(distance: int, ahead: bool, expected: bool) -> None:  # noqa: FBT001  # a test's parameters
    """Both ends are inside; `ahead` looks forward."""
    atom = Within("f", "now", DAY, ahead=ahead)
    assert evaluate(atom, {"f": 10 * DAY - distance, "now": 10 * DAY}) is expected
    assert evaluate(atom, {"f": 10 * DAY}) is None
    assert evaluate(atom, {"now": 10 * DAY}) is None


def test_all_any_and_none_follow_kleene() -> None:
    """`all`: false beats unknown beats true; `any` dually; `none` denies `any`."""
    rank: dict[Truth, int] = {False: 0, None: 1, True: 2}
    for left, left_value in ALL_THREE:
        for right, right_value in ALL_THREE:
            both = min(left_value, right_value, key=rank.__getitem__)
            either = max(left_value, right_value, key=rank.__getitem__)
            assert evaluate(AllOf((left, right)), {}) is both
            assert evaluate(AnyOf((left, right)), {}) is either
            assert evaluate(NoneOf((left, right)), {}) is (None if either is None else not either)


def test_empty_nodes() -> None:
    """Nothing to fulfil is fulfilled; nothing to choose from is not."""
    assert evaluate(ALWAYS, {}) is True
    assert evaluate(AnyOf(()), {}) is False
    assert evaluate(NoneOf(()), {}) is True


X, Y, Z = (OneOf(path, (True,)) for path in "xyz")


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        (AllOf((X, Y)), {}, "xy"),
        (AllOf((X, Y)), {"x": True}, "y"),
        (AllOf((X, Y)), {"x": False}, ""),
        (AnyOf((X, Y)), {"x": False}, "y"),
        (AnyOf((X, Y)), {"x": True}, ""),
        (NoneOf((X, Y)), {"x": False}, "y"),
        (AllOf((AnyOf((X, Y)), Z)), {"x": True}, "z"),
        (AllOf((AnyOf((X, Y)), Z)), {"x": False}, "yz"),
        (AllOf((NoneOf((X, Y)), Present("q", expected=False))), {}, "xy"),
        (Within("x", "y", DAY), {"y": 1}, "x"),
        (Within("x", "y", DAY), {}, "xy"),
    ],
)
def test_what_a_condition_waits_for(condition: Condition, facts: Facts, expected: str) -> None:
    """Only the missing facts in branches that nothing has settled yet."""
    assert unknown_paths(condition, facts) == frozenset(expected)


def test_another_currency_asks_for_nothing() -> None:
    """No answer could settle it: the fact is known."""
    priced = Between("x", at_least(USD_5), None)
    assert unknown_paths(priced, {"x": EUR_5}) == frozenset()
    assert unknown_paths(AllOf((priced, Y)), {"x": EUR_5}) == frozenset("y")
    assert unknown_paths(priced, {}) == frozenset("x")


def test_atoms_and_paths_of_a_tree() -> None:
    """Every atom in the order written, and every fact it reads, both dates of `within` included."""
    apart = Within("a", "b", DAY)
    tree = AllOf((X, NoneOf((Y, AnyOf((apart, X))))))
    assert list(atoms(tree)) == [X, Y, apart, X]
    assert paths(tree) == frozenset("xyab")


def negate(atom: OneOf | Between | Has) -> Atom:
    """The same atom, denied."""
    match atom:
        case OneOf(path, values):
            return OneOf(path, values, negated=True)
        case Between(path, lower, upper, scale):
            return Between(path, lower, upper, scale, negated=True)
        case Has(path, test, values):
            return Has(path, test, values, negated=True)
