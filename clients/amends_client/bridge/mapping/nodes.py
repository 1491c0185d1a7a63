"""YAML text as a tree in which every value knows its place. The only import of `yaml` for mappings.

A scalar stays its text, so nothing is guessed about what it means. What a mapping has no use for is a problem: aliases,
tags, keys that stand twice or are no text.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from amends_client.bridge.mapping.problems import Place, Problems

LARGEST: Final = 1024 * 1024
_STANDARD: Final = "tag:yaml.org,2002:"
_DEEPEST: Final = 32


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as its text; `plain` where no quotes stand around it."""

    text: str
    place: Place
    plain: bool

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping, in the order written."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    place: Place

    def get(self, key: str) -> "Node | None":
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Listed | Mapped


def read_nodes(text: str, problems: Problems) -> Node | None:
    """The tree of the only document; None where there is nothing, or nothing that can be read."""
    start = Place(1, 1)
    if len(text) > LARGEST:
        problems.add(start, "too-large", f"the file is larger than {LARGEST // 1024} KiB")
        return None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        problems.add(_place(error.problem_mark), "bad-yaml", f"this is not YAML: {error.problem or error.context}")
        return None
    except yaml.YAMLError:
        problems.add(start, "bad-yaml", "this is not YAML: a character that YAML does not allow")
        return None
    if root is None:
        problems.add(start, "empty", "there is nothing to read")
        return None
    return _Builder(problems).build(root, depth=0)


class _Builder:
    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._seen: set[int] = set()

    def build(self, node: yaml.Node, *, depth: int) -> Node:
        place = _place(node.start_mark)
        if id(node) in self._seen:
            self._problems.add(place, "alias", "an alias (*name) is not accepted", "write the value out")
            return Scalar("", place, plain=False)
        self._seen.add(id(node))
        if depth > _DEEPEST:
            self._problems.add(place, "too-deep", f"nested more than {_DEEPEST} deep")
            return Scalar("", place, plain=False)
        if not node.tag.startswith(_STANDARD):
            self._problems.add(place, "tag", f"the YAML tag {node.tag[:60]!r} is not accepted", "write the value alone")
        match node:
            case yaml.MappingNode():
                return Mapped(tuple(self._entries(node, depth=depth)), place)
            case yaml.SequenceNode():
                return Listed(tuple(self.build(item, depth=depth + 1) for item in node.value), place)
            case yaml.ScalarNode():
                return Scalar(str(node.value), place, plain=node.style is None)
            case _:
                raise TypeError(f"YAML has no {type(node).__name__}")

    def _entries(self, node: yaml.MappingNode, *, depth: int) -> list[tuple[Scalar, Node]]:
        found: dict[str, tuple[Scalar, Node]] = {}
        for key_node, value_node in node.value:
            key, value = self.build(key_node, depth=depth + 1), self.build(value_node, depth=depth + 1)
            if not isinstance(key, Scalar):
                self._problems.add(key.place, "bad-key", "a key is text")
            elif key.text in found:
                first = found[key.text][0].place.line
                message = f"the key {key.text[:60]!r} stands twice; first in line {first}"
                self._problems.add(key.place, "duplicate-key", message, "keep one of them")
            else:
                found[key.text] = (key, value)
        return list(found.values())


def _place(mark: yaml.Mark | None) -> Place:
    return Place(1, 1) if mark is None else Place(mark.line + 1, mark.column + 1)
