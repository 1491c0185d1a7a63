"""Reads a guide of docs/: its tables by heading, and its fenced blocks with the file that each one names."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs"

_HEADING: Final = re.compile(r"#+ (.*)")
_FENCE: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE: Final = re.compile(r"# ([\w./-]+)\n")
_WORD: Final = re.compile(r"`([^`]+)`")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. `file` is what its first line names, as a comment that is no part of the text."""

    language: str
    file: str
    text: str


class Guide:
    """One guide."""

    def __init__(self, name: str) -> None:
        self.folder = Path(name).parent
        self.text = (DOCS / name).read_text(encoding="utf-8")

    def rows(self, heading: str) -> list[Row]:
        """The rows of the one table below a heading, without its head; a table further down is another heading's."""
        section = self._section(heading)
        lines = [line for line in section if line.startswith("|")]
        assert len(lines) > 2, f"no table below {heading!r}"
        cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
        width = len(cells[0])
        assert all(len(row) == width for row in cells), f"a row of another width below {heading!r}"
        return cells[2:]

    def keys(self, heading: str) -> list[str]:
        """The first cell of every row, without its backticks."""
        return [row[0].strip("`") for row in self.rows(heading)]

    def blocks(self) -> list[Block]:
        """Every fenced block, in order."""
        found = []
        for language, text in _FENCE.findall(self.text):
            named = _FILE.match(text)
            found.append(Block(language, named[1], text[named.end() :]) if named else Block(language, "", text))
        return found

    def _section(self, heading: str) -> list[str]:
        lines = _without_blocks(self.text).splitlines()
        places = [index for index, line in enumerate(lines) if (found := _HEADING.match(line)) and found[1] == heading]
        assert len(places) == 1, f"{len(places)} headings {heading!r}"
        rest = lines[places[0] + 1 :]
        end = next((index for index, line in enumerate(rest) if _HEADING.match(line)), len(rest))
        return rest[:end]


def words(cell: str) -> list[str]:
    """What stands in backticks in a cell."""
    return _WORD.findall(cell)


def anchors(guide: Guide) -> set[str]:
    """The fragments by which the headings of a guide can be linked to."""
    headings = re.findall(r"^#+ (.*)$", _without_blocks(guide.text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(guide: Guide) -> list[str]:
    """Links to a file that is not there, or to a heading that a page does not have; the web is not ours to test."""
    within = [target for target in re.findall(r"\]\(([^)]+)\)", guide.text) if not target.startswith("https://")]
    return [target for target in within if not _leads_somewhere(target, guide)]


def _leads_somewhere(target: str, guide: Guide) -> bool:
    file, _, fragment = target.partition("#")
    beside = guide.folder / file
    if file and not (DOCS / beside).exists():
        return False
    return not fragment or fragment in anchors(Guide(str(beside)) if file else guide)


def _without_blocks(text: str) -> str:
    return _FENCE.sub("", text)
