"""How conjunctions are shared by conditions, and divided among rulesets."""

from amends.engines.durable_codes import Operator, Term
from amends.engines.durable_forms import RULESET_COLUMNS, RULESET_CONJUNCTIONS, Says, codes_of, conjunctions_of, divided
from amends.packs.conditions import AllOf, AnyOf, Condition, Has, NoneOf, OneOf, SetTest

SAYS = Says(1, 0)


def test_rulesets_stay_within_their_limits() -> None:
    """Every conjunction in one of them, none with more than 48 or over more than 200 columns."""
    wide = {tuple(Term(start * 150 + place, Operator.IS, 1) for place in range(150)): SAYS for start in range(3)}
    many = {(Term(900, Operator.IS, number),): SAYS for number in range(100)}
    shares = list(divided(wide | many))
    assert sum(len(share.conjunctions) for share in shares) == 103
    assert {found for share in shares for found in share.conjunctions} == (wide | many).keys()
    for share in shares:
        assert len(share.conjunctions) <= RULESET_CONJUNCTIONS
        assert len(share.columns) <= RULESET_COLUMNS
        assert {term.column for found in share.conjunctions for term in found} == set(share.columns)


def test_what_conditions_have_in_common_is_one_conjunction() -> None:
    """It says all that it means, true of some and false of others."""
    one, two = OneOf("n", (1,)), OneOf("n", (2,))
    conditions: list[Condition] = [one, AnyOf((one, two)), NoneOf((one,)), AllOf((one, one))]
    found = conjunctions_of(conditions, codes_of(conditions))
    is_one = (Term(0, Operator.IS, 1),)
    assert found[is_one] == Says(true=0b1011, false=0b0100)


def test_the_same_conditions_are_divided_alike() -> None:
    """Nothing depends on the order of a set or on the run."""
    conditions: list[Condition] = [
        AnyOf(tuple(OneOf(f"n{i}", (i, i + 1)) for i in range(9))),
        NoneOf((Has("s", SetTest.ANY, frozenset("abc")),)),
    ]
    made = [list(divided(conjunctions_of(conditions, codes_of(conditions)))) for _ in range(2)]
    assert made[0] == made[1]
