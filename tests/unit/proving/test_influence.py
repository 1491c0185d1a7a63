"""A condition matters exactly where setting it true or false gives the tree another value."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from amends.domain.facts import Facts, Value
from amends.domain.money import Money
from amends.packs.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Between,
    Bound,
    Condition,
    NoneOf,
    OneOf,
    Present,
    Truth,
    Within,
    atoms,
    evaluate,
)
from amends.packs.model import Case, Derive, Hit, Position
from amends.proving.influence import can_matter_unknown, influences, never_missing

NAMES = ("a", "b", "c", "d")
VALUES: tuple[bool | None, ...] = (True, False, None)


def trees() -> st.SearchStrategy[Condition]:
    """Conditions on four facts that are true, false or missing."""
    leaves = st.sampled_from(NAMES).map(lambda name: OneOf(name, (True,))) | st.tuples(
        st.sampled_from(NAMES), st.booleans()
    ).map(lambda drawn: Present(*drawn))
    return st.recursive(
        leaves,
        lambda inner: st.tuples(
            st.sampled_from((AllOf, AnyOf, NoneOf)), st.lists(inner, min_size=1, max_size=3).map(tuple)
        ).map(lambda drawn: drawn[0](drawn[1])),
        max_leaves=7,
    )


def known(values: tuple[bool | None, ...]) -> Facts:
    return {name: value for name, value in zip(NAMES, values, strict=True) if value is not None}


def with_atom(condition: Condition, place: int, value: bool) -> Condition:  # noqa: FBT001  # a truth, not a flag
    """The tree with the atom at `place` replaced by a constant: an empty `all` is true, an empty `any` false."""
    if not isinstance(condition, AllOf | AnyOf | NoneOf):
        return (AllOf(()) if value else AnyOf(())) if place == 0 else condition
    children = []
    for child in condition.children:
        children.append(with_atom(child, place, value))
        place -= sum(1 for _ in atoms(child))
    return type(condition)(tuple(children))


@given(trees(), st.tuples(*[st.sampled_from(VALUES)] * 4))
def test_it_matters_where_the_value_of_the_tree_hangs_on_it(
    condition: Condition, values: tuple[bool | None, ...]
) -> None:
    """Judged by evaluating the tree twice, once with the atom true and once with it false."""
    facts = known(values)
    for place, found in enumerate(influences(condition, facts)):
        results: list[Truth] = [evaluate(with_atom(condition, place, value), facts) for value in (True, False)]
        assert found.matters is (results[0] is not results[1])
        assert found.truth is evaluate(found.atom, facts)


@given(trees())
def test_what_is_seen_unknown_where_it_matters_was_thought_possible(condition: Condition) -> None:
    """No test can reach more than a hundred percent: all 81 situations, against what is said to be possible."""
    possible = can_matter_unknown(condition)
    for values in product(VALUES, repeat=4):
        for place, found in enumerate(influences(condition, known(values))):
            assert not (found.matters and found.truth is None) or possible[place]


def test_a_condition_behind_present_is_never_asked_to_be_unknown() -> None:
    """`all: [{a: {present: true}}, {a: true}]` is settled whenever `a` is missing; so is what reads the clock alone."""
    guarded = AllOf((Present("a", expected=True), OneOf("a", (True,)), OneOf("b", (True,))))

    assert can_matter_unknown(guarded) == (False, False, True)
    assert can_matter_unknown(Within("observe_time", "observe_time", 1)) == (False,)
    assert can_matter_unknown(Within("a", "observe_time", 1)) == (True,)


def test_behind_a_false_neighbour_nothing_matters() -> None:
    """In `all`, a false neighbour hides it; in `any`, a true one does."""
    pair = (OneOf("a", (True,)), OneOf("b", (True,)))

    assert [one.matters for one in influences(AllOf(pair), {"a": False, "b": True})] == [True, False]
    assert [one.matters for one in influences(AnyOf(pair), {"a": True, "b": False})] == [True, False]
    assert [one.matters for one in influences(NoneOf(pair), {"a": False})] == [True, True]


def derive(path: str, *cases: tuple[Condition, Value], hit: Hit = Hit.FIRST) -> Derive:
    here = Position("p", 1, 1)
    return Derive(path, tuple(Case(when, value, here) for when, value in cases), hit, None, here)


A: Condition = OneOf("a", (True,))
IF_KNOWN: Condition = AllOf((Present("a", expected=True), A))


@given(trees(), trees())
def test_a_fact_that_is_said_never_to_be_missing_never_is(first: Condition, second: Condition) -> None:
    """In all 81 situations some case gives it its value, and no case before that one is unknown."""
    derived = derive("x", (first, True), (second, False), (ALWAYS, True))
    if "x" not in never_missing([derived]):
        return
    for values in product(VALUES, repeat=4):
        truths = [evaluate(case.when, known(values)) for case in derived.cases]
        assert None not in truths[: truths.index(True)]


def test_what_is_read_only_where_known_is_never_missing() -> None:
    """And what reads only such facts; a bare condition, no last case, a unique table and money may leave it open."""
    closed = derive("x", (IF_KNOWN, True), (ALWAYS, False))
    after = derive("y", (OneOf("x", (True,)), True), (ALWAYS, False))
    assert never_missing([closed, after]) == {"observe_time", "x", "y"}
    assert never_missing([after]) == {"observe_time"}
    assert never_missing([derive("x", (A, True), (ALWAYS, False))]) == {"observe_time"}
    assert never_missing([derive("x", (IF_KNOWN, True))]) == {"observe_time"}
    assert never_missing([derive("x", (ALWAYS, True), hit=Hit.UNIQUE)]) == {"observe_time"}
    for asked in (Between("a", Bound(Money("EUR", 1), inclusive=True), None), OneOf("a", (Money("EUR", 1),))):
        guarded = AllOf((Present("a", expected=True), asked))
        assert never_missing([derive("x", (guarded, True), (ALWAYS, False))]) == {"observe_time"}


def test_a_condition_that_reads_very_many_facts_is_not_judged() -> None:
    """It would take too long; that it may be unknown is the safe answer."""
    guarded = [AllOf((Present(f"f{n}", expected=True), OneOf(f"f{n}", (True,)))) for n in range(11)]
    assert "x" in never_missing([derive("x", (AnyOf(tuple(guarded[:10])), True), (ALWAYS, False))])
    assert "x" not in never_missing([derive("x", (AnyOf(tuple(guarded)), True), (ALWAYS, False))])


def test_what_is_never_missing_cannot_matter_while_unknown() -> None:
    """So no test is asked for it."""
    assert can_matter_unknown(A, frozenset({"a"})) == (False,)
    assert can_matter_unknown(A) == (True,)
