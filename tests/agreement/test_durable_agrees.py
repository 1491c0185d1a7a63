"""durable-rules, caged, gives the answers of the reference engine on random conditions and facts.

Only the meaning of the tree is common to the two: values are coded apart, and what matches is found by foreign code.
"""

from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

from amends.application.engine_errors import ConditionTooLargeError
from amends.domain.facts import Facts
from amends.engines.durable import DurableEngine, DurableMatcher
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import AnyOf, Condition, NoneOf
from tests.agreement.effort import repeatable, thorough
from tests.agreement.generators import READ, VOCABULARY, branching, conditions, facts, shallow_or_deep

DURABLE = DurableEngine()


def taken(asked: list[Condition]) -> list[Condition]:
    """The conditions that the engine takes, each asked on its own."""
    found = []
    for condition in asked:
        try:
            DURABLE.compile(VOCABULARY, [condition])
        except ConditionTooLargeError:
            continue
        found.append(condition)
    return found


def compiled(asked: list[Condition]) -> DurableMatcher:
    return DURABLE.compile(VOCABULARY, asked)


@thorough
@given(
    asked=st.lists(shallow_or_deep() | branching(READ), min_size=1, max_size=12),
    situations=st.lists(facts(), min_size=1, max_size=4),
)
def test_durable_and_reference_say_the_same(asked: list[Condition], situations: list[Facts]) -> None:
    """True, unknown and false of exactly the same conditions; one situation leaves nothing behind for the next."""
    asked = taken(asked)
    matcher, reference = compiled(asked), ReferenceEngine().compile(VOCABULARY, asked)
    for known in (*situations, *reversed(situations)):
        expected, actual = reference.match(known), matcher.match(known)
        assert (actual.true, actual.may) == (expected.true, expected.may)


@thorough
@given(condition=conditions(), known=facts())
def test_a_denial_is_true_where_the_condition_is_false(condition: Condition, known: Facts) -> None:
    """And unknown where it is unknown, however often it is denied."""
    both = taken([condition, NoneOf((condition,)), NoneOf((NoneOf((condition,)),))])
    assume(len(both) == 3)
    found = compiled(both).match(known)
    true = [found.true >> place & 1 for place in range(3)]
    may = [found.may >> place & 1 for place in range(3)]
    assert true[0] == true[2] == 1 - may[1]
    assert may[0] == may[2] == 1 - true[1]


@thorough
@given(first=conditions(depth=2), second=conditions(depth=2), known=facts())
def test_what_two_conditions_share_is_counted_for_both(first: Condition, second: Condition, known: Facts) -> None:
    """A conjunction is loaded once, whoever it belongs to: asked twice and within another, each has its own answer."""
    asked = taken([first, second, AnyOf((first, second)), first])
    assume(len(asked) == 4)
    found, expected = compiled(asked).match(known), ReferenceEngine().compile(VOCABULARY, asked).match(known)
    assert (found.true, found.may) == (expected.true, expected.may)


def test_hardly_anything_is_too_large() -> None:
    """At least 90 % of random conditions are taken, so that agreement on those says something of the rest."""
    seen: Counter[bool] = Counter()

    @repeatable
    @given(condition=shallow_or_deep())
    def count(condition: Condition) -> None:
        seen[bool(taken([condition]))] += 1

    count()
    assert seen[True] >= 9 * seen[False]
