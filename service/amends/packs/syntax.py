"""Says of text that is not YAML what was most likely meant, and in which line: a parser sees it a line too late."""

import re
from collections.abc import Sequence
from typing import Final

import yaml

_QUOTE: Final = "text that holds ': ' or ' #', or starts with a sign such as { [ & * ! | > % @, needs quotes"
_TIGHT: Final = re.compile(r"(?P<key>\s*(?:- +)*[A-Za-z_][\w.-]*):(?P<value>[^\s/].*)", re.ASCII)
_NO_COLON: Final = "could not find expected ':'"
_TWO_COLONS: Final = "mapping values are not allowed in this context"
_MISPLACED: Final = (
    "did not find expected '-' indicator",
    "did not find expected key",
    "did not find expected <document start>",
)
_OPEN_BRACKETS: Final = ("did not find expected ',' or '}'", "did not find expected ',' or ']'")
_OPEN_QUOTE: Final = "found unexpected end of stream"
_LONGEST: Final = 60


def where_and_how(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[int, int, str]:
    """The line and the column (from 1) to look at, and a hint."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 1, 1, _QUOTE
    line, column = mark.line + 1, mark.column + 1
    opened = error.context_mark.line + 1 if error.context_mark is not None else line
    problem = error.problem or ""
    if problem in _OPEN_BRACKETS:
        return line, column, f"the bracket that opens in line {opened} is not closed, or a comma is missing before this"
    if problem == _OPEN_QUOTE:
        return line, column, f"the quote that opens in line {opened} is not closed"
    written = lines[line - 1] if line <= len(lines) else ""
    before = _line_before(line, lines)
    if before and problem in {_NO_COLON, _TWO_COLONS} and not _opens_twice(written, column, problem):
        return _torn(problem, line, before, lines)
    if before and problem in _MISPLACED and column == _indent(written) + 1:
        return line, column, _indentation(written, before, lines)
    return line, column, _QUOTE


def _torn(problem: str, line: int, before: int, lines: Sequence[str]) -> tuple[int, int, str]:
    """Of a line that does not follow from the one before: which of the two is wrong."""
    above = lines[before - 1]
    tight = _TIGHT.fullmatch(above)
    if tight is not None:
        meant = f"{tight['key'].strip()}: {tight['value']}"[:_LONGEST]
        return before, tight.end("key") + 1, f"a space after the colon: {meant}"
    if problem == _NO_COLON or _indent(lines[line - 1]) == _indent(above):
        return before, _indent(above) + 1, "a key ends with a colon and a space; longer text needs quotes"
    return line, _indent(lines[line - 1]) + 1, _indentation(lines[line - 1], before, lines)


def _opens_twice(written: str, column: int, problem: str) -> bool:
    """Whether the colon complained of is not the first of its line that a space follows."""
    return problem == _TWO_COLONS and ": " in written[: column - 1]


def _line_before(line: int, lines: Sequence[str]) -> int:
    """The last line before that says something; 0 if none does."""
    said = (number for number in range(min(line - 1, len(lines)), 0, -1) if _says_something(lines[number - 1]))
    return next(said, 0)


def _says_something(text: str) -> bool:
    return bool(text.strip()) and not text.lstrip().startswith("#")


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _indentation(written: str, before: int, lines: Sequence[str]) -> str:
    here, above = _indent(written), _indent(lines[before - 1])
    return (
        f"look at the indentation: {here} here and {above} in line {before}, in spaces; "
        "what belongs together begins in one column"
    )
