"""Whether rows of a unique table can hold at once, held against trying every value."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.facts import FactSpec, FactType, Value, Vocabulary
from amends.domain.money import Money
from amends.packs.conditions import ALWAYS, AllOf, Atom, Between, Bound, Condition, Has, OneOf, SetTest, evaluate, paths
from amends.packs.overlap import overlaps

SCALE = ("low", "medium", "high")
SPECS = (
    FactSpec("yes", FactType.BOOLEAN),
    FactSpec("kind", FactType.ENUM, values=("a", "b", "c")),
    FactSpec("scale", FactType.ENUM, values=SCALE, ordered=True),
    FactSpec("count", FactType.INTEGER, minimum=0, maximum=3),
    FactSpec("share", FactType.DECIMAL, minimum=0, maximum=2),
    FactSpec("price", FactType.MONEY, minimum=0),
    FactSpec("word", FactType.TEXT),
    FactSpec("tags", FactType.SET, values=("x", "y")),
)
VOCABULARY = Vocabulary({spec.path: spec for spec in SPECS})
PRICES = tuple(Money(currency, units) for currency in ("USD", "EUR") for units in range(4))
SHARES = tuple(Decimal(quarters) / 4 for quarters in range(9))
VALUES: Mapping[str, tuple[Value, ...]] = {
    "yes": (True, False),
    "kind": ("a", "b", "c"),
    "scale": SCALE,
    "count": (0, 1, 2, 3),
    "share": SHARES,
    "price": (*PRICES, Money("USD", 10), Money("EUR", 10)),
    "word": ("a", "b", "another"),
    "tags": tuple(frozenset(some) for n in range(3) for some in combinations(("x", "y"), n)),
}
WRITTEN: Mapping[str, tuple[Value, ...]] = {
    **VALUES,
    "share": (Decimal(0), Decimal(1), Decimal(2)),
    "price": PRICES,
    "word": ("a", "b"),
}


@st.composite
def cells(draw: st.DrawFn, spec: FactSpec) -> Atom:
    """What a cell of a column can ask."""
    members = draw(st.lists(st.sampled_from(WRITTEN[spec.path]), min_size=1, max_size=2, unique=True))
    if spec.type is FactType.SET:
        test = draw(st.sampled_from((SetTest.ANY, SetTest.NONE)))
        return Has(spec.path, test, frozenset(draw(st.sets(st.sampled_from(spec.values), min_size=1))))
    ordered = spec.ordered or spec.type in {FactType.INTEGER, FactType.DECIMAL, FactType.MONEY}
    if not ordered or draw(st.booleans()):
        return OneOf(spec.path, tuple(members), negated=draw(st.booleans()))
    lower, upper = (
        draw(st.none() | st.builds(Bound, st.sampled_from(WRITTEN[spec.path]), inclusive=st.booleans()))
        for _ in range(2)
    )
    return Between(spec.path, lower, upper or (None if lower else Bound(members[0], inclusive=True)), spec.values)


def rows() -> st.SearchStrategy[Condition]:
    columns = st.lists(st.sampled_from(SPECS), max_size=2, unique_by=lambda spec: spec.path)
    return columns.flatmap(lambda specs: st.tuples(*(cells(spec) for spec in specs)).map(AllOf))


def situations(*asked: Condition) -> Iterator[dict[str, Value]]:
    read = frozenset[str]().union(*(paths(row) for row in asked))
    ordered = sorted(read)
    return (dict(zip(ordered, values, strict=True)) for values in product(*(VALUES[path] for path in ordered)))


@given(rows(), rows())
def test_two_rows_overlap_where_some_situation_makes_both_hold(first: Condition, second: Condition) -> None:
    """Exact: no overlap is missed, and none is told that no situation shows."""
    both = any(evaluate(first, facts) and evaluate(second, facts) for facts in situations(first, second))
    assert list(overlaps([first, second], VOCABULARY)) == ([(1, 0)] if both else [])


@given(st.lists(rows(), max_size=5))
def test_each_row_is_told_once_with_the_first_it_overlaps(written: list[Condition]) -> None:
    """A table of many overlapping rows is not told by pairs."""
    found = dict(overlaps(written, VOCABULARY))
    pairs = {
        (later, earlier)
        for earlier, later in combinations(range(len(written)), 2)
        if list(overlaps([written[earlier], written[later]], VOCABULARY))
    }
    assert found == {later: min(e for other, e in pairs if other == later) for later in {later for later, _ in pairs}}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (ALWAYS, ALWAYS, True),
        (ALWAYS, OneOf("kind", ("a", "b", "c"), negated=True), False),
        (OneOf("count", (0, 1), negated=True), OneOf("count", (2, 3), negated=True), False),
        (OneOf("count", (0, 1), negated=True), OneOf("count", (2,), negated=True), True),
        (
            Between("share", Bound(Decimal(0), inclusive=True), Bound(Decimal(1), inclusive=False)),
            Between("share", Bound(Decimal(1), inclusive=True), None),
            False,
        ),
        (
            Between("share", Bound(Decimal(0), inclusive=True), Bound(Decimal(1), inclusive=True)),
            Between("share", Bound(Decimal(1), inclusive=True), None),
            True,
        ),
        (
            Between("price", Bound(Money("USD", 1), inclusive=True), None),
            Between("price", Bound(Money("EUR", 1), inclusive=True), None),
            False,
        ),
        (OneOf("word", ("a",), negated=True), OneOf("word", ("b",), negated=True), True),
    ],
)
def test_by_hand(first: Condition, second: Condition, *, expected: bool) -> None:
    """The cases that one thinks of first."""
    assert bool(list(overlaps([first, second], VOCABULARY))) is expected
