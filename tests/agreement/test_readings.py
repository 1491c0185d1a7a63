"""How facts look to conditions: what looks alike is alike to every one of them, and one look serves the next case."""

from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from amends.application.compiled_pack import MOST_SEEN, CompiledPack
from amends.domain.facts import Facts, FactType, Value
from amends.domain.money import Money
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import Between, Bound, Condition, OneOf
from amends.packs.model import Case, Derive, Hit, Position
from tests.agreement.effort import repeatable, thorough
from tests.agreement.generators import VOCABULARY, conditions, fact_values, facts, pack_of, rule_of

HERE: Final = Position("built.yaml", 1, 1)


@thorough
@given(asked=st.lists(conditions(), min_size=1, max_size=4), known=facts(), data=st.data())
def test_facts_that_look_alike_match_alike(asked: list[Condition], known: Facts, data: st.DataObject) -> None:
    """Not only by this engine: every condition has the same value."""
    reader, oracle = BitmapEngine().compile(VOCABULARY, asked), ReferenceEngine().compile(VOCABULARY, asked)
    for path in known:
        other = {**known, path: data.draw(fact_values(VOCABULARY.specs[path]))}
        if reader.reading(other) == reader.reading(known):
            assert reader.match(other) == reader.match(known)
            assert oracle.match(other)[:2] == oracle.match(known)[:2]


@repeatable
@given(asked=st.lists(conditions(), min_size=1, max_size=2), known=facts())
def test_some_facts_look_alike(asked: list[Condition], known: Facts) -> None:
    """Else the law above would say nothing: a fact that no condition reads makes no difference."""
    reader = BitmapEngine().compile(VOCABULARY, asked)
    assert reader.reading({**known, "brand": "a"}) == reader.reading({**known, "brand": "b"})


def usd(units: int) -> Money:
    return Money("USD", units)


HIGH: Final = Between("amount_paid", Bound(usd(100), inclusive=True), None)
DERIVED: Final = OneOf("facts.refused", (True,))
TOLD: Final = Derive("facts.refused", (Case(HIGH, value=True, position=HERE),), Hit.FIRST, None, HERE)
BUILT: Final = replace(pack_of([rule_of(0, DERIVED)]), derives=(TOLD,))


def test_amounts_between_the_same_bounds_are_seen_once() -> None:
    """And those beyond are not; what the caller said in place of a derived fact wins, whatever was seen before."""
    compiled = CompiledPack(BUILT, BitmapEngine())
    for units, said, holds in ((100, {}, 1), (5_000, {}, 1), (99, {}, 0), (5_000, {"facts.refused": False}, 0)):
        known: dict[str, Value] = {"amount_paid": usd(units), **said}
        derived, matches = compiled.match(known)
        assert matches.true == holds
        assert derived == {**known, **({} if said or units < 100 else {"facts.refused": True})}
    assert len(compiled._seen) == 3


def test_what_is_seen_is_bounded() -> None:
    """However many different sets of facts are known."""
    compiled = CompiledPack(BUILT, BitmapEngine())
    paths = [spec.path for spec in VOCABULARY if spec.type is FactType.BOOLEAN or spec.values][:11]
    some: dict[str, Value] = {path: next(iter(VOCABULARY.specs[path].values), True) for path in paths}
    for number in range(MOST_SEEN * 2):
        compiled.match({path: some[path] for place, path in enumerate(paths) if number >> place & 1})
    assert 0 < len(compiled._seen) <= MOST_SEEN
