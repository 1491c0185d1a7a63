"""Columns of a file mean exactly what the mapping says, whatever the file's own types; what means nothing is told."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.domain.facts import FactSpec, FactType
from amends.domain.money import Money
from amends.packs.load import load_pack
from amends.rescoring.convert import Converter
from amends.rescoring.mapping import Ambiguous, FromColumn
from amends.rescoring.raw_columns import Figure, Unreadable, column_of

PACK = load_pack(Path(__file__).parents[3] / "rules", "retail")
SECOND = 10**9
NOON = 1_793_534_400 * SECOND
"""2026-11-01T12:00:00Z."""

INTEGER = FactSpec("facts.n", FactType.INTEGER, minimum=0, maximum=100)
DURATION = FactSpec("facts.d", FactType.DURATION)
MONEY = FactSpec("amount_paid", FactType.MONEY)
DATE = FactSpec("facts.t", FactType.DATE)
BOOLEAN = FactSpec("facts.b", FactType.BOOLEAN)
ENUM = FactSpec("severity", FactType.ENUM, values=("low", "medium", "high"))
SET = FactSpec("requested", FactType.SET, values=("refund", "apology"))
DECIMAL = FactSpec("facts.x", FactType.DECIMAL)


def told(spec: FactSpec, column_values: list[Any], /, **said: Any) -> list[object]:  # noqa: ANN401 -- any of a column
    """What each value means; a text that begins with `!` is what is wrong with it."""
    source = FromColumn("c", **said)
    column, problems = Converter(spec, source, PACK).convert({"c": pa.array(column_values)})
    return [f"!{problems[row]}" if row in problems else column.value(row) for row in range(len(column_values))]


@pytest.mark.parametrize(
    ("spec", "said", "values", "expected"),
    [
        (INTEGER, {}, ["7", " 8 ", "", None], [7, 8, None, None]),
        (INTEGER, {}, [3.0, None], [3, None]),
        (
            MONEY,
            {"currency": "EUR", "thousands": ","},
            ["12,34,567", "1,000.5"],
            [Money("EUR", 123_456_700), Money("EUR", 100_050)],
        ),
        (DECIMAL, {"decimal": ","}, ["1,50"], [Decimal("1.50")]),
        (DURATION, {"unit": "minutes"}, [90, None], [90 * 60 * SECOND, None]),
        (DURATION, {"unit": "hours"}, ["1.5"], [5_400 * SECOND]),
        (DURATION, {}, [timedelta(days=2)], [2 * 86_400 * SECOND]),
        (MONEY, {"currency": "EUR", "decimal": ",", "thousands": "."}, ["1.259,00"], [Money("EUR", 125_900)]),
        (MONEY, {"currency": "EUR", "decimal": ",", "thousands": " "}, ["1 259,5"], [Money("EUR", 125_950)]),
        (MONEY, {"unit": "minor", "currency": "JPY"}, [1_200], [Money("JPY", 1_200)]),
        (MONEY, {"unit": "minor", "currency": "USD"}, [1_999, 0], [Money("USD", 1_999), Money("USD", 0)]),
        (MONEY, {"currency": "USD"}, [0.1, 19.99], [Money("USD", 10), Money("USD", 1_999)]),
        (MONEY, {}, ["12.50 CHF"], [Money("CHF", 1_250)]),
        (BOOLEAN, {"values": {"Y": "true", "N": "false", "?": None}}, ["Y", "N", "?"], [True, False, None]),
        (BOOLEAN, {}, [True, False, None], [True, False, None]),
        (ENUM, {"values": {"1": "low", "3": "high"}}, [1, 3, None], ["low", "high", None]),
        (SET, {"separator": "|"}, ["refund|apology", "", None], [frozenset({"refund", "apology"}), None, None]),
        (SET, {}, [["refund"], [], None], [frozenset({"refund"}), frozenset(), None]),
        (SET, {"values": {"n/a": None}}, ["n/a", "refund,n/a,"], [None, frozenset({"refund"})]),
        (DURATION, {"unit": "minutes"}, ["90", "1d12h"], [90 * 60 * SECOND, 36 * 3_600 * SECOND]),
    ],
)
def test_values_mean_what_the_mapping_says(
    spec: FactSpec, said: dict[str, Any], values: list[Any], expected: list[object]
) -> None:
    """Units, signs of numbers, names of values; what is empty is not known, and an empty list is none of it."""
    assert told(spec, values, **said) == expected


@pytest.mark.parametrize(
    ("said", "value", "expected"),
    [
        ({}, "2026-11-01T12:00:00Z", NOON),
        ({"timezone": ZoneInfo("Europe/Berlin")}, "2026-11-01 13:00:00", NOON),
        ({"timezone": ZoneInfo("Europe/Berlin")}, "2026-11-01T12:00:00Z", NOON),
        ({"timezone": ZoneInfo("Europe/Berlin"), "form": "%d.%m.%Y %H:%M"}, "01.11.2026 13:00", NOON),
        ({"timezone": ZoneInfo("America/New_York")}, datetime.fromisoformat("2026-11-01 07:00"), NOON),
        ({}, datetime(2026, 11, 1, 12, tzinfo=ZoneInfo("UTC")), NOON),
        ({"timezone": ZoneInfo("UTC")}, date(2026, 11, 1), NOON - 12 * 3_600 * SECOND),
    ],
)
def test_times_are_of_the_zone_that_is_said(said: dict[str, Any], value: object, expected: int) -> None:
    """By the value itself, else by the mapping."""
    assert told(DATE, [value], **said) == [expected]


@pytest.mark.parametrize(
    ("spec", "said", "value", "why"),
    [
        (INTEGER, {}, 101, "c: facts.n: 101 is above its maximum, 100"),
        (INTEGER, {}, "many", "c: facts.n: 'many' is not a number"),
        (INTEGER, {}, "١٢", "c: facts.n: '١٢' is not a number"),
        (DECIMAL, {}, "1e200000000", "c: facts.x: '1e200000000' is out of all bounds"),
        (
            MONEY,
            {"currency": "EUR", "decimal": ",", "thousands": "."},
            "12.59",
            "c: amount_paid: '12.59' is not parted into thousands by '.'",
        ),
        (
            DATE,
            {"form": "%d.%m.%Y %H:%M", "timezone": ZoneInfo("Europe/Berlin")},
            "29.03.2026 02:30",
            "c: facts.t: 2026-03-29 02:30:00 is skipped by the clocks of Europe/Berlin",
        ),
        (MONEY, {"currency": "USD", "unit": "minor"}, -1, "c: amount_paid: -0.01 USD is below its minimum, 0.00 USD"),
        (ENUM, {}, "hihg", "c: severity: 'hihg' is not one of its values; did you mean 'high'?"),
        (DATE, {"form": "%d.%m.%Y"}, "2026-11-01", "c: facts.t: '2026-11-01' is not written as %d.%m.%Y"),
        (
            DATE,
            {},
            datetime.fromisoformat("2026-11-01 00:00"),
            "c: facts.t: 2026-11-01 00:00:00 does not say in which zone",
        ),
        (MONEY, {"currency": "USD"}, "1.234", "c: amount_paid: "),
        (SET, {}, ["refund", None], "c: requested: its list holds an empty member"),
        (SET, {}, ["refund", " "], "c: requested: its list holds an empty member"),
        (SET, {}, [["refund"]], "c: requested: its list holds a list"),
        (ENUM, {}, ["low"], "c: severity: it holds a list, where there is one value"),
        (MONEY, {}, ["1 EUR"], "c: amount_paid: it holds a list, where there is one value"),
        (ENUM, {}, b"\xff", "c: severity: it is no UTF-8 text"),
        (DATE, {}, "2026-11-01 00:00:00", "c: facts.t: 2026-11-01 00:00:00 does not say in which zone; map it with"),
        (
            DATE,
            {"form": "%d.%m.%Y %H", "timezone": ZoneInfo("America/New_York")},
            "31.12.9999 23",
            "c: facts.t: 9999-12-31 23:00:00 is out of range",
        ),
        (SET, {}, "refund,appology", "c: requested: 'appology' is not one of its values; did you mean 'apology'?"),
    ],
)
def test_what_means_nothing_is_told(spec: FactSpec, said: dict[str, Any], value: object, why: str) -> None:
    """With column, fact and hint; the rows beside it are not touched."""
    found = told(spec, [value, None], **said)

    assert str(found[0]).startswith(f"!{why}")
    assert found[1] is None


def test_codes_stay_codes() -> None:
    """Of a column that is dictionary-encoded each distinct value is read once; rows share it."""
    column = pa.array(["low", "high", "low", None]).dictionary_encode()

    found, problems = Converter(ENUM, FromColumn("c"), PACK).convert({"c": column})

    assert [found.value(row) for row in range(4)] == ["low", "high", "low", None]
    assert not problems


def test_an_amount_has_the_currency_of_its_row() -> None:
    """A column may say the currency of another."""
    source = FromColumn("c", currency_column="k")
    batch = {"c": pa.array(["1.00", "100", None]), "k": pa.array(["EUR", "JPY", "EUR"])}

    found, problems = Converter(MONEY, source, PACK).convert(batch)

    assert [found.value(row) for row in range(3)] == [Money("EUR", 100), Money("JPY", 100), None]
    assert not problems


def test_an_amount_without_its_currency_is_none_of_the_pack() -> None:
    """Where a column says the currency, an empty cell says none; with `currency`, it says that one."""
    batch = {"c": pa.array(["1.00", "1.00 CHF"]), "k": pa.array(["", None])}
    source = FromColumn("c", currency_column="k")

    _, problems = Converter(MONEY, source, PACK).convert(batch)
    found, none = Converter(MONEY, replace(source, currency="EUR"), PACK).convert(batch)

    assert problems == {0: "c: amount_paid: its column k does not say of which currency it is"}
    assert [found.value(row) for row in range(2)] == [Money("EUR", 100), Money("CHF", 100)]
    assert not none


BERLIN = ZoneInfo("Europe/Berlin")
TWICE = "2026-10-25 02:30"
WALL = f"{TWICE}:00"
HINT = "map it with `ambiguous: earlier`, or `later`"
EARLIER = 1_792_888_200 * SECOND
"""2026-10-25T00:30:00Z, an hour before clocks show it again."""


@pytest.mark.parametrize(
    ("ambiguous", "expected"),
    [
        (Ambiguous.EARLIER, EARLIER),
        (Ambiguous.LATER, EARLIER + 3_600 * SECOND),
        (
            Ambiguous.REJECT,
            f"!c: facts.t: {WALL} comes twice on the clocks of Europe/Berlin; {HINT}",
        ),
    ],
)
def test_an_hour_that_comes_twice_is_what_the_mapping_says(ambiguous: Ambiguous, expected: object) -> None:
    """The same of a text, of a text in a form and of a file's own type; nobody guesses."""
    said = {"timezone": BERLIN, "ambiguous": ambiguous}
    typed = datetime.fromisoformat(TWICE)

    assert told(DATE, [TWICE], **said) == [expected]
    assert told(DATE, [typed], **said) == [expected]
    assert told(DATE, [f"{typed:%d.%m.%Y %H:%M}"], form="%d.%m.%Y %H:%M", **said) == [expected]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_times_are_exact_whatever_is_beside_them(count: int) -> None:
    """To the nanosecond, also among moments that there are not, that come twice or are of another age."""
    moment = datetime.fromisoformat("2026-11-01 13:00")
    beside = [datetime.fromisoformat(text) for text in (TWICE, "2026-03-29 02:30", "2300-01-01 00:00")]
    nanos = pa.array([(one - datetime(1970, 1, 1)) // timedelta(microseconds=1) for one in [moment] * count])  # noqa: DTZ001 -- the column has no zone
    fine = pa.compute.add(pa.compute.multiply(nanos, 1_000), 789).cast(pa.timestamp("ns"))
    seconds = pa.array([*beside, *[moment] * count, *beside], pa.timestamp("s"))
    converter = Converter(DATE, FromColumn("c", timezone=BERLIN), PACK)

    found, problems = converter.convert({"c": fine})
    among, wrong = converter.convert({"c": seconds})

    assert [found.value(row) for row in range(count)] == [NOON + 789] * count
    assert not problems
    assert [among.value(row) for row in range(3, 3 + count)] == [NOON] * count
    assert sorted(wrong) == [0, 1, 2, *range(3 + count, 6 + count)]
    assert [why.split(": ")[2].split()[2] for why in list(wrong.values())[:3]] == ["comes", "is", "out"]


def test_lengths_of_time_are_exact_whatever_is_beside_them() -> None:
    """One that is too long for any clock takes none with it."""
    column = pa.array([5, 10**12, 7], pa.duration("s"))

    found, problems = Converter(DURATION, FromColumn("c"), PACK).convert({"c": column})

    assert [found.value(row) for row in range(3)] == [5 * SECOND, None, 7 * SECOND]
    assert list(problems) == [1]


def test_times_without_a_zone_are_told_row_by_row() -> None:
    """Also of nanoseconds, which Python has none of."""
    column = pa.array([1_700_000_000_123_456_789, None], pa.timestamp("ns"))

    found, problems = Converter(DATE, FromColumn("c"), PACK).convert({"c": column})

    assert [found.value(row) for row in range(2)] == [None, None]
    assert problems == {
        0: "c: facts.t: 2023-11-14 22:13:20.123456 does not say in which zone; map it with a `timezone`"
    }


@pytest.mark.parametrize("beside", ["refund", None, ("refund",), ("refund", None), "\ud800"])
def test_a_text_is_no_list_whatever_is_beside_it(beside: object) -> None:
    """An empty text is not known, an empty list is none of it, and a text is parted."""
    column = column_of(["", (), "refund,apology", ("refund,apology",), beside])

    found, problems = Converter(SET, FromColumn("c"), PACK).convert({"c": column})

    both = frozenset({"refund", "apology"})
    assert [found.value(row) for row in range(4)] == [None, frozenset(), both, None]
    assert problems[3].startswith("c: requested: 'refund,apology' is not one of its values")


def test_many_wrong_values_take_no_longer_than_many_right_ones() -> None:
    """Each is told once, in its row."""
    column = pa.array([f"x{row}" for row in range(20_000)])

    _, problems = Converter(ENUM, FromColumn("c"), PACK).convert({"c": column})

    assert list(problems) == list(range(20_000))
    assert "'x19999' is not one of its values" in problems[19_999]


WORDS = st.sampled_from(["", " ", "refund", "low", "true", "3", "1,5", "2026-11-01T12:00Z", "5 EUR", "\ud800", "\x1f"])
LISTS = st.lists(st.none() | WORDS, max_size=3).map(tuple)
VALUES = st.one_of(st.none(), WORDS, LISTS, st.just(Unreadable("no value")))
SPECS = (INTEGER, DURATION, MONEY, DATE, BOOLEAN, ENUM, SET, DECIMAL, FactSpec("note", FactType.TEXT))


@given(spec=st.sampled_from(SPECS), values=st.lists(VALUES, min_size=1, max_size=6))
def test_a_value_means_the_same_alone_and_among_others(spec: FactSpec, values: list[object]) -> None:
    """Of any type of fact: the same value, or the same reason."""

    def read(some: list[object]) -> list[object]:
        column, problems = Converter(spec, FromColumn("c"), PACK).convert({"c": column_of(some)})
        return [problems.get(row, column.value(row)) for row in range(len(some))]

    assert read(values) == [read([value])[0] for value in values]


def test_an_underscore_parts_no_number() -> None:
    """Nobody writes an amount so: what Python would take for digits is told."""
    (found,) = told(MONEY, ["1_259.00"], currency="EUR")

    assert found == "!c: amount_paid: '1_259.00' is not a number"


@pytest.mark.parametrize("value", [1.259, Decimal("1.259")])
def test_a_number_that_its_file_types_has_no_signs_of_the_mapping(value: object) -> None:
    """A point in it parts no thousands, whatever one means in a text."""
    assert told(DECIMAL, [value], decimal=",", thousands=".") == [Decimal("1.259")]


@pytest.mark.parametrize("text", ["1.250", "12.5"])
def test_a_point_is_no_decimal_sign_where_another_is(text: str) -> None:
    """Who writes 1,25 means 1250 by 1.250; it is told, and never read as a thousandth of it."""
    (found,) = told(MONEY, [text], decimal=",", currency="EUR")

    assert found == (
        f"!c: amount_paid: {text!r} has a point, and its decimals stand behind ','; "
        'if points part thousands, say `thousands: "."`'
    )


def test_a_number_beside_its_own_text_is_another_value() -> None:
    """One has the signs of its source, the other those of the mapping."""
    column, problems = Converter(DECIMAL, FromColumn("c", decimal=",", thousands="."), PACK).convert(
        {"c": column_of([Figure("1.259"), "1.259", Figure("1.259")])}
    )
    assert not problems
    assert [column.value(row) for row in range(3)] == [Decimal("1.259"), Decimal(1259), Decimal("1.259")]
