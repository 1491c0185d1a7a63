"""What is refunded when something went wrong: each rule that applies tells its percent of the price."""

# The library has no types and takes a comparison with True for a condition; all rules stand in one function, each as a
# function that takes what matched.
# mypy: disable-error-code="no-untyped-def,untyped-decorator,import-untyped"
# ruff: noqa: ANN001, ANN202, C901, E712, PLR0915

from collections.abc import Callable
from typing import Any

from durable.lang import m, ruleset, when_all


def refund(applies: Callable[[Any, str, int], None]) -> None:
    """The rules, which tell `applies`."""
    with ruleset("refund"):

        @when_all((m.reason == "late") & (m.fault == "company") & (m.delay_days >= 3) & (m.delay_days < 7))
        def late_3_days(c):
            applies(c, "late-3-days", 10)

        @when_all((m.reason == "late") & (m.fault == "company") & (m.delay_days >= 7) & (m.delay_days < 14))
        def late_7_days(c):
            applies(c, "late-7-days", 20)

        @when_all(
            (m.reason == "late")
            & ((m.fault == "company") | (m.fault == "shared"))
            & (m.delay_days >= 14)
            & (m.delay_days < 30)
        )
        def late_14_days(c):
            applies(c, "late-14-days", 50)

        @when_all((m.reason == "late") & (m.delay_days >= 30))
        def late_30_days(c):
            applies(c, "late-30-days", 100)

        @when_all((m.reason == "late") & (m.tier == "gold") & (m.delay_days >= 5) & (m.delay_days < 14))
        def late_gold(c):
            applies(c, "late-gold", 25)

        @when_all((m.reason == "late") & (m.tier == "silver") & (m.delay_days >= 10) & (m.delay_days < 14))
        def late_silver(c):
            applies(c, "late-silver", 22)

        @when_all((m.reason == "late") & (m.category == "food") & (m.delay_days >= 1))
        def late_food(c):
            applies(c, "late-food", 100)

        @when_all((m.reason == "late") & (m.delay_days >= 2) & (m.failures >= 2))
        def late_again(c):
            applies(c, "late-again", 15)

        @when_all((m.reason == "late") & (m.fault == "third_party") & (m.delay_days >= 5))
        def late_carrier(c):
            applies(c, "late-carrier", 5)

        @when_all((m.reason == "late") & (m.category == "service") & (m.delay_days >= 1))
        def late_service(c):
            applies(c, "late-service", 12)

        @when_all((m.reason == "damaged") & (m.fault != "customer") & (m.days_held < 3))
        def damaged_on_arrival(c):
            applies(c, "damaged-on-arrival", 100)

        @when_all(
            (m.reason == "damaged")
            & (m.fault != "customer")
            & (m.fault != "nobody")
            & (m.days_held >= 3)
            & (m.days_held < 14)
        )
        def damaged_in_two_weeks(c):
            applies(c, "damaged-in-two-weeks", 60)

        @when_all((m.reason == "damaged") & (m.fault == "company") & (m.days_held >= 14) & (m.days_held < 30))
        def damaged_later(c):
            applies(c, "damaged-later", 25)

        @when_all((m.reason == "damaged") & (m.packaging == "sealed"))
        def damaged_sealed(c):
            applies(c, "damaged-sealed", 100)

        @when_all((m.reason == "damaged") & (m.category == "food"))
        def damaged_food(c):
            applies(c, "damaged-food", 100)

        @when_all((m.reason == "damaged") & (m.fault == "shared") & (m.days_held < 30))
        def damaged_shared(c):
            applies(c, "damaged-shared", 30)

        @when_all((m.reason == "damaged") & (m.fault == "company") & (m.paid >= 50000) & (m.days_held < 60))
        def damaged_dear(c):
            applies(c, "damaged-dear", 70)

        @when_all((m.reason == "wrong_item") & (m.packaging == "sealed"))
        def wrong_unopened(c):
            applies(c, "wrong-unopened", 100)

        @when_all((m.reason == "wrong_item") & (m.packaging == "opened") & (m.days_held < 30))
        def wrong_opened(c):
            applies(c, "wrong-opened", 80)

        @when_all((m.reason == "wrong_item") & (m.fault == "company") & (m.packaging != "missing"))
        def wrong_our_doing(c):
            applies(c, "wrong-our-doing", 90)

        @when_all((m.reason == "wrong_item") & (m.tier == "gold"))
        def wrong_gold(c):
            applies(c, "wrong-gold", 100)

        @when_all((m.reason == "missing_part") & ((m.fault == "company") | (m.fault == "third_party")))
        def part_missing(c):
            applies(c, "part-missing", 15)

        @when_all((m.reason == "missing_part") & (m.category == "furniture"))
        def part_missing_furniture(c):
            applies(c, "part-missing-furniture", 25)

        @when_all((m.reason == "missing_part") & (m.delay_days >= 21))
        def part_missing_long(c):
            applies(c, "part-missing-long", 40)

        @when_all((m.reason == "defective") & (m.days_held < 14) & (m.fault != "customer"))
        def defect_14_days(c):
            applies(c, "defect-14-days", 100)

        @when_all((m.reason == "defective") & (m.eu == True) & (m.days_held < 183))
        def defect_six_months(c):
            applies(c, "defect-six-months", 60)

        @when_all((m.reason == "defective") & (m.eu == True) & (m.days_held >= 183) & (m.days_held < 731))
        def defect_two_years(c):
            applies(c, "defect-two-years", 30)

        @when_all((m.reason == "defective") & (m.eu == False) & (m.days_held >= 14) & (m.days_held < 366))
        def defect_one_year(c):
            applies(c, "defect-one-year", 20)

        @when_all((m.reason == "defective") & (m.failures >= 2) & (m.days_held < 366))
        def defect_again(c):
            applies(c, "defect-again", 75)

        @when_all((m.reason == "defective") & (m.category == "electronics") & (m.paid >= 30000) & (m.days_held < 60))
        def defect_electronics(c):
            applies(c, "defect-electronics", 85)

        @when_all(
            (m.reason == "changed_mind")
            & (m.eu == True)
            & (m.days_held < 15)
            & (m.category != "food")
            & (m.category != "digital")
        )
        def withdrawal(c):
            applies(c, "withdrawal", 100)

        @when_all((m.reason == "changed_mind") & (m.packaging == "sealed") & (m.days_held < 31))
        def changed_mind_sealed(c):
            applies(c, "changed-mind-sealed", 90)

        @when_all(
            (m.reason == "changed_mind")
            & (m.packaging == "opened")
            & (m.days_held < 31)
            & (m.category != "food")
            & (m.category != "digital")
        )
        def changed_mind_opened(c):
            applies(c, "changed-mind-opened", 50)

        @when_all((m.reason == "changed_mind") & ((m.tier == "silver") | (m.tier == "gold")) & (m.days_held < 61))
        def changed_mind_loyal(c):
            applies(c, "changed-mind-loyal", 60)

        @when_all(
            (m.reason == "changed_mind") & (m.category == "fashion") & (m.packaging != "missing") & (m.days_held < 31)
        )
        def changed_mind_fashion(c):
            applies(c, "changed-mind-fashion", 70)

        @when_all((m.reason == "overcharged") & (m.fault != "customer"))
        def overcharged(c):
            applies(c, "overcharged", 35)

        @when_all((m.reason == "overcharged") & (m.failures >= 1))
        def overcharged_again(c):
            applies(c, "overcharged-again", 45)

        @when_all(
            (m.reason == "cancelled") & ((m.fault == "company") | (m.fault == "third_party") | (m.fault == "nobody"))
        )
        def cancelled_by_us(c):
            applies(c, "cancelled-by-us", 100)

        @when_all((m.reason == "cancelled") & ((m.delay_days < 1) | (m.packaging == "sealed")))
        def cancelled_in_time(c):
            applies(c, "cancelled-in-time", 95)

        @when_all((m.reason == "cancelled") & (m.category == "service") & ((m.failures >= 3) | (m.tier == "gold")))
        def cancelled_service(c):
            applies(c, "cancelled-service", 40)
