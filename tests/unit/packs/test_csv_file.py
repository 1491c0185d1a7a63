"""Table files: the cells of RFC 4180, each with its place; what is no table is told."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amends.packs.csv_file import MOST_COLUMNS, MOST_ROWS, CsvDocument, read_csv
from amends.packs.reader import LARGEST_FILE

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")) | st.sampled_from('",\n;'), max_size=8
)


def read(text: str) -> CsvDocument:
    return read_csv(text.encode(), "shop/tables/x.csv")


def texts(document: CsvDocument) -> list[list[str]]:
    return [[cell.text for cell in row] for row in document.content]


def codes(data: bytes) -> list[tuple[str, str]]:
    return [(str(found.position), found.code) for found in read_csv(data, "x.csv").diagnostics]


@given(st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=1, max_size=5), st.sampled_from(["\r\n", "\n"]))
@example([["a", ""], ['"', ","]], "\n")
def test_cells_are_those_that_any_reader_of_csv_finds(rows: list[list[str]], line_end: str) -> None:
    """What Python's own writer writes is read back as its own reader does, without the spaces around a cell."""
    written = io.StringIO()
    width = max(map(len, rows))
    table = [[f"h{n}" for n in range(width)], *([*row, *["x"] * (width - len(row))] for row in rows)]
    csv.writer(written, lineterminator=line_end).writerows(table)
    expected = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(written.getvalue(), newline=""))]
    document = read(written.getvalue())
    if not document.diagnostics:
        assert texts(document) == expected
    else:
        assert {found.code for found in document.diagnostics} == {"empty-row"}
        assert not all(any(row) for row in expected)


def test_every_cell_knows_its_place() -> None:
    """Line and column of the file as an editor shows them, also after a cell of several lines."""
    document = read('a,"b",c\r\n1, 2 ,"x ""y"" , \r\nz"\r\n\r\n"é",,3\r\n')
    assert texts(document) == [["a", "b", "c"], ["1", "2", 'x "y" , \nz'], ["é", "", "3"]]
    places = [[(cell.position.line, cell.position.column) for cell in row] for row in document.rows]
    assert places == [[(2, 1), (2, 3), (2, 7)], [(5, 1), (5, 5), (5, 6)]]
    assert document.lines[4] == '"é",,3'


def test_a_byte_order_mark_is_no_text() -> None:
    """Spreadsheets write one; the first header does not begin with it."""
    assert texts(read_csv(b"\xef\xbb\xbfa,b\n1,2", "x.csv")) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", [("x.csv:1:1", "empty")]),
        (b"\n \n", [("x.csv:1:1", "empty")]),
        (b"a,b\n", [("x.csv:1:1", "empty")]),
        (b"a,b\n1\n1,2,3\n", [("x.csv:2:1", "ragged-row"), ("x.csv:3:1", "ragged-row")]),
        (b"a,,a\n1,2,3\n", [("x.csv:1:3", "empty"), ("x.csv:1:4", "duplicate-column")]),
        (b"a,b\n,\n", [("x.csv:2:1", "empty-row")]),
        (b"a;b\n1;2\n", [("x.csv:1:1", "bad-csv")]),
        (b'a,b\n1,"2\n3,4\n', [("x.csv:2:3", "bad-csv")]),
        (b'a,b\n1,2"3\n', [("x.csv:2:4", "bad-csv")]),
        (b'a,b\n"1"2,3\n', [("x.csv:2:4", "bad-csv")]),
        (b"a,b\n1,\x1b[31m\n", [("x.csv:2:3", "control-character")]),
        (b"a,b\n1,\xef\xbb\xbf2\n", [("x.csv:2:3", "control-character")]),
        (b"a,b\n1,\xff\n", [("x.csv:2:3", "not-utf-8")]),
        (b"a" * (LARGEST_FILE + 1), [("x.csv:1:1", "too-large")]),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), [(f"x.csv:{MOST_ROWS + 2}:1", "too-large")]),
        (
            ",".join(f"h{n:02}" for n in range(MOST_COLUMNS + 1)).encode() + b"\n" + b"1," * MOST_COLUMNS + b"1",
            [(f"x.csv:1:{MOST_COLUMNS * 4 + 1}", "too-large")],
        ),
    ],
)
def test_what_is_no_table_is_told(data: bytes, found: list[tuple[str, str]]) -> None:
    """Each mistake at its place; nothing is guessed, and no row of a broken file is used."""
    assert codes(data) == found
    assert read_csv(data, "x.csv").rows == ()


def test_a_quote_that_swallows_rows_is_told_where_it_opens() -> None:
    """Not where the next quote closed it by chance; where the rest still looks like cells, the hint says the lines."""
    closed_by_another = read_csv(b'a,b\n1,"2\n3,4\n5,"6"\n', "x.csv").diagnostics
    assert [(str(found.position), found.message) for found in closed_by_another] == [
        ("x.csv:2:3", "a quote that opens here closes only in line 4"),
    ]

    (ragged,) = read_csv(b'a,b\n"1,2\n3,4"\n5,6\n', "x.csv").diagnostics
    assert (str(ragged.position), ragged.code, ragged.hint) == (
        "x.csv:2:1",
        "ragged-row",
        "the quote that opens in line 2 closes only in line 3",
    )
