"""What is said to follow from conditions, or to be impossible, does and is: on random conditions and random facts."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from amends.domain.facts import Facts
from amends.packs.conditions import AllOf, Condition, evaluate
from amends.packs.implied import Implications
from amends.packs.normal_form import normal_form
from tests.agreement.effort import repeatable, thorough
from tests.agreement.generators import READ, VOCABULARY, conditions, facts

FEW = 2
"""Levels of a condition on one fact: enough for alternatives that contradict or contain each other."""


@st.composite
def on_one_fact(draw: st.DrawFn) -> tuple[Condition, Condition, list[Facts]]:
    """Two conditions on the same fact, and situations in which it is known, or not."""
    path = draw(st.sampled_from(READ))
    read = conditions(depth=FEW, read=(path,))
    known = facts(paths=(path, "observe_time"))
    return draw(read), draw(read), draw(st.lists(known, min_size=5, max_size=10))


def contains(wide: Condition, narrow: Condition) -> bool:
    """As the check of shadowed rules asks it: every alternative of the one within one of the other's."""
    implications = Implications(VOCABULARY)
    wides = [implications.alternative(one) for one in normal_form(wide)]
    narrows = [one for one in normal_form(narrow) if not implications.contradiction(one)]
    return all(any(implications.implies(implications.alternative(one), other) for other in wides) for one in narrows)


@thorough
@given(drawn=on_one_fact())
def test_what_excludes_itself_is_never_true(drawn: tuple[Condition, Condition, list[Facts]]) -> None:
    """Whatever is known of the fact."""
    one, other, situations = drawn
    implications = Implications(VOCABULARY)
    for conjunct in normal_form(AllOf((one, other))):
        if implications.contradiction(conjunct):
            assert not any(evaluate(AllOf(conjunct), known) for known in situations)


@thorough
@given(drawn=on_one_fact())
def test_what_is_contained_is_true_nowhere_else(drawn: tuple[Condition, Condition, list[Facts]]) -> None:
    """Where the narrower condition holds, the wider one does."""
    wide, narrow, situations = drawn
    if contains(wide, narrow):
        assert all(evaluate(wide, known) for known in situations if evaluate(narrow, known))


@thorough
@given(wide=conditions(depth=FEW), narrow=conditions(depth=FEW), situations=st.lists(facts(), min_size=1, max_size=4))
def test_containment_holds_over_several_facts(wide: Condition, narrow: Condition, situations: list[Facts]) -> None:
    """Of two conditions together with one of them, too."""
    assert contains(wide, AllOf((wide, narrow)))
    if contains(wide, narrow):
        assert all(evaluate(wide, known) for known in situations if evaluate(narrow, known))


def test_both_answers_come_up() -> None:
    """A law proved only where nothing follows would prove nothing."""
    seen: Counter[tuple[str, bool]] = Counter()

    @repeatable
    @given(drawn=on_one_fact())
    def collect(drawn: tuple[Condition, Condition, list[Facts]]) -> None:
        wide, narrow, situations = drawn
        holds = any(evaluate(narrow, known) for known in situations)
        seen["contained", contains(wide, narrow) and holds] += 1
        forms = normal_form(AllOf((wide, narrow)))
        seen["excluded", any(Implications(VOCABULARY).contradiction(one) for one in forms)] += 1

    collect()
    assert all(seen[what, answer] >= 5 for what in ("contained", "excluded") for answer in (True, False))
