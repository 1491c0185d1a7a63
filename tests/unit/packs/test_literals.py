"""Literals: exact, and never meant in two ways."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.action import Span
from amends.domain.currencies import EXPONENTS
from amends.domain.money import Money
from amends.packs.literals import (
    LARGEST_INTEGER,
    LiteralError,
    read_date,
    read_decimal,
    read_duration,
    read_integer,
    read_money,
    read_span,
)

NEW_YORK = ZoneInfo("America/New_York")
SECOND = 10**9
DAY = 86_400 * SECOND


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("9.90 USD", Money("USD", 990)),
        ("9.9 USD", Money("USD", 990)),
        ("9 USD", Money("USD", 900)),
        ("9.90", Money("EUR", 990)),
        ("100 JPY", Money("JPY", 100)),
        ("1.234 KWD", Money("KWD", 1234)),
        ("-5 USD", Money("USD", -500)),
        ("9007199254740993.01 USD", Money("USD", 900719925474099301)),
    ],
)
def test_money_is_read_exactly(text: str, money: Money) -> None:
    """Amounts become minor units, also beyond what a float holds; without a currency, the pack's."""
    assert read_money(text, currency="EUR") == money


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9.90", "no-currency"),
        ("9.901 USD", "too-fine"),
        ("1.5 JPY", "too-fine"),
        ("9.90 usd", "unknown-currency"),
        ("9.90 XYZ", "unknown-currency"),
        ("1e3 USD", "type-mismatch"),
        ("NaN USD", "type-mismatch"),
        ("USD 9.90", "type-mismatch"),
        ("9,90 USD", "type-mismatch"),
        ("999999999999999999 USD", "out-of-range"),
    ],
)
def test_money_that_is_not_exact_is_refused(text: str, code: str) -> None:
    """No rounding, no guessing of currencies, no exponents."""
    with pytest.raises(LiteralError) as caught:
        read_money(text, currency="")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "currency", "meant"),
    [
        ("€80", "EUR", "80 EUR"),
        ("€80", "USD", "80 EUR"),
        ("80 €", "", "80 EUR"),
        ("79,90 EUR", "USD", "79.90 EUR"),
        ("79,90", "EUR", "79.90 EUR"),
        ("eur 80", "USD", "80 EUR"),
        ("$5", "CAD", "5 CAD"),
        ("$5", "EUR", "5 USD"),
        ("1,000 USD", "EUR", "9.90 EUR"),
        ("eighty", "", "9.90 USD"),
    ],
)
def test_money_written_another_way_is_told_how_it_is_written_here(text: str, currency: str, meant: str) -> None:
    """Only where it can be meant in one way; else by an example in the pack's own currency."""
    with pytest.raises(LiteralError) as refused:
        read_money(text, currency=currency)

    assert refused.value.hint == f"write it as {meant}"


@given(st.sampled_from(sorted(EXPONENTS)), st.integers(-(10**16), 10**16))
def test_money_survives_being_written(currency: str, minor_units: int) -> None:
    """What money prints as is read back as the same money."""
    money = Money(currency, minor_units)
    assert read_money(str(money), currency="") == money


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("90s", 90 * SECOND),
        ("30m", 1_800 * SECOND),
        ("24h", DAY),
        ("7d", 7 * DAY),
        ("1d12h", DAY + DAY // 2),
        ("1d1h1m1s", 90_061 * SECOND),
        ("0", 0),
        ("-15m", -900 * SECOND),
    ],
)
def test_durations(text: str, nanos: int) -> None:
    """Days, hours, minutes, seconds, largest first; a day is 24 hours."""
    assert read_duration(text) == nanos


@pytest.mark.parametrize("text", ["", "5", "h", "12h1d", "1.5h", "1w", "7bd", "1d 12h", "-", "\u0661d", "999999999d"])
def test_what_is_no_duration(text: str) -> None:
    """A unit is always said, in order, in whole numbers of ASCII digits, within 64 bits."""
    with pytest.raises(LiteralError):
        read_duration(text)


def test_a_span_may_be_business_days_but_never_nothing() -> None:
    """`7bd` is kept apart from seven days; zero and less are refused."""
    assert read_span("7bd") == Span(business_days=7)
    assert read_span("7d") == Span(nanos=7 * DAY)
    for text in ("0bd", "0s", "0", "-1d"):
        with pytest.raises(LiteralError):
            read_span(text)


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T02:00+02:00", 0),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1970-01-02", DAY + 5 * 3_600 * SECOND),
        ("2026-07-01", 1_782_878_400 * SECOND),
        ("1969-12-31T23:59:59.5Z", -SECOND // 2),
    ],
)
def test_dates(text: str, nanos: int) -> None:
    """A bare date is midnight in the pack's zone, summer time included; a moment says its own."""
    assert read_date(text, NEW_YORK) == nanos


def test_a_day_without_midnight_begins_at_its_first_moment() -> None:
    """In a zone whose clocks jump at midnight the day starts after the jump."""
    assert read_date("2018-11-04", ZoneInfo("America/Sao_Paulo")) == read_date("2018-11-04T03:00:00Z", NEW_YORK)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T12:00",
        "2026-13-01",
        "2026-02-30",
        "2026-01-01T25:00Z",
        "20260101",
        "2026-W01-1",
        "1500-01-01",
    ],
)
def test_what_is_no_date(text: str) -> None:
    """A time of day without its zone could be meant in two ways; a day that does not exist in none."""
    with pytest.raises(LiteralError):
        read_date(text, NEW_YORK)


def test_numbers_are_plain_digits() -> None:
    """No exponents, no separators, no special values; integers of 64 bits."""
    assert read_integer("-12") == -12
    assert read_decimal("12.50") == Decimal("12.50")
    for text in ("1_000", "0x10", "1.0", str(LARGEST_INTEGER + 1), "9" * 5_000):
        with pytest.raises(LiteralError):
            read_integer(text)
    for text in ("1e5", "NaN", "Infinity", ".5", "1,5"):
        with pytest.raises(LiteralError):
            read_decimal(text)
