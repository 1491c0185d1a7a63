"""Conditions: every operator on every type it is for becomes exactly one node."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from amends.domain.money import Money
from amends.domain.vocabulary import SEVERITIES
from amends.packs.conditions import (
    ALWAYS,
    AllOf,
    AnyOf,
    Between,
    Bound,
    Condition,
    Has,
    NoneOf,
    OneOf,
    Present,
    SetTest,
    Within,
)
from amends.packs.model import Rule

Read = Callable[[str], Rule]
DAY = 86_400 * 10**9
TIERS = ("none", "silver", "gold")


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("fault: company", OneOf("fault", ("company",))),
        ("fault: [company, shared]", OneOf("fault", ("company", "shared"))),
        ("fault: {not: company}", OneOf("fault", ("company",), negated=True)),
        ("fault: {not: [company, shared]}", OneOf("fault", ("company", "shared"), negated=True)),
        ("obvious_mistake: true", OneOf("obvious_mistake", (True,))),
        ("facts.delay_days: 3", OneOf("facts.delay_days", (3,))),
        ("facts.share: 0.50", OneOf("facts.share", (Decimal("0.50"),))),
        ("facts.label: no", OneOf("facts.label", ("no",))),
        ("waited: 20m", OneOf("waited", (1_200 * 10**9,))),
        (
            "amount_paid: [5 USD, 6 EUR, 7]",
            OneOf("amount_paid", tuple(map(Money, ("USD", "EUR", "USD"), (500, 600, 700)))),
        ),
        ("facts.delivered: 1970-01-01T00:00:01Z", OneOf("facts.delivered", (10**9,))),
        ("flags: []", OneOf("flags", (frozenset(),))),
        ("flags: [safety, media]", OneOf("flags", (frozenset({"media", "safety"}),))),
        ("flags: {not: [[], [media]]}", OneOf("flags", (frozenset(), frozenset({"media"})), negated=True)),
        (
            "severity: {at_least: high}",
            Between("severity", Bound("high", inclusive=True), None, SEVERITIES),
        ),
        (
            "customer.loyalty_tier: {above: none, below: gold}",
            Between("customer.loyalty_tier", Bound("none", inclusive=False), Bound("gold", inclusive=False), TIERS),
        ),
        (
            "facts.delay_days: {at_least: 3, below: 30}",
            Between("facts.delay_days", Bound(3, inclusive=True), Bound(30, inclusive=False)),
        ),
        ("facts.share: {at_most: 1.5}", Between("facts.share", None, Bound(Decimal("1.5"), inclusive=True))),
        (
            "amount_paid: {above: 10}",
            Between("amount_paid", Bound(Money("USD", 1_000), inclusive=False), None),
        ),
        ("waited: {at_least: 1h}", Between("waited", Bound(3_600 * 10**9, inclusive=True), None)),
        (
            "facts.delivered: {below: 1970-01-02}",
            Between("facts.delivered", None, Bound(DAY + 5 * 3_600 * 10**9, inclusive=False)),
        ),
        ("flags: {has_any: [safety]}", Has("flags", SetTest.ANY, frozenset({"safety"}))),
        ("tags: {has_all: [a, b]}", Has("tags", SetTest.ALL, frozenset({"a", "b"}))),
        ("facts.parts: {has_none: [lid]}", Has("facts.parts", SetTest.NONE, frozenset({"lid"}))),
        ("amount_paid: {present: false}", Present("amount_paid", expected=False)),
        ("flags: {present: true}", Present("flags", expected=True)),
        ("facts.delivered: {within: 30d, of: observe_time}", Within("facts.delivered", "observe_time", 30 * DAY)),
        (
            "facts.delivered: {within: 2h, of: observe_time, ahead: true}",
            Within("facts.delivered", "observe_time", 7_200 * 10**9, ahead=True),
        ),
    ],
)
def test_an_operator_becomes_its_node(written: str, node: Condition, read_one: Read) -> None:
    """The table of conditions, operator by operator and type by type."""
    assert read_one(f"when:\n  {written}\nthen: [{{apology: {{}}}}]").when == AllOf((node,))


def test_groups_nest_and_a_mapping_is_an_all(read_one: Read) -> None:
    """all, any and none hold conditions, which may hold more of them."""
    rule = read_one("""
        when:
          stage: use
          all: {fault: company}
          any:
            - stage: use
              none: [{obvious_mistake: true}]
            - all: [{fault: shared}, {fault: {not: nobody}}]
        then: [{apology: {}}]
    """)
    stage = OneOf("stage", ("use",))
    assert rule.when == AllOf(
        (
            stage,
            AllOf((OneOf("fault", ("company",)),)),
            AnyOf(
                (
                    AllOf((stage, NoneOf((AllOf((OneOf("obvious_mistake", (True,)),)),)))),
                    AllOf(
                        (
                            AllOf(
                                (
                                    AllOf((OneOf("fault", ("shared",)),)),
                                    AllOf((OneOf("fault", ("nobody",), negated=True),)),
                                )
                            ),
                        )
                    ),
                )
            ),
        )
    )


def test_a_rule_without_when_always_holds(read_one: Read) -> None:
    """Leaving `when` out is the only way to say always."""
    assert read_one("then: [{apology: {}}]").when == ALWAYS


def test_bounds_that_touch_are_possible(read_one: Read) -> None:
    """One value is enough: only what no value can meet is refused."""
    for bounds in ("{at_least: 3, at_most: 3}", "{above: 2, below: 4}", "{at_least: 0}", "{above: 399}"):
        assert read_one(f"when: {{facts.delay_days: {bounds}}}\nthen: [{{apology: {{}}}}]").when != ALWAYS
    assert read_one("when: {facts.share: {above: 1, below: 2}}\nthen: [{apology: {}}]").when != ALWAYS
