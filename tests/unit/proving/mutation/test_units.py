"""One unit up and down, by what is written."""

import pytest

from amends.domain.facts import FactSpec, FactType
from amends.proving.mutation.units import moved, moved_number, moved_span, moved_time_of_day


@pytest.mark.parametrize(
    ("of", "text", "expected"),
    [
        (FactType.INTEGER, "3", ["4", "2"]),
        (FactType.INTEGER, "0", ["1", "-1"]),
        (FactType.DECIMAL, "12.5", ["12.6", "12.4"]),
        (FactType.DECIMAL, "1.00", ["1.01", "0.99"]),
        (FactType.MONEY, "9.90 USD", ["9.91 USD", "9.89 USD"]),
        (FactType.MONEY, "9", ["9.01 USD", "8.99 USD"]),
        (FactType.MONEY, "500 JPY", ["501 JPY", "499 JPY"]),
        (FactType.MONEY, "0 USD", ["0.01 USD"]),
        (FactType.DURATION, "1d12h", ["1d13h", "1d11h"]),
        (FactType.DATE, "2024-02-29", ["2024-03-01", "2024-02-28"]),
        (FactType.DATE, "2026-01-01T00:00:00Z", ["2026-01-01T00:00:01+00:00", "2025-12-31T23:59:59+00:00"]),
        (FactType.BOOLEAN, "true", []),
        (FactType.TEXT, "3", []),
    ],
)
def test_a_value_moves_by_the_unit_that_it_is_written_in(of: FactType, text: str, expected: list[str]) -> None:
    """Money by the minor unit of its currency, a number by its last digit, never into what cannot be."""
    assert list(moved(text, FactSpec("facts.x", of), currency="USD")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("low", ["medium"]), ("medium", ["high", "low"]), ("high", ["medium"]), ("other", [])],
)
def test_an_ordered_word_moves_to_its_neighbours(text: str, expected: list[str]) -> None:
    """Not beyond the ends."""
    spec = FactSpec("severity", FactType.ENUM, ("low", "medium", "high"), ordered=True)

    assert list(moved(text, spec, currency="")) == expected


@pytest.mark.parametrize(("text", "expected"), [("30m", ["31m", "29m"]), ("7bd", ["8bd", "6bd"]), ("0s", ["1s"])])
def test_a_span_moves_by_its_last_unit(text: str, expected: list[str]) -> None:
    """Business days are days of their own kind."""
    assert list(moved_span(text)) == expected


def test_what_is_no_number_has_no_unit() -> None:
    """A fact's name may stand where a number may."""
    assert list(moved_number("unlimited")) == []


@pytest.mark.parametrize(
    ("text", "expected"), [("08:00", ["08:01", "07:59"]), ("24:00", ["23:59"]), ("00:00", ["00:01"])]
)
def test_a_time_of_day_moves_within_its_day(text: str, expected: list[str]) -> None:
    """From midnight to midnight."""
    assert list(moved_time_of_day(text)) == expected
