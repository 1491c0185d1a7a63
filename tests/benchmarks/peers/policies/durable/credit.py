"""A credit for what came late: rows go by `pri`, and the first that holds takes the event away from the others."""

# The library has no types and takes a comparison with True for a condition; all rules stand in one function, each as a
# function that takes what matched.
# mypy: disable-error-code="no-untyped-def,untyped-decorator,import-untyped"
# ruff: noqa: ANN001, ANN202, C901

from collections.abc import Callable
from typing import Any

from durable.lang import m, pri, ruleset, when_all


def credit(tell: Callable[[Any, int, int], None]) -> None:
    """The rows, of which one may tell `tell`."""

    with ruleset("credit"):

        @when_all(pri(1), (m.tier == "gold") & (m.delay_days >= 21) & (m.paid >= 50000))
        def row_1(c):
            tell(c, 1, 7500)

        @when_all(pri(2), (m.tier == "gold") & (m.delay_days >= 21))
        def row_2(c):
            tell(c, 2, 5000)

        @when_all(pri(3), (m.tier == "gold") & (m.delay_days >= 10) & (m.delay_days < 21) & (m.paid >= 50000))
        def row_3(c):
            tell(c, 3, 4500)

        @when_all(pri(4), (m.tier == "gold") & (m.delay_days >= 10) & (m.delay_days < 21))
        def row_4(c):
            tell(c, 4, 3000)

        @when_all(
            pri(5),
            (m.tier == "gold")
            & (m.delay_days >= 5)
            & (m.delay_days < 10)
            & ((m.category == "food") | (m.category == "digital")),
        )
        def row_5(c):
            tell(c, 5, 2000)

        @when_all(pri(6), (m.tier == "gold") & (m.delay_days >= 5) & (m.delay_days < 10))
        def row_6(c):
            tell(c, 6, 1500)

        @when_all(pri(7), (m.tier == "gold") & (m.delay_days >= 2) & (m.delay_days < 5))
        def row_7(c):
            tell(c, 7, 1000)

        @when_all(pri(8), (m.tier == "silver") & (m.delay_days >= 21) & (m.paid >= 50000))
        def row_8(c):
            tell(c, 8, 5000)

        @when_all(pri(9), (m.tier == "silver") & (m.delay_days >= 21))
        def row_9(c):
            tell(c, 9, 3500)

        @when_all(pri(10), (m.tier == "silver") & (m.delay_days >= 10) & (m.delay_days < 21) & (m.paid >= 50000))
        def row_10(c):
            tell(c, 10, 3000)

        @when_all(pri(11), (m.tier == "silver") & (m.delay_days >= 10) & (m.delay_days < 21))
        def row_11(c):
            tell(c, 11, 2000)

        @when_all(
            pri(12),
            (m.tier == "silver")
            & (m.delay_days >= 5)
            & (m.delay_days < 10)
            & ((m.category == "food") | (m.category == "digital")),
        )
        def row_12(c):
            tell(c, 12, 1500)

        @when_all(pri(13), (m.tier == "silver") & (m.delay_days >= 5) & (m.delay_days < 10))
        def row_13(c):
            tell(c, 13, 1000)

        @when_all(pri(14), (m.tier == "silver") & (m.delay_days >= 2) & (m.delay_days < 5))
        def row_14(c):
            tell(c, 14, 500)

        @when_all(pri(15), (m.delay_days >= 30) & (m.paid >= 50000))
        def row_15(c):
            tell(c, 15, 4000)

        @when_all(pri(16), (m.delay_days >= 30))
        def row_16(c):
            tell(c, 16, 2500)

        @when_all(pri(17), (m.delay_days >= 14) & (m.delay_days < 30) & (m.paid >= 20000))
        def row_17(c):
            tell(c, 17, 2000)

        @when_all(pri(18), (m.delay_days >= 14) & (m.delay_days < 30))
        def row_18(c):
            tell(c, 18, 1250)

        @when_all(
            pri(19),
            (m.delay_days >= 7)
            & (m.delay_days < 14)
            & ((m.category == "food") | (m.category == "digital") | (m.category == "service")),
        )
        def row_19(c):
            tell(c, 19, 1000)

        @when_all(pri(20), (m.delay_days >= 7) & (m.delay_days < 14))
        def row_20(c):
            tell(c, 20, 750)

        @when_all(pri(21), (m.delay_days >= 3) & (m.delay_days < 7) & (m.paid >= 10000))
        def row_21(c):
            tell(c, 21, 500)

        @when_all(pri(22), (m.delay_days >= 3) & (m.delay_days < 7) & (m.category == "food"))
        def row_22(c):
            tell(c, 22, 400)

        @when_all(pri(23), (m.delay_days >= 1) & (m.delay_days < 3) & (m.category == "food"))
        def row_23(c):
            tell(c, 23, 250)
