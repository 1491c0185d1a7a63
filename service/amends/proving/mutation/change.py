"""What is changed: in a piece of what was written (`Change`), and then in a whole pack (`Mutation`).

A change is made to the positioned nodes that a file was read into, so it knows its line and means what it would mean
had the owner written it there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from amends.packs.csv_file import CsvRow
from amends.packs.model import Position
from amends.packs.outline import Section
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode


class Operator(StrEnum):
    """The sorts of change; a waiver may name one."""

    RULE = "rule"
    ROW = "row"
    CONDITION = "condition"
    VALUE = "value"
    BOUND = "bound"
    ACTION = "action"
    PARAMETER = "parameter"
    AMOUNT = "amount"
    FORBID = "forbid"
    HOLD = "hold"
    CASE = "case"
    LIMIT = "limit"
    REQUIREMENT = "requirement"
    GUARDRAIL = "guardrail"
    BAND = "band"
    CALENDAR = "calendar"
    COMBINATION = "combination"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a node: what it is in words, the test that would notice it, and the node after it (None: gone)."""

    position: Position
    operator: Operator
    words: str
    advice: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class DefinitionEdit:
    """A definition reads otherwise, or is not there."""

    origin: str
    section: Section
    ident: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class TableEdit:
    """A table file holds other rows."""

    origin: str
    table: str
    rows: tuple[CsvRow, ...]


@dataclass(frozen=True, slots=True)
class RowEdit:
    """A row of a rule's table is not there; the others keep the numbers by which tests know them."""

    rule_id: str


@dataclass(frozen=True, slots=True)
class DisableEdit:
    """Something inherited is no longer disabled."""

    origin: str
    ident: str


Edit: TypeAlias = DefinitionEdit | TableEdit | RowEdit | DisableEdit


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of a pack. `about` is the rule, limit, fact, ... that it is made in."""

    position: Position
    operator: Operator
    about: str
    words: str
    advice: str
    edit: Edit


def within_entry(node: MapNode, place: int, changes: Iterable[Change]) -> Iterator[Change]:
    """Changes of one value of a mapping as changes of the mapping; one that takes the value out takes out its key."""
    key, _ = node.entries[place]
    for change in changes:
        entry = () if change.node is None else ((key, change.node),)
        entries = (*node.entries[:place], *entry, *node.entries[place + 1 :])
        yield replace(change, node=MapNode(entries, node.position) if entries else None)


def within_item(node: ListNode, place: int, changes: Iterable[Change]) -> Iterator[Change]:
    """Changes of one item of a list as changes of the list; a list of nothing is none."""
    for change in changes:
        item = () if change.node is None else (change.node,)
        items = (*node.items[:place], *item, *node.items[place + 1 :])
        yield replace(change, node=ListNode(items, node.position) if items else None)


def keyed_changes(node: MapNode, of: Callable[[str, Node], Iterable[Change]]) -> Iterator[Change]:
    """The changes that `of` has for each key and value, as changes of the mapping."""
    for place, (key, value) in enumerate(node.entries):
        yield from within_entry(node, place, of(key.text, value))


def listed_changes(node: Node, of: Callable[[Node], Iterable[Change]]) -> Iterator[Change]:
    """The changes that `of` has for each item, as changes of the list."""
    if isinstance(node, ListNode):
        for place, item in enumerate(node.items):
            yield from within_item(node, place, of(item))


def dropped_values(node: Node, operator: Operator, *, what: str, advice: Callable[[str], str]) -> Iterator[Change]:
    """A list with each of its values left out; a list of one is left alone."""
    if isinstance(node, ListNode) and len(node.items) > 1:
        for place, item in enumerate(node.items):
            words = f"{what}: {shown(item)} is left out"
            yield from within_item(node, place, [Change(item.position, operator, words, advice(shown(item)), None)])


def taken_out(position: Position, operator: Operator, *, what: str, advice: str) -> Change:
    """Something is not there any more."""
    return Change(position, operator, f"{what} is taken out", advice, None)


def scalar_like(node: ScalarNode, text: str) -> ScalarNode:
    """Another text in the place of a scalar, of the same kind."""
    return replace(node, text=text)


def shown(node: Node) -> str:
    """What a node says, in one line as YAML would have it."""
    match node:
        case ScalarNode():
            return node.text
        case ListNode(items):
            return f"[{', '.join(map(shown, items))}]"
        case MapNode(entries):
            return f"{{{', '.join(f'{key.text}: {shown(value)}' for key, value in entries)}}}"
