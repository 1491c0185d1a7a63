"""The values at which an answer may change."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.conditions import Atom, Between, Bound, Has, OneOf, Present, SetTest, Within
from amends.proving.boundary_values import boundary_values


def at_least(value: Value) -> Between:
    return Between("f", Bound(value, inclusive=True), None)


SET = FactSpec("f", FactType.SET)
CLOSED = FactSpec("f", FactType.SET, values=("a", "b", "c"))


@pytest.mark.parametrize(
    ("spec", "asked", "wanted"),
    [
        (FactSpec("f", FactType.BOOLEAN), [], [False, True]),
        (FactSpec("f", FactType.INTEGER), [at_least(3), OneOf("f", (7,))], [2, 3, 4, 6, 7, 8]),
        (FactSpec("f", FactType.INTEGER, minimum=0, maximum=9), [at_least(0)], [0, 1, 8, 9]),
        (FactSpec("f", FactType.DURATION, minimum=0), [at_least(10**9)], [10**9 - 1, 10**9, 10**9 + 1]),
        (FactSpec("f", FactType.DATE), [at_least(-5)], [-6, -5, -4]),
        (FactSpec("f", FactType.DECIMAL), [at_least(Decimal("2.5"))], [Decimal("2." + "4" + "9" * 26), Decimal("2.5")]),
        (FactSpec("f", FactType.DECIMAL), [at_least(Decimal(0))], [Decimal("-1E-28"), Decimal(0), Decimal("1E-28")]),
        (
            FactSpec("f", FactType.MONEY),
            [at_least(Money("USD", 100)), OneOf("f", (Money("JPY", 0),))],
            [*(Money("USD", units) for units in (99, 100, 101)), Money("JPY", 0), Money("JPY", 1)],
        ),
        (FactSpec("f", FactType.ENUM, values=("x", "y")), [], ["x", "y"]),
        (FactSpec("f", FactType.TEXT), [OneOf("f", ("x",))], ["x", "another"]),
        (
            SET,
            [Has("f", SetTest.ALL, frozenset("ab"))],
            [frozenset(members) for members in ([], "a", "b", "ab", ["another"], ["a", "b", "another"])],
        ),
        (CLOSED, [Has("f", SetTest.ANY, frozenset("ab"))], [frozenset(m) for m in ("", "a", "b", "c", "ab", "abc")]),
    ],
)
def test_bounds_have_both_neighbours_and_members_are_alone_and_together(
    spec: FactSpec, asked: Sequence[Atom], wanted: Sequence[Value]
) -> None:
    """In the type's own smallest step; each value once."""
    found = boundary_values(spec, asked)
    assert set(wanted) <= set(found)
    assert len(set(found)) == len(found)


def test_only_what_a_caller_may_send_is_told() -> None:
    """Within the fact's range, money not below zero, within 64 bits; another fact's bounds do not count."""
    assert boundary_values(FactSpec("f", FactType.INTEGER, minimum=3, maximum=5), [at_least(3), at_least(9)]) == (
        3,
        4,
        5,
    )
    money = boundary_values(FactSpec("f", FactType.MONEY), [at_least(Money("USD", 0))])
    assert all(isinstance(one, Money) and one.minor_units >= 0 for one in money)
    assert max(boundary_values(FactSpec("f", FactType.INTEGER), [OneOf("f", (2**63 - 1,))])) == 2**63 - 1  # type: ignore[type-var]  # whole numbers
    assert boundary_values(FactSpec("g", FactType.BOOLEAN), [Present("f", expected=True)]) == (False, True)
    assert 9 not in boundary_values(FactSpec("g", FactType.INTEGER), [at_least(9)])


def test_what_compares_two_facts_bounds_none() -> None:
    """`within` is a matter of the distance."""
    assert boundary_values(FactSpec("f", FactType.DATE), [Within("f", "g", 50)]) == (0,)
