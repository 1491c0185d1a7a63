"""Reads a table file: comma-separated values by RFC 4180 into cells that know where they stand. Nothing is executed.

A cell is a scalar of the text between its commas, without the spaces around it. Python's csv module tells neither the
column of a cell nor what is wrong with one; a test holds the cells read here against it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from amends.packs.diagnostics import Diagnostic
from amends.packs.findings import Findings
from amends.packs.model import Position
from amends.packs.reader import LARGEST_FILE, UNPRINTABLE, ListNode, MapNode, Node, ScalarNode, plain_kind

MOST_ROWS: Final = 1_000
MOST_COLUMNS: Final = 50

_MARK: Final = "\ufeff"
_CELL: Final = re.compile(r'"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>[^",\r\n]*)')
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_QUOTES: Final = 'a cell that holds " , or a line break stands in quotes, and a quote within is written twice'

CsvRow: TypeAlias = tuple[ScalarNode, ...]


@dataclass(frozen=True, slots=True)
class CsvDocument:
    """One table file as read: every row has a cell under every header. Without a header where it cannot be read."""

    file: str
    lines: tuple[str, ...]
    header: CsvRow
    rows: tuple[CsvRow, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def content(self) -> tuple[CsvRow, ...]:
        """What the table says, whatever its file is called."""
        return (self.header, *self.rows)


Tables: TypeAlias = Mapping[str, CsvDocument]
"""The table files of one pack, by path within it."""


def read_csv(data: bytes, file: str) -> CsvDocument:
    """Read a table from bytes; `file` is how positions name it."""
    findings = Findings()
    if len(data) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE // 1024} KiB"
        findings.error(Position(file, 1, 1), "too-large", message, "split it into several tables")
        return unread_csv(file, findings)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        at = Position(file, line, error.start - data.rfind(b"\n", 0, error.start))
        findings.error(at, "not-utf-8", "the file is not UTF-8 text", "save it as CSV UTF-8")
        return unread_csv(file, findings)
    lines = tuple(_LINE_END.split(text))
    findings.add_lines(file, lines)
    header, rows = _table(text, file, findings)
    if findings.failed:
        header, rows = (), ()
    return CsvDocument(file, lines, header, rows, findings.sorted())


def unread_csv(file: str, findings: Findings) -> CsvDocument:
    """The document of a file of which nothing can be read, and why."""
    return CsvDocument(file, (), (), (), findings.sorted())


def table_names(node: Node) -> Iterator[str]:
    """The tables that a definition may name, wherever they stand in it."""
    match node:
        case MapNode(entries):
            for key, value in entries:
                if key.text == "table" and isinstance(value, ScalarNode):
                    yield value.text
                yield from table_names(value)
        case ListNode(items):
            for item in items:
                yield from table_names(item)
        case ScalarNode():
            return


def _table(text: str, file: str, findings: Findings) -> tuple[CsvRow, tuple[CsvRow, ...]]:
    records = _records(text, file, findings)
    header = next(records, ())
    _check_header(header, file, findings)
    rows: list[CsvRow] = []
    for row in records:
        if len(rows) == MOST_ROWS:
            at = row[0].position
            findings.error(at, "too-large", f"more than {MOST_ROWS} rows", "split it into several tables")
            break
        if len(row) != len(header):
            message = f"{_cells(len(row))} in this row, {len(header)} in the header"
            findings.error(row[0].position, "ragged-row", message, _why_ragged(row, len(header)))
        elif not any(cell.text for cell in row):
            findings.error(row[0].position, "empty-row", "a row of nothing", "take it out, or write - where any holds")
        rows.append(row)
    if header and not rows and not findings.failed:
        findings.error(header[0].position, "empty", "a table without rows", "write a row below the header")
    return header, tuple(rows)


def _cells(number: int) -> str:
    return f"{number} cell{'' if number == 1 else 's'}"


def _why_ragged(row: CsvRow, wanted: int) -> str:
    swallowed = next((cell for cell in row if "\n" in cell.text), None)
    if swallowed is not None:
        last = swallowed.position.line + swallowed.text.count("\n")
        return f"the quote that opens in line {swallowed.position.line} closes only in line {last}"
    return _QUOTES if len(row) > wanted else ""


def _check_header(header: CsvRow, file: str, findings: Findings) -> None:
    if not header and not findings.failed:
        findings.error(Position(file, 1, 1), "empty", "a table without a header", "name a fact or an output a column")
    if len(header) > MOST_COLUMNS:
        findings.error(header[MOST_COLUMNS].position, "too-large", f"more than {MOST_COLUMNS} columns")
    seen: set[str] = set()
    for cell in header:
        if not cell.text:
            findings.error(cell.position, "empty", "a column without a header", "name a fact or an output")
        elif cell.text in seen:
            findings.error(cell.position, "duplicate-column", f"the column {cell.text[:60]!r} stands twice")
        elif len(header) == 1 and ";" in cell.text:
            findings.error(cell.position, "bad-csv", "the cells are not separated by commas", "save it with commas")
        seen.add(cell.text)


def _records(text: str, file: str, findings: Findings) -> Iterator[CsvRow]:
    """The records of the text, lines of nothing left out; up to where it is no CSV any more, and that is told."""
    record: list[ScalarNode] = []
    place, line, line_start = 0, 1, 0
    while place < len(text) or record:
        at = Position(file, line, place - line_start + 1)
        found = _CELL.match(text, place)
        assert found is not None  # a plain cell may be empty
        end = found.end()
        content = (
            (found["plain"] or "")
            if found["quoted"] is None
            else _LINE_END.sub("\n", found["quoted"].replace('""', '"'))
        )
        record.append(_cell(content, at, findings))
        for line_break in _LINE_END.finditer(found[0]):
            line, line_start = line + 1, place + line_break.end()
        if text.startswith(",", end):
            place = end + 1
            continue
        line_break_after = _LINE_END.match(text, end)
        if line_break_after is None and end < len(text):
            stray = Position(file, line, end - line_start + 1)
            if line > at.line:
                # What closed it most likely opened a later cell: the mistake is where it began.
                findings.error(at, "bad-csv", f"a quote that opens here closes only in line {line}", _QUOTES)
                return
            unclosed = text[end] == '"' and end == place
            message = "a quote that is not closed" if unclosed else "a quote in the middle of a cell"
            findings.error(stray, "bad-csv", message, _QUOTES)
            return
        if len(record) > 1 or record[0].text:
            yield tuple(record)
        record = []
        if line_break_after is None:
            return
        place = line_start = line_break_after.end()
        line += 1


def _cell(text: str, at: Position, findings: Findings) -> ScalarNode:
    if UNPRINTABLE.search(text) or _MARK in text:
        findings.error(at, "control-character", "a character that cannot be shown", "remove it")
    bare = text.strip()
    return ScalarNode(bare, plain_kind(bare), at)
