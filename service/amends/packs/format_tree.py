"""Reads YAML text into a tree that forgets nothing a person wrote: comments, blank lines, quotes and line breaks stay.

Only the block structure is taken apart. A scalar, and a flow collection (`{...}`, `[...]`) that is written over several
lines, is a leaf: its source text. A comment that stands on lines of its own belongs to what follows it, unless it is
indented as the end of what precedes; one at the end of a line belongs to that line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import yaml

from amends.packs.reader import LOADER

_STRUCTURE: Final = re.compile(r"[\s:?-]*")
_MOST: Final = 1024
"""More spaces than any text is indented by: where a text is blank, all of them are its indentation."""


class CannotFormatError(Exception):
    """Something that has no form of its own here, as a key of several lines; the message says what."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, or a blank line where `text` is empty, and the column at which it stands."""

    text: str
    column: int


@dataclass(slots=True)
class Leaf:
    """Source text from `start` to `end`, at `column` of its line. `style` is a scalar's; empty: plain, or flow.

    `parts` are those of a flow collection; `braces` are its brackets, empty for the pair in `[a: b]`.
    """

    start: int
    end: int
    column: int
    style: str = ""
    parts: "list[tuple[Leaf | None, Leaf]] | None" = None
    braces: str = ""
    trail: Remark | None = None


@dataclass(slots=True)
class Entry:
    """One key of a mapping, or one item of a list (`key` None), with the remarks that belong to it."""

    leading: list[Remark]
    key: Leaf | None
    value: "Tree | None" = None
    inner: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """A mapping or list in block style, at `column` of the source; `tail` stands after its last entry."""

    column: int
    is_list: bool
    entries: list[Entry] = field(default_factory=list)
    tail: list[Remark] = field(default_factory=list)


Tree: TypeAlias = Leaf | Block


@dataclass(frozen=True, slots=True)
class Source:
    """A whole file. Where the root is a leaf, `head` and `foot` are the remarks around it."""

    text: str
    root: Tree | None
    head: list[Remark]
    foot: list[Remark]


def read_tree(text: str) -> Source:
    """The tree of text that the reader of packs has accepted."""
    events = [event for event in yaml.parse(text, Loader=LOADER) if isinstance(event, _TAKEN)]
    return _Builder(text, _nodes(text, iter(events))).build()


_TAKEN: Final = (
    yaml.ScalarEvent,
    yaml.SequenceStartEvent,
    yaml.SequenceEndEvent,
    yaml.MappingStartEvent,
    yaml.MappingEndEvent,
)
_OPENING: Final = (yaml.SequenceStartEvent, yaml.MappingStartEvent)


def _nodes(text: str, events: Iterator[yaml.Event]) -> list[Leaf | yaml.Event]:
    """The events with every leaf put together: what is left opens and closes blocks."""
    found: list[Leaf | yaml.Event] = []
    for event in events:
        if isinstance(event, yaml.ScalarEvent) or (isinstance(event, _OPENING) and event.flow_style):
            found.append(_leaf(text, event, events))
        else:
            found.append(event)
    return found


def _leaf(text: str, event: yaml.Event, events: Iterator[yaml.Event]) -> Leaf:
    start, end = event.start_mark, event.end_mark
    assert start is not None
    assert end is not None
    if isinstance(event, yaml.ScalarEvent):
        stop = end.index
        if event.style in {"|", ">"}:
            if end.index == len(text) and not text.endswith("\n"):
                raise CannotFormatError("the text that ends the file lacks a line break, and one would belong to it")
            stop = start.index + len(_block_scalar(text[start.index : end.index]))
        return Leaf(start.index, stop, start.column, event.style or "")
    is_mapping = isinstance(event, yaml.MappingStartEvent)
    parts: list[tuple[Leaf | None, Leaf]] = []
    key: Leaf | None = None
    for inner in events:
        if isinstance(inner, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            assert inner.end_mark is not None
            opened = text[start.index : start.index + 1]
            braces = {"{": "{}", "[": "[]"}.get(opened, "") if is_mapping is (opened == "{") else ""
            stop = inner.end_mark.index if braces else parts[-1][1].end
            return Leaf(start.index, stop, start.column, parts=parts, braces=braces)
        leaf = _leaf(text, inner, events)
        if is_mapping and key is None:
            key = leaf
        else:
            parts.append((key, leaf))
            key = None
    raise CannotFormatError("a collection that does not end")


def _block_scalar(source: str) -> str:
    """Without the blank lines after it, unless it says that they belong to it (`|+`)."""
    head, *lines = source.split("\n")
    if "+" in head.partition("#")[0]:
        return source.rpartition("\n")[0]
    indent = indent_of(lines)
    while lines and not lines[-1].strip(" ") and len(lines[-1]) <= indent:
        lines.pop()
    return "\n".join([head, *lines])


def indent_of(lines: Sequence[str]) -> int:
    """By how many spaces the text of `|` or `>` is indented: as its first line that says something."""
    return next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), _MOST)


class _Builder:
    """Puts leaves and remarks together. `closed` are the blocks that ended since the last leaf, deepest first."""

    def __init__(self, text: str, nodes: list[Leaf | yaml.Event]) -> None:
        self._text = text
        self._nodes = nodes
        leaves = [node for node in nodes if isinstance(node, Leaf)]
        self._gaps = iter([list(self._remarks(*pair)) for pair in zip([None, *leaves], [*leaves, None], strict=True)])
        self._pending: list[Remark] = next(self._gaps)
        self._closed: list[Block] = []

    def build(self) -> Source:
        """The whole tree."""
        root: Tree | None = None
        head: list[Remark] = []
        open_blocks: list[Block] = []
        for node in self._nodes:
            if isinstance(node, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                self._closed.append(open_blocks.pop())
                continue
            tree = node if isinstance(node, Leaf) else _block(node)
            if open_blocks:
                self._place(tree, open_blocks[-1])
            else:
                root = tree
                head = self._pending if isinstance(tree, Leaf) else []
            if isinstance(tree, Leaf):
                self._pending, self._closed = next(self._gaps), []
            else:
                open_blocks.append(tree)
        return Source(self._text, root, head, self._share(-1))

    def _place(self, tree: Tree, block: Block) -> None:
        entry = block.entries[-1] if block.entries else None
        if entry is not None and entry.key is not None and entry.value is None:
            entry.value = tree
            if isinstance(tree, Leaf):
                entry.inner = self._pending
            return
        leading = self._share(block.column)
        if block.is_list:
            block.entries.append(Entry(leading, None, tree))
        elif isinstance(tree, Leaf) and tree.parts is None and "\n" not in self._text[tree.start : tree.end]:
            block.entries.append(Entry(leading, tree))
        else:
            raise CannotFormatError("a key of several lines")

    def _share(self, column: int) -> list[Remark]:
        """What of the remarks before an entry at `column` belongs to it; the others go to the blocks that ended."""
        waiting: list[Remark] = []
        candidates = self._closed
        while self._pending:
            remark = self._pending[0]
            if remark.text:
                deep = [block for block in candidates if column < remark.column >= block.column]
                if not deep:
                    break
                # Once a remark belongs to an outer block, none after it belongs to an inner one.
                candidates = candidates[candidates.index(deep[0]) :]
                deep[0].tail += [*waiting, remark]
                waiting = []
            else:
                waiting.append(remark)
            self._pending = self._pending[1:]
        found, self._pending = [*waiting, *self._pending], []
        return found

    def _remarks(self, before: Leaf | None, after: Leaf | None) -> Iterator[Remark]:
        """The remarks between two leaves. One on the line of the first goes to that."""
        start = before.end if before is not None else 0
        end = after.start if after is not None else len(self._text)
        lines = self._text[start:end].split("\n")
        for number, line in enumerate(lines):
            structure = _STRUCTURE.match(line)
            width = structure.end() if structure is not None else 0
            comment = line[width:].rstrip()
            on_line_of_leaf = before is not None and number == 0
            column = width if not on_line_of_leaf else width + self._column(start)
            if comment.startswith("#") and on_line_of_leaf:
                assert before is not None
                before.trail = Remark(comment, column)
            elif comment.startswith("#"):
                yield Remark(comment, len(line) - len(line.lstrip()))
            elif not line.strip() and number < len(lines) - 1 and (before is None or number):
                yield Remark("", 0)

    def _column(self, index: int) -> int:
        return index - (self._text.rfind("\n", 0, index) + 1)


def _block(event: yaml.Event) -> Block:
    assert event.start_mark is not None
    return Block(event.start_mark.column, isinstance(event, yaml.SequenceStartEvent))
