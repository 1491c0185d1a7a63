"""Reads YAML text into a tree of positioned nodes; of packs, of pack tests and of case files.

Nothing is executed and nothing is converted: a scalar stays its text, with the kind that the YAML 1.2 core rules give
it (`no` is text). It refuses what a policy file has no use for and an attacker has: anchors, aliases, tags, several
documents, merge keys, keys that are not text, files that are too big, too deep or of too many values.

Use: `read_yaml(data, file)` gives a `Document`; its `root` is None where the text is empty or unreadable, and its
`diagnostics` say what is wrong. `document.register(findings)` hands lines and diagnostics to a collector.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

import yaml

from amends.packs.diagnostics import Diagnostic
from amends.packs.findings import Findings
from amends.packs.model import Position
from amends.packs.syntax import where_and_how

LARGEST_FILE: Final = 1024 * 1024
MOST_NODES: Final = 100_000
DEEPEST: Final = 64
UNPRINTABLE: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f\\ud800-\\udfff\\u202a-\\u202e\\u2066-\\u2069]")

LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""What parses: libyaml where it is there. The two differ in rare texts, so whoever parses uses this one."""
_MERGE: Final = "<<"
_MARK: Final = "\ufeff"
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+\.[0-9]+")


class ScalarKind(StrEnum):
    """What a scalar is by the YAML 1.2 core rules, as far as the language uses them. Quoted is always text."""

    NULL = "null"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One value, as its text."""

    text: str
    kind: ScalarKind
    position: Position = field(compare=False)

    @property
    def is_null(self) -> bool:
        """Whether nothing is written (or `null`, `~`)."""
        return self.kind is ScalarKind.NULL


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple["Node", ...]
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping, in the order written. Keys are unique: of a repeated key the first entry is kept."""

    entries: tuple[tuple[ScalarNode, "Node"], ...]
    position: Position = field(compare=False)

    def get(self, key: str) -> "Node | None":
        """The value of `key`, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> ScalarNode | None:
        """The node of the key itself, for its position; or None."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node: TypeAlias = ScalarNode | ListNode | MapNode


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. `root` is None where it is empty or cannot be read."""

    file: str
    lines: tuple[str, ...]
    root: Node | None
    diagnostics: tuple[Diagnostic, ...]

    def register(self, findings: Findings) -> None:
        """Hand the lines and what was found to a collector."""
        findings.add_lines(self.file, self.lines)
        findings.include(self.diagnostics)


def describe(node: Node) -> str:
    """What a node is, in words for a message."""
    match node:
        case ListNode():
            return "a list"
        case MapNode():
            return "a mapping"
        case ScalarNode():
            return "nothing" if node.is_null else f"{node.text[:60]!r}"


def read_yaml(data: bytes, file: str) -> Document:
    """Read YAML (or JSON) from bytes; `file` is how positions name it."""
    if len(data) > LARGEST_FILE:
        return _refused(file, "too-large", f"the file is larger than {LARGEST_FILE // 1024} KiB", "split it by theme")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        at = Position(file, line, error.start - data.rfind(b"\n", 0, error.start))
        return _refused(file, "not-utf-8", "the file is not UTF-8 text", "save it as UTF-8", at=at)
    findings = Findings()
    lines = tuple(text.splitlines())
    findings.add_lines(file, lines)
    for number, content in enumerate(lines, start=1):
        indent = content[: len(content) - len(content.lstrip())]
        if "\t" in indent:
            at = Position(file, number, indent.index("\t") + 1)
            findings.error(at, "tab", "a tab in the indentation", "indent with spaces")
        if _MARK in content:
            at = Position(file, number, content.index(_MARK) + 1)
            message = "a byte order mark within the file"
            findings.error(at, "control-character", message, "remove it: editors do not show it")
    root = None if findings.failed else _parse(text, file, findings)
    return Document(file, lines, root, findings.sorted())


def _refused(file: str, code: str, message: str, hint: str = "", *, at: Position | None = None) -> Document:
    findings = Findings()
    findings.error(at or Position(file, 1, 1), code, message, hint)
    return Document(file, (), None, findings.sorted())


class _RefusalError(Exception):
    """The text is given up at a position: what follows could not be trusted, or would cost too much."""

    def __init__(self, at: Position, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.at, self.code, self.message, self.hint = at, code, message, hint


def _parse(text: str, file: str, findings: Findings) -> Node | None:
    try:
        return _Builder(file, findings).build(yaml.parse(text, Loader=LOADER))
    except _RefusalError as refusal:
        findings.error(refusal.at, refusal.code, refusal.message, refusal.hint)
    except yaml.MarkedYAMLError as error:
        line, column, hint = where_and_how(error, text.splitlines())
        at = Position(file, line, column)
        findings.error(at, "bad-yaml", f"this is not YAML: {error.problem or error.context}", hint)
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        at = Position(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        findings.error(at, "bad-yaml", "a character that YAML does not allow", "remove the control character")
    return None


class _Builder:
    """Builds the tree from parser events with a stack of its own: deep text cannot exhaust Python's."""

    __slots__ = ("_file", "_findings", "_nodes")

    def __init__(self, file: str, findings: Findings) -> None:
        self._file = file
        self._findings = findings
        self._nodes = 0

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        """The root of the only document, or None for an empty text."""
        open_collections: list[tuple[yaml.Event, list[Node]]] = []
        root: Node | None = None
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    node: Node = self._scalar(event)
                case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                    self._accept(event, depth=len(open_collections))
                    open_collections.append((event, []))
                    continue
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    node = self._close(*open_collections.pop())
                case yaml.AliasEvent():
                    raise self._refusal(event, "alias", "an alias (*name) is not accepted", "write the value out")
                case yaml.DocumentStartEvent() if root is not None:
                    raise self._refusal(
                        event, "several-documents", "a second document (---) in one file", "use one file each"
                    )
                case yaml.DocumentStartEvent() if event.version or event.tags:
                    raise self._refusal(event, "directive", "a directive (%YAML, %TAG) is refused", "take the line out")
                case _:
                    continue
            if open_collections:
                open_collections[-1][1].append(node)
            else:
                root = node
        return root

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        self._accept(event, depth=0)
        if UNPRINTABLE.search(event.value):
            at = self._at(event)
            self._findings.error(at, "control-character", "a character that cannot be shown", "remove it")
        kind = ScalarKind.TEXT if event.style else plain_kind(event.value)
        return ScalarNode(event.value, kind, self._at(event))

    def _accept(self, event: yaml.NodeEvent, *, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._refusal(event, "too-large", f"more than {MOST_NODES} values in one file", "split it by theme")
        if depth >= DEEPEST:
            raise self._refusal(event, "too-deep", f"nested more than {DEEPEST} deep", "name the parts: use more rules")
        if event.anchor is not None:
            raise self._refusal(event, "anchor", "an anchor (&name) is not accepted", "write the value out")
        if event.tag is not None:  # type: ignore[attr-defined]  # scalars, lists and mappings all have it
            raise self._refusal(event, "tag", "a YAML tag (!name) is not accepted", "write the value alone")

    def _close(self, start: yaml.Event, children: list[Node]) -> Node:
        if isinstance(start, yaml.SequenceStartEvent):
            return ListNode(tuple(children), self._at(start))
        entries: dict[str, tuple[ScalarNode, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if isinstance(key, ScalarNode) and key.text == _MERGE:
                self._findings.error(key.position, "merge-key", "a merge key (<<) is refused", "write the keys out")
            elif not isinstance(key, ScalarNode):
                self._findings.error(key.position, "bad-key", f"{describe(key)} as a key", "a key is text")
            elif key.text in entries:
                first = entries[key.text][0].position
                message = f"the key {key.text!r} stands twice; first in line {first.line}"
                self._findings.error(key.position, "duplicate-key", message, "keep one of them")
            else:
                entries[key.text] = (key, value)
        return MapNode(tuple(entries.values()), self._at(start))

    def _refusal(self, event: yaml.Event, code: str, message: str, hint: str) -> _RefusalError:
        return _RefusalError(self._at(event), code, message, hint)

    def _at(self, event: yaml.Event) -> Position:
        mark = event.start_mark
        assert mark is not None  # the parser marks every event; only hand-made ones lack it
        return Position(self._file, mark.line + 1, mark.column + 1)


def plain_kind(text: str) -> ScalarKind:
    """What a text without quotes is by the YAML 1.2 core rules."""
    if text in _NULL:
        return ScalarKind.NULL
    if text in _BOOLEANS:
        return ScalarKind.BOOLEAN
    if _INTEGER.fullmatch(text):
        return ScalarKind.INTEGER
    return ScalarKind.DECIMAL if _DECIMAL.fullmatch(text) else ScalarKind.TEXT
