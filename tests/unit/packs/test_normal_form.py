"""The normal form keeps what engines rely on: order, values, and every alternative that may matter."""

import pytest

from amends.packs.conditions import ALWAYS, AllOf, AnyOf, Atom, Between, Bound, NoneOf, OneOf, Present
from amends.packs.normal_form import MAX_CONJUNCTS, TooManyConjunctsError, normal_form

A = OneOf("severity", ("high",))
B = OneOf("fault", ("company",))
C = Between("waited", Bound(5, inclusive=True), None)
NOT_A = OneOf("severity", ("high",), negated=True)
NOT_C = Between("waited", Bound(5, inclusive=True), None, negated=True)


def either(name: str, size: int = 2) -> AnyOf:
    """`size` alternatives that nothing else shares."""
    return AnyOf(tuple(OneOf(name, (str(number),)) for number in range(size)))


def test_an_atom_is_one_conjunct_of_one_atom() -> None:
    """The smallest condition is its own normal form."""
    assert normal_form(A) == ((A,),)


def test_always_is_one_empty_conjunct_and_never_is_none() -> None:
    """A rule without `when` always holds; an empty `any` never does."""
    assert normal_form(ALWAYS) == ((),)
    assert normal_form(AnyOf(())) == ()
    assert normal_form(NoneOf(())) == ((),)


def test_all_is_distributed_over_any_in_the_order_written() -> None:
    """Each alternative becomes a conjunct of its own, first alternatives first."""
    assert normal_form(AllOf((A, AnyOf((B, C))))) == ((A, B), (A, C))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (NoneOf((A,)), ((NOT_A,),)),
        (NoneOf((A, C)), ((NOT_A, NOT_C),)),
        (NoneOf((AllOf((A, C)),)), ((NOT_A,), (NOT_C,))),
        (NoneOf((NoneOf((A, C)),)), ((A,), (C,))),
        (NoneOf((Present("waited", expected=True),)), ((Present("waited", expected=False),),)),
        (NoneOf((NOT_A,)), ((A,),)),
    ],
)
def test_negation_reaches_the_atoms(condition: NoneOf, expected: tuple[tuple[Atom, ...], ...]) -> None:
    """`none` is gone: De Morgan turns branches, and atoms carry their own denial."""
    assert normal_form(condition) == expected


def test_what_is_repeated_is_kept_once() -> None:
    """Neither a literal twice in a conjunct nor a conjunct twice, in whatever order its literals stand."""
    assert normal_form(AllOf((A, A, B))) == ((A, B),)
    assert normal_form(AnyOf((AllOf((A, B)), AllOf((B, A))))) == ((A, B),)


def test_complements_stay() -> None:
    """`x and not x` is unknown while x is missing, and `x or not x` too: neither may be simplified away."""
    assert normal_form(AllOf((A, NOT_A))) == ((A, NOT_A),)
    assert normal_form(AnyOf((A, NOT_A))) == ((A,), (NOT_A,))


def test_nothing_is_absorbed() -> None:
    """`a or (a and b)` keeps both: they may wait for different facts."""
    assert normal_form(AnyOf((A, AllOf((A, B))))) == ((A,), (A, B))


def test_expansion_has_a_limit() -> None:
    """Twelve pairs of alternatives are exactly the limit; one more is refused with a typed error, not computed."""
    pairs = tuple(either(f"facts.{number}") for number in range(13))
    assert len(normal_form(AllOf(pairs[:12]))) == MAX_CONJUNCTS
    with pytest.raises(TooManyConjunctsError, match="more than 4096 combinations") as caught:
        normal_form(AllOf(pairs))
    assert caught.value.limit == MAX_CONJUNCTS


def test_a_wide_any_counts_too() -> None:
    """The limit is on conjuncts, wherever they come from."""
    with pytest.raises(TooManyConjunctsError):
        normal_form(either("facts.name", size=5), limit=4)
