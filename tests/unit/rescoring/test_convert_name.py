"""Identifiers are the texts of a column, and what is none is told in its row."""

import pyarrow as pa
import pytest

from amends.rescoring.convert_name import convert_name
from amends.rescoring.mapping import FromColumn, MappedName
from amends.rescoring.raw_columns import column_of

CASE = MappedName("case_id", FromColumn("c"))
NO_TEXT = pa.array([b"\xff", b"b"], pa.binary()).view(pa.string())


@pytest.mark.parametrize(
    ("column", "texts", "problems"),
    [
        (pa.array(["a", "b"]), ["a", "b"], {}),
        (pa.array([7, 8]), ["7", "8"], {}),
        (pa.array(["a", "b"]).dictionary_encode(), ["a", "b"], {}),
        (pa.array([b"a", b"b"]), ["a", "b"], {}),
        (pa.array(["", None]), ["", None], {0: "it is not said", 1: "it is not said"}),
        (pa.array(["a" * 257, "b"]), ["a" * 257, "b"], {0: "longer than 256 characters"}),
        (column_of([("x",), "b"]), [None, "b"], {0: "it is a list, and names nothing"}),
        (column_of(["\ud800", "b"]), [None, "b"], {0: "'\\ud800' has half a character, and is no text"}),
        (column_of(["b", None]), ["b", None], {1: "it is not said"}),
        (pa.array([["x"], ["y"]]), [None, None], dict.fromkeys((0, 1), "it is a list, and names nothing")),
        (NO_TEXT, [None, "b"], {0: "it is no UTF-8 text"}),
    ],
)
def test_what_names_a_case(column: object, texts: list[str | None], problems: dict[int, str]) -> None:
    """Texts as they stand and numbers in digits; a reason each for what names nothing."""
    found, wrong = convert_name(CASE, {"c": column}, 2)

    assert (found.type, found.to_pylist()) == (pa.string(), texts)
    assert wrong == {row: f"c: case_id: {why}" for row, why in problems.items()}


def test_what_is_not_said_is_not_wrong_elsewhere() -> None:
    """Only a case must be named; and one text may be every row's."""
    order = MappedName("subject.order_id", FromColumn("c"))

    assert convert_name(order, {"c": pa.array(["", None])}, 2)[1] == {}
    assert convert_name(None, {}, 2)[0].to_pylist() == [None, None]
    assert convert_name(MappedName("case_id", "all"), {}, 2)[0].to_pylist() == ["all", "all"]
