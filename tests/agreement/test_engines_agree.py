"""Independent engines give the same answer on random packs and random facts, and so does the normal form."""

from collections import Counter
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from amends.domain.facts import Facts
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import (
    AllOf,
    AnyOf,
    Between,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
    Within,
    evaluate,
)
from amends.packs.model import Pack
from amends.packs.normal_form import normal_form
from tests.agreement.effort import repeatable, thorough
from tests.agreement.generators import READ, VOCABULARY, conditions, facts, packs


@thorough
@given(pack=packs(), situations=st.lists(facts(), min_size=1, max_size=4))
def test_reference_and_bitmap_match_the_same_rules(pack: Pack, situations: list[Facts]) -> None:
    """The bitmap says true, unknown and false of exactly the rules of which the reference engine says so."""
    reference, bitmap = (
        ReferenceEngine().compile(pack.vocabulary, pack.conditions),
        BitmapEngine().compile(pack.vocabulary, pack.conditions),
    )
    for known in situations:
        expected, actual = reference.match(known), bitmap.match(known)
        assert (actual.true, actual.may) == (expected.true, expected.may)
        assert actual.true & ~actual.may == 0


@thorough
@given(condition=conditions(), known=facts())
def test_the_normal_form_has_the_values_of_the_tree(condition: Condition, known: Facts) -> None:
    """True, false and unknown are those of the condition as written."""
    alternatives = AnyOf(tuple(AllOf(conjunct) for conjunct in normal_form(condition)))
    assert evaluate(alternatives, known) is evaluate(condition, known)


def test_every_node_and_operator_is_generated() -> None:
    """A law proved on random conditions is proved of every node, of every operator and its denial, on every fact."""
    seen: Counter[str] = Counter()

    @repeatable
    @given(pack=packs())
    def collect(pack: Pack) -> None:
        seen.update(name for rule in pack.rules for name in names(rule.when))

    collect()
    signed = ["OneOf", "Between", "Within", *(f"Has {test.value}" for test in SetTest)]
    missing = {
        *(f"{name} {negated}" for name in signed for negated in (False, True)),
        *(f"Present {expected}" for expected in (False, True)),
        *(f"bounds {lower}/{upper}" for lower in BOUNDS for upper in BOUNDS if lower != upper or lower != "none"),
        *(f"{node} of {size}" for node in ("AllOf", "AnyOf", "NoneOf") for size in range(4)),
        *(f"reads {path}" for path in READ),
    } - seen.keys()
    assert not missing
    assert {VOCABULARY.specs[path].type for path in READ} == {spec.type for spec in VOCABULARY}


def test_rules_are_often_applied_and_often_undetermined() -> None:
    """At least 30 % of pairs have three or more applied rules, and 30 % an undetermined one."""
    seen: Counter[str] = Counter()

    @repeatable
    @given(pack=packs(), known=facts())
    def count(pack: Pack, known: Facts) -> None:
        match = ReferenceEngine().compile(pack.vocabulary, pack.conditions).match(known)
        seen["pairs"] += 1
        seen["three applied"] += match.true.bit_count() >= 3
        seen["undetermined"] += match.may != match.true

    count()
    assert seen["three applied"] >= 0.3 * seen["pairs"]
    assert seen["undetermined"] >= 0.3 * seen["pairs"]


BOUNDS = ("none", "open", "closed")


def names(condition: Condition) -> Iterator[str]:
    """What a condition is made of."""
    match condition:
        case AllOf(children) | AnyOf(children) | NoneOf(children):
            yield f"{type(condition).__name__} of {len(children)}"
            for child in children:
                yield from names(child)
            return
        case Present(_, expected):
            yield f"Present {expected}"
        case Has(_, test, _, negated):
            yield f"Has {test.value} {negated}"
        case Between(_, lower, upper, _, negated):
            ends = ("none" if end is None else "closed" if end.inclusive else "open" for end in (lower, upper))
            yield "bounds " + "/".join(ends)
            yield f"Between {negated}"
        case OneOf() | Within():
            yield f"{type(condition).__name__} {condition.negated}"
    yield f"reads {condition.path}"
