"""A playbook as Markdown (GitHub's form, for its tables). What a pack says is text, never markup: it is escaped."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from amends.packs.playbook.blocks import Block, Paragraph, Playbook, Point, Points, Run, Section, Table, Words

# An underscore within a word is no mark.
_SIGNS: Final = re.compile(r"([\\`*\[\]<>#|~&]|(?<!\w)_|_(?!\w))")
_AT_START: Final = re.compile(r"^(\s*)(\d*)([-+=](?=\s|$)|(?<=\d)[.)](?=\s|$))")


def as_markdown(book: Playbook) -> str:
    """The whole text."""
    parts = [f"# {_escaped(book.title)}", *_blocks(book.lead)]
    parts += [part for section in book.sections for part in _section(section, level=2)]
    return "\n\n".join(parts) + "\n"


def _section(section: Section, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} {_escaped(section.title)}"
    yield from _blocks(section.blocks)
    for inner in section.sections:
        yield from _section(inner, level=level + 1)


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(words):
                yield _words(words)
            case Points(points, ordered):
                yield "\n".join(_points(points, indent="", mark="1." if ordered else "-"))
            case Table():
                yield _table(block)
            case _:
                assert_never(block)


def _points(points: Sequence[Point], *, indent: str, mark: str) -> Iterator[str]:
    for point in points:
        yield f"{indent}{mark} {_words(point.words)}"
        yield from _points(point.below, indent=indent + " " * (len(mark) + 1), mark="-")


def _table(table: Table) -> str:
    lines = [
        f"**{_escaped(table.caption)}**",
        "",
        _row([_escaped(cell) for cell in table.head]),
        _row(["---"] * len(table.head)),
        *(_row([_words(cell) for cell in row]) for row in table.rows),
    ]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _words(words: Words) -> str:
    return _AT_START.sub(r"\1\2\\\3", "".join(_run(run) for run in words))


def _run(run: Run) -> str:
    # Names hold neither backticks nor line breaks, so a span of code needs no longer fence.
    text = f"`{run.words}`" if run.code else _escaped(run.words)
    return f"**{text}**" if run.strong else text


def _escaped(words: str) -> str:
    return _SIGNS.sub(r"\\\1", " ".join(words.split()) if "\n" in words else words)
