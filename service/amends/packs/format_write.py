"""Writes a source tree in the one style: two spaces a level, lists indented under their key, single spaces in a line.

Texts keep their quotes and their line breaks, comments their column where there is room for it.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from amends.packs.format_tree import Block, CannotFormatError, Entry, Leaf, Remark, Source, indent_of

LONGEST_LINE: Final = 120
_STEP: Final = 2

Place: TypeAlias = tuple[str, ...]
"""Where something stands: the keys that lead to it, `*` for an item of a list."""
Order: TypeAlias = Callable[[Place], Sequence[str]]
"""The keys of the mapping at a place in the order of the language; none: as written."""


def write_tree(source: Source, order: Order) -> str:
    """The text of a whole file, ending in one line break; nothing for a file of nothing."""
    writer = _Writer(source.text, order)
    writer.remarks(source.head, 0)
    match source.root:
        case Block() as block:
            writer.block(block, 0, (), prefix=None)
        case Leaf() as leaf:
            writer.leaf(leaf, "", (), parent=0)
            writer.trail(leaf.trail)
        case None:
            pass
    writer.remarks(source.foot, 0)
    return writer.text()


class _Writer:
    """Lines as far as they are written; `prefix` is what stands already on the line that comes next."""

    def __init__(self, source: str, order: Order) -> None:
        self._source = source
        self._order = order
        self._lines: list[str] = []

    def text(self) -> str:
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return "".join(f"{line}\n" for line in self._lines)

    def remarks(self, remarks: Sequence[Remark], column: int, *, after_key: bool = False) -> None:
        """Lines of comment, and single blank lines between what stands above and below."""
        for remark in remarks:
            if remark.text:
                self._lines.append(" " * column + remark.text)
            elif self._lines and self._lines[-1] and not after_key:
                self._lines.append("")
            after_key = after_key and not remark.text

    def block(self, block: Block, column: int, place: Place, *, prefix: str | None) -> None:
        """Every entry of a block, then its tail."""
        entries = block.entries if block.is_list else self._sorted(block.entries, place)
        for number, entry in enumerate(entries):
            if prefix is None:
                self.remarks(entry.leading, column, after_key=not number and column > 0)
            start = " " * column if prefix is None else prefix
            prefix = None
            if block.is_list:
                self._item(entry, start, column, (*place, "*"))
            else:
                self._pair(entry, start, column, place)
        self.remarks(block.tail, column)

    def _sorted(self, entries: list[Entry], place: Place) -> list[Entry]:
        keys = [self._key(entry.key) for entry in entries]
        return [entries[index] for index in in_order(keys, self._order(place))]

    def _item(self, entry: Entry, start: str, column: int, place: Place) -> None:
        match entry.value:
            case Block() as block:
                first = block.entries[0] if block.is_list else self._sorted(block.entries, place)[0]
                self._hoist(first.leading, start)
                self.block(block, column + _STEP, place, prefix=f"{start}- ")
            case Leaf() as leaf:
                self.leaf(leaf, f"{start}- ", place, parent=column)
                self.trail(leaf.trail)
            case None:
                raise CannotFormatError("an item of nothing")

    def _hoist(self, leading: Sequence[Remark], start: str) -> None:
        """What was said before the first key of an item stands before the item."""
        comments = [remark for remark in leading if remark.text]
        if comments and start.strip():
            raise CannotFormatError("a comment within a list in a list")
        self.remarks(comments, len(start))

    def _pair(self, entry: Entry, start: str, column: int, place: Place) -> None:
        key = self._key(entry.key)
        head = f"{start}{key}:"
        inside = (*place, key)
        match entry.value:
            case Block() as block:
                self._lines.append(head)
                self.trail(entry.key.trail if entry.key is not None else None)
                self.block(block, column + _STEP, inside, prefix=None)
            case Leaf() as leaf:
                self._value(entry, leaf, head, column=column, place=inside)
                self.trail(leaf.trail)
            case None:
                raise CannotFormatError("a key without a value")

    def _value(self, entry: Entry, leaf: Leaf, head: str, *, column: int, place: Place) -> None:
        """On the line of its key, but for what was put on the next one because it is long."""
        assert entry.key is not None
        comments = [remark for remark in entry.inner if remark.text]
        below = "\n" in self._source[entry.key.end : leaf.start]
        flat = self._flat(leaf, place)
        if not (leaf.end - leaf.start):
            self._lines.append(head)
        elif below and (comments or entry.key.trail or "\n" in flat or len(head) + 1 + len(flat) > LONGEST_LINE):
            self._lines.append(head)
            self.trail(entry.key.trail)
            self.remarks(comments, column + _STEP)
            self.leaf(leaf, " " * (column + _STEP), place, parent=column)
        else:
            self.leaf(leaf, f"{head} ", place, parent=column)

    def leaf(self, leaf: Leaf, prefix: str, place: Place, *, parent: int) -> None:
        """A leaf behind what stands on its line; further lines move along with it. `parent` holds it, at a column."""
        first, *rest = self._flat(leaf, place).split("\n")
        self._lines.append((prefix + first).rstrip())
        if leaf.style in {"|", ">"}:
            self._lines += _block_scalar(first, rest, parent + _STEP)
            return
        shift = len(prefix) - leaf.column
        for line in rest:
            bare = line.lstrip(" ")
            indent = max(len(line) - len(bare) + shift, parent + _STEP)
            kept = bare if leaf.style else bare.rstrip()
            self._lines.append(" " * indent + kept if kept else "")

    def trail(self, remark: Remark | None) -> None:
        """A comment at the end of the line that was written last."""
        if remark is not None:
            line = self._lines.pop()
            self._lines.append(line.ljust(max(len(line) + _STEP, remark.column)) + remark.text)

    def _key(self, key: Leaf | None) -> str:
        return self._source[key.start : key.end] if key is not None else ""

    def _flat(self, leaf: Leaf, place: Place) -> str:
        """The text of a leaf: as written, but a collection on one line evenly spaced and in order."""
        source = self._source[leaf.start : leaf.end]
        if leaf.parts is None or "\n" in source:
            return source
        keys = [self._key(key) for key, _ in leaf.parts]
        pairs = [self._part(key, value, place) for key, value in leaf.parts]
        if leaf.braces != "[]":
            pairs = [pairs[index] for index in in_order(keys, self._order(place))]
        inside = ", ".join(pairs)
        return f"{leaf.braces[:1]}{inside}{leaf.braces[1:]}"

    def _part(self, key: Leaf | None, value: Leaf, place: Place) -> str:
        if key is None:
            return self._flat(value, (*place, "*"))
        name = self._key(key)
        if value.end > value.start:
            return f"{name}: {self._flat(value, (*place, name))}"
        return f"{name}: " if ":" in self._source[key.end : value.start] else name


def in_order(keys: Sequence[str], order: Sequence[str]) -> list[int]:
    """The places of the keys in the order of the language; those that it does not know come last, as written."""
    known = {key: place for place, key in enumerate(order)}
    return sorted(range(len(keys)), key=lambda index: known.get(keys[index].strip("\"'"), len(known)))


def _block_scalar(head: str, lines: Sequence[str], column: int) -> list[str]:
    """The lines of `|` or `>` below their key. Where the text itself is indented, the head says by how much."""
    written = next((int(letter) for letter in head.partition("#")[0] if letter.isdigit()), 0)
    if written:
        raise CannotFormatError("a text whose indentation is written as a number")
    base = indent_of(lines)
    return [" " * column + line[base:] if line[base:] else "" for line in lines]
