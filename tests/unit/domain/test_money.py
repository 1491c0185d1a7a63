"""Money is exact: whole minor units, no float, and one stated way of rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.currencies import EXPONENTS
from amends.domain.money import Money


@given(
    units=st.integers(-(10**15), 10**15),
    percent=st.decimals(0, 1000, allow_nan=False, places=4) | st.decimals(0, 1000, allow_nan=False),
)
def test_a_share_is_rounded_half_even(units: int, percent: Decimal) -> None:
    """As exact fractions say it, whatever the size."""
    assert Money("USD", units).percent(percent).minor_units == round(Fraction(percent) * units / 100)


@pytest.mark.parametrize(("units", "half"), [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2)])
def test_of_two_neighbours_equally_near_the_even_one_is_taken(units: int, half: int) -> None:
    """Half a cent goes up as often as down."""
    assert Money("USD", units).percent(Decimal(50)) == Money("USD", half)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money("USD", 990), "9.90 USD"),
        (Money("USD", 5), "0.05 USD"),
        (Money("USD", -5), "-0.05 USD"),
        (Money("JPY", 1200), "1200 JPY"),
        (Money("KWD", 1), "0.001 KWD"),
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_minor_unit(amount: Money, text: str) -> None:
    """Plain digits, and reading them gives the amount back."""
    assert str(amount) == text
    assert Money.parse(*text.split()) == amount


@pytest.mark.parametrize(("amount", "currency"), [("9.905", "USD"), ("1.5", "JPY"), ("1", "XXX"), ("1", "usd")])
def test_what_a_currency_cannot_hold_is_refused(amount: str, currency: str) -> None:
    """Nothing finer than the minor unit, and no currency that the standard does not list."""
    with pytest.raises(ValueError, match=r"minor unit|not an ISO 4217"):
        Money.parse(amount, currency)


def test_amounts_of_two_currencies_are_never_equal() -> None:
    """Ten dollars are not ten euros."""
    assert Money("USD", 1000) != Money("EUR", 1000)


def test_the_currencies_are_those_of_the_standard() -> None:
    """Three capitals each; the exceptions have their own number of decimals."""
    assert all(len(code) == 3 and code.isupper() for code in EXPONENTS)
    assert {code: EXPONENTS[code] for code in ("EUR", "JPY", "KWD", "CLF")} == {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}
