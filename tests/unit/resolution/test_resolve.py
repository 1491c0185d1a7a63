"""Resolve: what is remembered between decisions never shows in one."""

from decimal import Decimal

import pytest

from amends.domain.facts import Value
from amends.engines.bitmap import BitmapEngine
from amends.packs.model import FactParameter
from amends.resolution.resolve import Resolver
from tests.unit.resolution.building import only, pack, propose, rule, situation


@pytest.mark.parametrize("ratios", [("1.0", "1.00", "1"), ("1", "1.0"), ("-0", "0")])
def test_a_decimal_is_told_as_this_caller_said_it(ratios: tuple[str, ...]) -> None:
    """1.0 and 1.00 are equal; still the same call gets the same bytes, whoever called before."""
    built = pack(rule("a", propose("custom", name="weigh", ratio=FactParameter("facts.ratio"))))
    matcher, resolver = BitmapEngine().compile(built.vocabulary, built.conditions), Resolver(built)
    told: list[object] = []
    for ratio in ratios:
        facts: dict[str, Value] = {"facts.ratio": Decimal(ratio)}
        about = situation(facts)
        decision = resolver.resolve(matcher.match(about.facts), about, role="frontline").decision
        told.append(str(only(decision, "custom").parameter("ratio")))
    assert told == list(ratios)
