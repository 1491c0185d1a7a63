"""Reads the chapters of the reference: prose with fenced blocks, which make the examples that the tests run.

Every heading begins an example: the files that its blocks hold. What stands before the first `##` heading is the head
of the chapter, and its files belong to every example of the chapter; an example may put its own in their place. A block
of YAML or CSV names its file in its first line, as a comment that is no part of the file.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHAPTERS: Final = Path(__file__).resolve().parents[2] / "tests" / "spec" / "chapters"
FILES: Final = ("yaml", "csv")
"""Languages of which a block is a file."""

_FENCE: Final = re.compile(r"```(.*)")
_HEADING: Final = re.compile(r"(#+) (.*)")
_FILE: Final = re.compile(r"# (\S+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the words behind its fence, the file it names, its text, and the line on which that begins."""

    info: tuple[str, ...]
    file: str
    text: str
    line: int

    def is_a(self, *info: str) -> bool:
        """Whether the words behind the fence are these."""
        return self.info == info


@dataclass(frozen=True, slots=True)
class Example:
    """What stands below one heading, with the head of its chapter. `line` is the heading's."""

    chapter: str
    heading: str
    line: int
    head: tuple[Block, ...]
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        """Where to look, and what it is about."""
        return f"{self.chapter}:{self.line} {self.heading}"

    @property
    def files(self) -> dict[str, Block]:
        """The files by name: those of the head, and over them its own."""
        return {block.file: block for block in (*self.head, *self.blocks) if block.info[0] in FILES}


def chapters() -> list[Path]:
    """The chapters in order."""
    return sorted(CHAPTERS.glob("*.md"))


def examples(chapter: Path) -> list[Example]:
    """Every heading of a chapter below its title; one without blocks too."""
    lines = chapter.read_text(encoding="utf-8").splitlines()
    headings = [(number, found) for number, found in _headings(lines) if len(found[1]) > 1]
    ends = [number for number, _ in headings] + [len(lines) + 1]
    blocks = list(_blocks(lines))
    head = tuple(block for block in blocks if block.line < ends[0])
    return [
        Example(
            chapter.name,
            found[2],
            start,
            head,
            tuple(block for block in blocks if start < block.line < end),
        )
        for (start, found), end in zip(headings, ends[1:], strict=True)
    ]


def prose(lines: Iterable[str]) -> Iterator[tuple[int, str, bool]]:
    """Each line with its number, and whether it is prose: no fence, and not within one."""
    inside = False
    for number, line in enumerate(lines, start=1):
        fence = line.startswith("```")
        yield number, line, not (inside or fence)
        inside ^= fence


def _headings(lines: Iterable[str]) -> Iterator[tuple[int, re.Match[str]]]:
    for number, line, is_prose in prose(lines):
        found = _HEADING.fullmatch(line)
        if is_prose and found is not None:
            yield number, found


def _blocks(lines: list[str]) -> Iterator[Block]:
    start = 0
    for number, line, _ in prose(lines):
        fence = _FENCE.fullmatch(line)
        if fence is None:
            continue
        if not start:
            start = number
        else:
            yield _block(lines[start - 1], lines[start : number - 1], start + 1)
            start = 0


def _block(fence: str, lines: list[str], line: int) -> Block:
    info = tuple(fence.removeprefix("```").split())
    named = _FILE.fullmatch(lines[0]) if lines and info and info[0] in FILES else None
    if named is not None:
        return Block(info, named[1], "".join(f"{text}\n" for text in lines[1:]), line + 1)
    return Block(info, "", "".join(f"{text}\n" for text in lines), line)
