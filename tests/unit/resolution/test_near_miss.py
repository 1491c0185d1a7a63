"""Near misses: the boundary that is told is one beyond which the rule would have applied."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.domain.facts import Facts, FactSpec, FactType, Value, Vocabulary
from amends.domain.money import Money
from amends.packs.conditions import AllOf, AnyOf, Between, Bound, Condition, NoneOf, OneOf, Present, evaluate
from amends.resolution.near_miss import near_misses
from tests.unit.resolution.building import SECOND, usd

SEVERITIES = ("low", "medium", "high", "critical")
SPECS = (
    FactSpec("facts.days", FactType.INTEGER, unit="days", minimum=0),
    FactSpec("facts.stops", FactType.INTEGER),
    FactSpec("facts.share", FactType.DECIMAL, unit="%"),
    FactSpec("facts.fare", FactType.MONEY, minimum=0),
    FactSpec("facts.wait", FactType.DURATION),
    FactSpec("facts.since", FactType.DATE),
    FactSpec("severity", FactType.ENUM, values=SEVERITIES, ordered=True),
    FactSpec("fault", FactType.ENUM, values=("company", "customer")),
)
WORDS = Vocabulary({spec.path: spec for spec in SPECS})
COMPANY = OneOf("fault", ("company",))


def at_least(path: str, value: Value, scale: tuple[str, ...] = ()) -> Between:
    return Between(path, Bound(value, inclusive=True), None, scale)


def below(path: str, value: Value, scale: tuple[str, ...] = ()) -> Between:
    return Between(path, None, Bound(value, inclusive=False), scale)


def missed(when: Condition, facts: dict[str, Value], *before: Condition) -> list[tuple[str, str]]:
    """The near misses of a rule, or of the row after the rows `before`."""

    def barred(known: Facts) -> bool:
        return any(evaluate(row, known) is not False for row in before)

    return [(one.path, one.boundary) for one in near_misses(when, facts, WORDS, timezone="UTC", barred=barred)]


@pytest.mark.parametrize(
    ("condition", "value", "boundary"),
    [
        (at_least("facts.days", 7), 3, "from 7 days"),
        (below("facts.days", 30), 30, "below 30 days"),
        (Between("facts.days", Bound(7, inclusive=False), None), 7, "above 7 days"),
        (Between("facts.days", None, Bound(7, inclusive=True)), 8, "up to 7 days"),
        (at_least("facts.share", Decimal("12.5")), Decimal("12.4"), "from 12.5 %"),
        (Between("facts.share", Bound(Decimal("12.5"), inclusive=False), None), Decimal("12.5"), "above 12.5 %"),
        (at_least("facts.fare", usd("50")), usd("49.99"), "from 50.00 USD"),
        (below("facts.fare", usd("50")), usd("50"), "below 50.00 USD"),
        (at_least("facts.wait", 5_400 * SECOND), 60 * SECOND, "from 1h30m"),
        (at_least("facts.since", 1_796_083_200 * SECOND), 0, "from 2026-12-01"),
        (at_least("severity", "high", SEVERITIES), "low", "from severity high"),
        (below("severity", "high", SEVERITIES), "critical", "below severity high"),
    ],
)
def test_a_bound_that_was_missed_is_told_with_its_boundary(condition: Between, value: Value, boundary: str) -> None:
    """For every ordered type, on both sides, with and without the value itself."""
    assert missed(AllOf((COMPANY, condition)), {"fault": "company", condition.path: value}) == [
        (condition.path, boundary)
    ]


def test_of_two_bounds_the_one_that_was_missed_is_told() -> None:
    """Three to thirty days: two are too few, forty too many."""
    between = Between("facts.days", Bound(3, inclusive=True), Bound(30, inclusive=False))
    assert missed(between, {"facts.days": 2}) == [("facts.days", "from 3 days")]
    assert missed(between, {"facts.days": 40}) == [("facts.days", "below 30 days")]


def test_two_conditions_short_is_no_near_miss() -> None:
    """One of them alone would not have done."""
    when = AllOf((at_least("facts.days", 7), at_least("severity", "high", SEVERITIES)))
    assert missed(when, {"facts.days": 3, "severity": "low"}) == []
    assert missed(when, {"facts.days": 3, "severity": "high"}) == [("facts.days", "from 7 days")]


def test_a_condition_without_an_order_is_no_near_miss() -> None:
    """Whose fault it was is not a matter of degree; and a rule that lacks it too is not near."""
    assert missed(COMPANY, {"fault": "customer"}) == []
    assert missed(AllOf((COMPANY, at_least("facts.days", 7))), {"fault": "customer", "facts.days": 3}) == []


def test_a_missing_fact_is_no_near_miss() -> None:
    """What is not known has no boundary, and what else is unknown leaves the rule undetermined."""
    assert missed(AllOf((at_least("facts.days", 7), Present("fault", expected=True))), {"fault": "company"}) == []
    assert missed(AllOf((at_least("facts.days", 7), COMPANY)), {"facts.days": 3}) == []


def test_money_of_another_currency_is_no_near_miss() -> None:
    """It does not compare."""
    when = AllOf((COMPANY, at_least("facts.fare", usd("50"))))
    assert missed(when, {"fault": "customer", "facts.fare": Money("EUR", 1)}) == []


def test_each_way_that_alone_would_have_done_is_told() -> None:
    """Of two alternatives either; what stands under `none` would have to be otherwise, on either side."""
    either = AnyOf((at_least("facts.days", 7), at_least("severity", "high", SEVERITIES)))
    assert missed(either, {"facts.days": 3, "severity": "low"}) == [
        ("facts.days", "from 7 days"),
        ("severity", "from severity high"),
    ]
    outside = NoneOf((Between("facts.days", Bound(3, inclusive=True), Bound(30, inclusive=False)),))
    assert missed(outside, {"facts.days": 5}) == [("facts.days", "below 3 days"), ("facts.days", "from 30 days")]


def test_a_boundary_that_the_fact_cannot_pass_is_not_told() -> None:
    """No delay is below zero days, and nothing is worse than critical."""
    assert missed(NoneOf((at_least("facts.days", 0),)), {"facts.days": 5}) == []
    assert missed(NoneOf((at_least("severity", "low", SEVERITIES),)), {"severity": "high"}) == []


def test_a_boundary_holds_with_every_condition_on_the_fact() -> None:
    """Seven days or more, and fewer than five: no number of days would have done."""
    assert missed(AllOf((at_least("facts.days", 7), below("facts.days", 5))), {"facts.days": 3}) == []
    assert missed(AllOf((at_least("facts.days", 7), at_least("facts.days", 5))), {"facts.days": 3}) == [
        ("facts.days", "from 7 days")
    ]


def test_a_condition_that_is_as_it_should_be_has_no_boundary() -> None:
    """At most ten, and at least seven: three is short of seven, and ten is none of its boundaries."""
    at_most = Between("facts.days", None, Bound(10, inclusive=True))
    assert missed(AllOf((at_most, at_least("facts.days", 7))), {"facts.days": 3}) == [("facts.days", "from 7 days")]


def test_a_scale_has_two_ends() -> None:
    """What is below low is not critical."""
    between = Between("severity", Bound("low", inclusive=True), Bound("medium", inclusive=True), SEVERITIES)
    assert missed(NoneOf((between,)), {"severity": "medium"}) == [("severity", "above severity medium")]


def test_a_row_is_near_only_where_no_row_before_it_would_apply() -> None:
    """After the hit of a table nothing is near; nor where the row before would be hit at that boundary too."""
    row, higher = at_least("facts.days", 3), at_least("facts.days", 7)
    assert missed(row, {"facts.days": 1}, higher) == [("facts.days", "from 3 days")]
    assert missed(row, {"facts.days": 1, "fault": "company"}, COMPANY) == []
    assert missed(row, {"facts.days": 1}, COMPANY) == []
    assert missed(higher, {"facts.days": 1}, row) == []


counts = st.integers(-1, 5)
bounds = st.none() | st.builds(Bound, counts, st.booleans())
atoms: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Between, st.sampled_from(["facts.days", "facts.stops"]), bounds, bounds, negated=st.booleans()),
    st.just(COMPANY),
)
trees = st.recursive(
    atoms,
    lambda inner: st.sampled_from([AllOf, AnyOf, NoneOf]).flatmap(
        lambda node: st.lists(inner, max_size=3).map(lambda children: node(tuple(children)))
    ),
    max_leaves=6,
)
known = st.fixed_dictionaries(
    {},
    optional={
        "facts.days": st.integers(0, 5),
        "facts.stops": counts,
        "fault": st.sampled_from(["company", "customer"]),
    },
)


def first_beyond(boundary: str) -> int:
    side, number = boundary.split()[-2:] if "days" not in boundary else boundary.split()[-3:-1]
    return int(number) + {"above": 1, "below": -1}.get(side, 0)


@given(trees, known)
@settings(max_examples=300, deadline=None)
def test_beyond_a_boundary_the_rule_applies(when: Condition, facts: dict[str, Value]) -> None:
    """Whatever the condition: read back from the words, the value makes it hold, and only one fact was changed."""
    if evaluate(when, facts) is not False:
        return
    for path, boundary in missed(when, facts):
        value = first_beyond(boundary.replace("up to", "upto"))
        assert evaluate(when, {**facts, path: value}) is True
        assert facts[path] != value
