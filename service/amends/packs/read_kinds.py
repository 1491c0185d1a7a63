"""Reads the names of kinds of action, wherever a list of them stands."""

from amends.domain.action_kinds import KINDS, ActionKind
from amends.packs.findings import nearest
from amends.packs.model import Position
from amends.packs.reader import Node, ScalarNode
from amends.packs.shapes import Context, words


def read_kind(node: ScalarNode, context: Context) -> ActionKind | None:
    """The kind of action that a node names."""
    if node.text not in KINDS:
        message = f"there is no action {node.text[:60]!r}"
        context.findings.error(node.position, "unknown-action", message, nearest(node.text, KINDS))
        return None
    return ActionKind(node.text)


def read_kinds(node: Node, what: str, context: Context) -> tuple[tuple[ActionKind, Position], ...]:
    """The kinds of a list, each once and with its place, in the order written."""
    read = ((read_kind(word, context), word.position) for word in words(node, what, context.findings))
    return tuple((kind, at) for kind, at in read if kind is not None)
