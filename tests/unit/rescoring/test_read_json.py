"""JSON lines: every line is a row or is told, each value means what it is by itself, and no column is passed over."""

import json
from pathlib import Path

import pytest

from amends.rescoring.raw_columns import Unreadable, coded
from amends.rescoring.read_json import JsonRows
from amends.rescoring.read_rows import RawBatch


def rows(folder: Path, *lines: object) -> JsonRows:
    """A file of these lines, texts as they are."""
    path = folder / "rows.jsonl"
    told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{line}\n" for line in told), "utf-8")
    return JsonRows(path)


def batch(source: JsonRows, *columns: str) -> RawBatch:
    (found,) = source.batches(columns, size=100)
    return found


def values(read: RawBatch, column: str) -> list[object]:
    codes, known = coded(read.columns[column])
    return [known[code] for code in codes]


@pytest.mark.parametrize("beside", [["x"], "x", None, 3, "\ud800", {"y": 1}])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("refund", "refund"),
        ("", ""),
        (None, None),
        (["refund"], ("refund",)),
        ([], ()),
        (["refund", None, ""], ("refund", None, "")),
        ([["refund"]], (("refund",),)),
        (1.50, "1.5"),
        (True, "true"),
        ({}, Unreadable("it is an object and no value")),
    ],
)
def test_a_value_is_what_it_is_by_itself(tmp_path: Path, value: object, expected: object, beside: object) -> None:
    """Whatever else its column holds."""
    read = batch(rows(tmp_path, {"a": value}, {"a": beside}), "a")

    assert values(read, "a")[0] == expected


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "it is no JSON: "),
        ('{"a": NaN}', "it is no JSON: NaN is no number of JSON"),
        ("[1]", "it is no JSON object"),
        ('{"a": 1, "a": 2}', "it says 'a' twice"),
        ('{"a.b": 1, "a": {"b": 2}}', "it says 'a.b' twice, with a dot and within an object"),
        ('{"a": {"b": 2}, "a.b": 1}', "it says 'a.b' twice, with a dot and within an object"),
        ('{"a": {"b": 1, "b": 2}}', "it says 'b' twice"),
        ('{"a": ' + "[" * 70 + "]" * 70 + "}", "it is nested deeper than 64"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "it is n"),
        (json.dumps({"a": "x" * 2**20}), "it is longer than 1,048,576 bytes"),
        ("\ufffe{}", "it is no JSON: "),
        (json.dumps({"position": 7, "reasons": ["no row"], "row": {"text": "a,b,c"}}), "it was no row, and is not me"),
    ],
)
def test_a_line_that_is_no_row_is_told_in_its_place(tmp_path: Path, line: str, why: str) -> None:
    """With why, and how it begins; the rows around it keep their places. A blank line is nothing."""
    read = batch(rows(tmp_path, {"a": 1}, line, "", {"a": 4}), "a")

    assert (read.positions.tolist(), values(read, "a")) == ([1, 4], ["1", "4"])
    (broken,) = read.broken
    assert (broken.position, broken.why[: len(why)]) == (2, why)
    assert broken.text == ("a,b,c" if "row" in line else line[:200])


def test_no_column_is_passed_over(tmp_path: Path) -> None:
    """Not one that only the last of many lines has; of an object, those within it."""
    source = rows(tmp_path, *[{"a": 1}] * 3_000, {"b": {"c": 2}, "d": None})

    assert "b.c" in source.columns
    assert "e" not in source.columns
    assert list(source.columns) == ["a", "b.c", "d"]
    read = list(source.batches(["b.c"], size=5_000))
    assert values(read[0], "b.c")[-1] == "2"


def test_it_is_read_no_further_than_it_is_asked_for(tmp_path: Path) -> None:
    """Where all columns that are wanted stand in the first line, a long file is not read twice."""
    source = rows(tmp_path, {"a": 1}, {"b": 1})
    assert "a" in source.columns
    (tmp_path / "rows.jsonl").write_text('{"a": 1}\n', "utf-8")

    assert list(source.columns) == ["a"]


def test_a_rejected_row_is_the_row_that_it_holds(tmp_path: Path) -> None:
    """So that rejected rows can be mended in their file and read again; a row that only looks alike is left alone."""
    rejected = {"position": 9, "reasons": ["b: it is not said"], "row": {"a": "x", "b": {"c": ["y"]}}}
    other = {"position": 9, "reasons": [], "row": "A3"}
    read = batch(rows(tmp_path, rejected, other), "a", "b.c", "row")

    assert read.positions.tolist() == [1, 2]
    assert [values(read, name) for name in ("a", "b.c", "row")] == [["x", None], [("y",), None], [None, "A3"]]
    assert read.shown(0) == rejected["row"]


def test_what_is_shown_of_a_row_is_all_that_it_says(tmp_path: Path) -> None:
    """Also what no mapping names, and what is no text, as JSON can hold it."""
    row = {"a": "\ud800", "b": [1, {"c": None}], "\udfff": True}
    shown = batch(rows(tmp_path, row), "a").shown(0)

    assert shown == {"a": "\\ud800", "b": [1, {"c": None}], "\\udfff": True}
    json.dumps(shown, ensure_ascii=False).encode()
