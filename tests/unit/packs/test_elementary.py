"""Elementary values: one from every region in which all that is asked of a fact has the same answers."""

from decimal import Decimal

import pytest

from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.conditions import Atom, Between, Bound, Has, OneOf, SetTest
from amends.packs.elementary import MOST_MEMBERS, elementary_values

PATH = "facts.it"


def at_least(value: Value) -> Between:
    return Between(PATH, Bound(value, inclusive=True), None)


def below(value: Value) -> Between:
    return Between(PATH, None, Bound(value, inclusive=False))


@pytest.mark.parametrize(
    ("spec", "asked", "values"),
    [
        (FactSpec(PATH, FactType.BOOLEAN), [], (False, True)),
        (FactSpec(PATH, FactType.ENUM, values=("a", "b", "c")), [OneOf(PATH, ("b",))], ("a", "b", "c")),
        (FactSpec(PATH, FactType.TEXT), [OneOf(PATH, ("another",))], ("another", "another_one")),
        (FactSpec(PATH, FactType.INTEGER), [at_least(3), below(7)], (2, 3, 5, 7, 8)),
        (FactSpec(PATH, FactType.INTEGER), [at_least(3), below(4)], (2, 3, 4, 5)),
        (FactSpec(PATH, FactType.INTEGER, minimum=0, maximum=10), [at_least(0), below(12)], (0, 5)),
        (FactSpec(PATH, FactType.INTEGER, minimum=0), [at_least(10)], (5, 10, 11)),
        (FactSpec(PATH, FactType.INTEGER, minimum=4), [], (4,)),
        (FactSpec(PATH, FactType.DURATION, minimum=0), [at_least(8)], (4, 8, 8 + 3600 * 10**9)),
        (FactSpec(PATH, FactType.DECIMAL), [at_least(Decimal(2))], (Decimal(1), Decimal(2), Decimal(3))),
        (FactSpec(PATH, FactType.DECIMAL, minimum=2), [below(Decimal(3))], tuple(map(Decimal, ("2", "2.5", "3", "4")))),
        (FactSpec(PATH, FactType.SET), [], (frozenset(), frozenset({"another"}))),
    ],
)
def test_marks_what_lies_between_and_what_lies_beyond(
    spec: FactSpec, asked: list[Atom], values: tuple[Value, ...]
) -> None:
    """Of numbers the boundaries and one value in every gap that the fact can fill; of words the named and one other."""
    assert elementary_values(spec, asked) == values


def test_money_is_of_every_named_currency_and_of_another() -> None:
    """Another currency compares with none of the named: a region of its own."""
    values = elementary_values(FactSpec(PATH, FactType.MONEY, minimum=0), [at_least(Money("EUR", 100))])

    assert values is not None
    *named, other = values
    assert named == [Money("EUR", 50), Money("EUR", 100), Money("EUR", 101)]
    assert isinstance(other, Money)
    assert other.currency != "EUR"


def test_sets_are_every_combination_of_the_named_members_and_one_more() -> None:
    """Up to a number of members; past it nobody can tell."""
    few = Has(PATH, SetTest.ANY, frozenset({"a", "b"}))
    many = Has(PATH, SetTest.ANY, frozenset(str(number) for number in range(MOST_MEMBERS)))

    assert len(elementary_values(FactSpec(PATH, FactType.SET), [few]) or ()) == 2**3
    assert len(elementary_values(FactSpec(PATH, FactType.SET, values=("a", "b")), [few]) or ()) == 2**2
    assert elementary_values(FactSpec(PATH, FactType.SET), [many]) is None


def test_a_country_that_nobody_names_is_written_as_one() -> None:
    """Two capitals, as a request must have it; and never one of those that are named."""
    spec = FactSpec("customer.country", FactType.TEXT)

    assert elementary_values(spec, [OneOf("customer.country", ("US", "ZZ"))]) == ("US", "ZZ", "XX")
