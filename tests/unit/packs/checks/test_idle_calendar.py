"""A calendar that counts nothing is told."""

import pytest

from amends.domain.action import Span
from amends.packs.checks import idle_calendar
from amends.packs.model import FactParameter, Parameter
from tests.unit.resolution.building import HOUR, pack, propose, rule, usd


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (Span(nanos=HOUR), True),
        (Span(business_days=7), False),
        (FactParameter("facts.span"), False),
    ],
)
def test_only_business_days_are_counted_by_a_calendar(due: Parameter, *, told: bool) -> None:
    """What a fact gives is not judged."""
    built = pack(rule("a", propose("entitlement", usd("5"), basis="law", calendar="bank", due=due)))

    assert [found.about for found in idle_calendar.check(built)] == ([("a", "a")] if told else [])


def test_without_a_due_time_a_calendar_counts_nothing() -> None:
    """It is told as well."""
    built = pack(rule("a", propose("entitlement", usd("5"), basis="law", calendar="bank")))

    assert len(list(idle_calendar.check(built))) == 1


def test_without_a_calendar_nothing_is_idle() -> None:
    """Any due time will do."""
    assert list(idle_calendar.check(pack(rule("a", propose("entitlement", usd("5"), basis="law"))))) == []
