"""What is asked for when something came late; what may be granted of it is worked out in Python. Cents."""

# The library has no types and takes a comparison with True for a condition; all rules stand in one function, each as a
# function that takes what matched.
# mypy: disable-error-code="no-untyped-def,untyped-decorator,import-untyped"
# ruff: noqa: ANN001, ANN202

from collections.abc import Callable
from typing import Any

from durable.lang import m, ruleset, when_all


def limits(asks: Callable[[Any, str, int], None], share: Callable[[int, int], int]) -> None:
    """The rules, which tell `asks` a kind and an amount; `share` is so many percent of cents."""
    with ruleset("limits"):

        @when_all(((m.fault == "company") | (m.fault == "shared")) & (m.delay_days >= 7) & (m.delay_days < 14))
        def refund_a_week(c):
            asks(c, "refund", share(c.m.paid, 25))

        @when_all((m.fault == "company") & (m.delay_days >= 14))
        def refund_two_weeks(c):
            asks(c, "refund", c.m.paid)

        @when_all((m.fault == "shared") & (m.delay_days >= 14))
        def refund_shared(c):
            asks(c, "refund", share(c.m.paid, 50))

        @when_all((m.fault == "company") & (m.delay_days >= 3))
        def credit_sorry(c):
            asks(c, "goodwill", 500)

        @when_all((m.tier == "gold") & (m.delay_days >= 3))
        def credit_gold(c):
            asks(c, "goodwill", 2000)

        @when_all((m.tier == "silver") & (m.delay_days >= 7))
        def credit_silver(c):
            asks(c, "goodwill", 1250)

        @when_all((m.fault == "company") & (m.delay_days >= 7))
        def credit_a_day(c):
            asks(c, "goodwill", 200 * c.m.delay_days)
