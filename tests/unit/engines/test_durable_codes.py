"""What the columns of durable-rules make of facts."""

from decimal import Decimal

import pytest

from amends.domain.facts import Facts, Value
from amends.domain.money import Money
from amends.engines.durable_codes import Codes
from amends.packs.conditions import Atom, Between, Bound, Has, OneOf, SetTest, Within


def codes(facts: Facts, *atoms: Atom) -> list[int | None]:
    """The numbers of all columns that the atoms need."""
    made = Codes(atoms)
    for atom in atoms:
        made.alternatives(atom)
    return [read(facts) for read in made.columns]


@pytest.mark.parametrize(("value", "expected"), [(-(10**30), 0), (2, 0), (3, 1), (4, 2), (5, 3), (6, 4), (10**30, 4)])
def test_ordered_values_are_numbered_by_interval(value: int, expected: int) -> None:
    """Odd on a bound, even between: only their order is left."""
    low = Between("n", Bound(3, inclusive=True), None)
    both = Between("n", Bound(3, inclusive=False), Bound(5, inclusive=True))
    assert codes({"n": value}, low, both) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Money("USD", 5), [1, None]),
        (Money("USD", 4), [0, None]),
        (Money("EUR", 5), [None, 2]),
        (Money("JPY", 5), [None] * 2),
    ],
)
def test_money_has_a_column_for_each_currency(value: Money, expected: list[int | None]) -> None:
    """Where it is of another currency, the column says nothing."""
    dollars = Between("n", Bound(Money("USD", 5), inclusive=True), None)
    euros = Between("n", None, Bound(Money("EUR", 4), inclusive=True))
    assert codes({"n": value}, dollars, euros) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("a", [1, 0]), ("b", [2, 1]), ("c", [0, 1]), ("d", [0, 0]), (None, [None, None])]
)
def test_texts_are_numbered_one_by_one_and_listed_together(value: str | None, expected: list[int | None]) -> None:
    """Any other text is 0, a missing one nothing."""
    facts = {} if value is None else {"n": value}
    assert codes(facts, OneOf("n", ("a",)), OneOf("n", ("b",)), OneOf("n", ("b", "c"))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Money("USD", 1), 1), (Money("USD", 2), None), (Money("EUR", 1), 1), (Money("JPY", 1), None)],
)
def test_money_that_is_not_listed_may_be_unknown(value: Value, expected: int | None) -> None:
    """It is different from a list only where it can be compared with all of it."""
    assert codes({"n": value}, OneOf("n", (Money("USD", 1), Money("EUR", 1)))) == [expected]


def test_members_are_counted_and_dates_measured() -> None:
    """How many of the wanted are there; and how far a date lies before the other, or behind."""
    facts: Facts = {"s": frozenset({"a", "b", "x"}), "d": 100, "of": 130, "r": Decimal("0.5")}
    wanted = Has("s", SetTest.ALL, frozenset({"a", "b", "c"}))
    assert codes(facts, wanted) == [2]
    assert codes(facts, Within("d", "of", 30), Within("d", "of", 30, ahead=True)) == [3, 0]
    assert codes({"d": 100}, Within("d", "of", 30)) == [None]
