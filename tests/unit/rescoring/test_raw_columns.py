"""Values come out of a column one by one and exactly, whatever Arrow makes of their type; what is none says why."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from amends.rescoring.raw_columns import Figure, Mixed, Moment, Unreadable, coded, column_of, plain, shown

NANOS = 1_700_000_000_123_456_789
BROKEN_TEXT = pa.array([b"M\xfcller", b"Meier"], pa.binary()).view(pa.string())


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([NANOS], pa.timestamp("ns")), [Moment("2023-11-14 22:13:20.123456789")]),
        (pa.array([NANOS], pa.timestamp("ns", "Europe/Berlin")), [Moment("2023-11-14 22:13:20.123456789Z")]),
        (pa.array([10**17], pa.timestamp("s")), [Moment(f"<value out of range: {10**17}>")]),
        (pa.array([date(2026, 11, 1), None]), [Moment("2026-11-01"), None]),
        (pa.array([timedelta(hours=2)]), ["7200s"]),
        (pa.array([5], pa.duration("ns")), ["0.000000005s"]),
        (pa.array([["a", None], ["a"], [], [""], None]), [("a", None), ("a",), (), ("",), None]),
        (pa.array([["a\x1fb"], ["a", "b"]]), [("a\x1fb",), ("a", "b")]),
        (pa.array([["a", "b"], ["b"]], pa.large_list(pa.string())), [("a", "b"), ("b",)]),
        (pa.array([["a"], None], pa.list_(pa.string(), 1)), [("a",), None]),
        (pa.array([{"x": 1}, {"x": 2}]), [Unreadable("it is an object and no value", str({"x": n})) for n in (1, 2)]),
        (pa.array(["a", None, "a"], pa.string_view()), ["a", None, "a"]),
        (pa.array([b"a", b"\xfc"], pa.binary()), ["a", Unreadable("it is no UTF-8 text", "\\xfc")]),
        (BROKEN_TEXT, [Unreadable("it is no UTF-8 text", "M\\xfcller"), "Meier"]),
        (pa.array(["low", None, "low"]).dictionary_encode(), ["low", None, "low"]),
        (column_of(["a", ("b",), None, "a"]), ["a", ("b",), None, "a"]),
    ],
)
def test_values_are_exactly_what_is_there(column: object, expected: list[object]) -> None:
    """Nothing is rounded, joined or left out, and nothing is raised."""
    codes, values = coded(column)

    found = [values[code] for code in codes]
    assert (found, [*map(type, found)]) == (expected, [*map(type, expected)])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([NANOS], pa.timestamp("ns")), "2023-11-14 22:13:20.123456789"),
        (pa.array([datetime(2026, 11, 1)]), "2026-11-01 00:00:00"),  # noqa: DTZ001 -- a column without a zone
        (pa.array([timedelta(days=2)]), "172800s"),
        (pa.array([Decimal("12.50")]), 12.5),
        (pa.array([Decimal(12)]), 12),
        (pa.array([float("nan")]), None),
        (pa.array([3.5]), 3.5),
        (pa.array([["a", None]]), ["a", None]),
        (BROKEN_TEXT, "M\\xfcller"),
        (pa.array([None, "x"]).dictionary_encode(), None),
        (pa.array([True]), True),
        (column_of(["\ud800", ("a",)]), "\\ud800"),
    ],
)
def test_a_value_is_shown_as_json_can_hold_it(column: object, expected: object) -> None:
    """And as it is read back: a length of time as the language writes it, nothing as null."""
    assert shown(column, 0) == expected
    json.dumps(shown(column, 0), ensure_ascii=False, allow_nan=False).encode()


def test_texts_alone_are_a_column_of_arrow() -> None:
    """The usual case costs nothing; half a character is what Arrow cannot hold."""
    assert column_of(["a", None]).equals(pa.array(["a", None]))
    mixed = column_of(["a", "\udc80"])
    assert isinstance(mixed, Mixed)
    assert np.array_equal(mixed.codes, [0, 1])


@pytest.mark.parametrize("said", [Figure("59.90"), Decimal("59.90"), 59.9])
def test_a_number_is_shown_as_one(said: object) -> None:
    """Read back, it is no text in which signs would be looked for."""
    assert plain(said) == 59.9
    assert plain(Decimal("0.12345678901234567890")) == "0.12345678901234567890"
