"""Price: an amount as written becomes money, exactly, or stays unknown."""

import pytest

from amends.domain.money import Money
from amends.packs.amounts import Fixed, Highest, Lowest, PerUnit
from amends.resolution.price import case_currency, price
from tests.unit.resolution.building import eur, percent, usd


@pytest.mark.parametrize(
    ("units", "share", "expected"),
    [(5, "50", 2), (15, "50", 8), (25, "50", 12), (999, "33.3", 333), (1, "0.5", 0), (10, "150", 15)],
)
def test_a_percentage_is_rounded_half_even(units: int, share: str, expected: int) -> None:
    """Half a cent goes to the even one; nothing else is rounded away from its nearest cent."""
    assert price(percent(share, "amount_paid"), {"amount_paid": Money("USD", units)}, currency="USD") == Money(
        "USD", expected
    )


def test_a_percentage_is_in_the_currency_of_its_base() -> None:
    """Not in the case's: a share of euros is euros."""
    assert price(percent("10", "shipping_fee"), {"shipping_fee": eur("5")}, currency="USD") == eur("0.50")


def test_of_several_currencies_the_case_s_is_chosen_else_the_first() -> None:
    """A literal in several currencies needs no exchange rate."""
    both = Fixed((usd("50"), eur("45")))
    assert price(both, {}, currency="EUR") == eur("45")
    assert price(both, {}, currency="JPY") == usd("50")


def test_an_amount_per_unit_counts_the_units() -> None:
    """Nothing for none, and never less than nothing."""
    each = PerUnit((usd("6.46"),), "facts.count")
    assert price(each, {"facts.count": 3}, currency="USD") == usd("19.38")
    assert price(each, {"facts.count": 0}, currency="USD") == usd("0")
    assert price(each, {"facts.count": -2}, currency="USD") == usd("0")


def test_a_count_beyond_all_sense_comes_to_an_amount_that_can_be_told() -> None:
    """What bounds the amount cuts it; it never breaks the answer."""
    each = PerUnit((usd("9999999"),), "facts.count")
    found = price(each, {"facts.count": 2**63 - 1}, currency="USD")
    assert found == Money("USD", 10**17)
    assert price(each, {"facts.count": 2}, currency="USD") == usd("19999998")


def test_an_amount_is_unknown_while_its_fact_is() -> None:
    """Unknown is neither zero nor left out of a choice."""
    share, each = percent("10", "amount_paid"), PerUnit((usd("1"),), "facts.count")
    assert price(share, {}, currency="USD") is None
    assert price(each, {}, currency="USD") is None
    assert price(Lowest((Fixed((usd("1"),)), share)), {}, currency="USD") is None
    assert price(Highest((Fixed((usd("1"),)), share)), {}, currency="USD") is None


def test_a_choice_takes_the_lowest_or_the_highest_and_nests() -> None:
    """Lowest of (20, highest of (5, 10 %))."""
    amount = Lowest((Fixed((usd("20"),)), Highest((Fixed((usd("5"),)), percent("10", "amount_paid")))))
    assert price(amount, {"amount_paid": usd("80")}, currency="USD") == usd("8")
    assert price(amount, {"amount_paid": usd("10")}, currency="USD") == usd("5")
    assert price(amount, {"amount_paid": usd("900")}, currency="USD") == usd("20")


def test_a_choice_between_currencies_is_unknown() -> None:
    """Comparing money of two currencies is unknown, not a guess."""
    amount = Highest((Fixed((usd("20"),)), percent("10", "amount_paid")))
    assert price(amount, {"amount_paid": eur("10")}, currency="EUR") is None


def test_the_case_currency_is_that_of_what_is_affected_then_paid_then_the_pack_s() -> None:
    """The first that is known."""
    assert case_currency({"amount_affected": eur("1"), "amount_paid": usd("1")}, "JPY") == "EUR"
    assert case_currency({"amount_paid": usd("1")}, "JPY") == "USD"
    assert case_currency({}, "JPY") == "JPY"
