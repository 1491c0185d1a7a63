"""Reads `hold`: which kinds wait until a team releases them, and why."""

from typing import Final

from amends.domain.action_kinds import INTERNAL_KINDS, ActionKind
from amends.packs.findings import nearest
from amends.packs.model import Holding, Text
from amends.packs.read_kinds import read_kinds
from amends.packs.read_texts import read_text
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode
from amends.packs.shapes import Context, check_keys, mapping, missing, scalar

HOLD_KEYS: Final = ("kinds", "for", "because")
ALL_KINDS: Final = "all"


def read_hold(node: Node, context: Context) -> Holding | None:
    """The hold of a rule; None where too much is wrong to make one."""
    written = mapping(node, "`hold`", context.findings)
    if written is None:
        return None
    check_keys(written, HOLD_KEYS, context.findings, what="`hold`")
    for key in HOLD_KEYS:
        if written.get(key) is None:
            missing(written, key, "`hold`", context.findings)
    kinds, team, because = _kinds(written, context), _team(written, context), _because(written, context)
    return Holding(kinds, team, because) if kinds and team and because is not None else None


def _kinds(node: MapNode, context: Context) -> tuple[ActionKind, ...]:
    """In the order of the language's table: that in which they are written says nothing."""
    written = node.get("kinds")
    if written is None:
        return ()
    if isinstance(written, ScalarNode) and written.text == ALL_KINDS:
        return tuple(kind for kind in ActionKind if kind not in INTERNAL_KINDS)
    if isinstance(written, ListNode) and not written.items:
        context.findings.error(written.position, "empty", "`hold` names no kind", "kinds: all")
    named = {kind for kind, _ in read_kinds(written, "`kinds`", context)}
    return tuple(kind for kind in ActionKind if kind in named)


def _team(node: MapNode, context: Context) -> str:
    written = node.get("for")
    text = scalar(written, "`for`", context.findings) if written is not None else None
    if text is None:
        return ""
    if text.text not in context.teams:
        hint = nearest(text.text, context.teams, otherwise="list it under `teams` of pack.yaml")
        context.findings.error(text.position, "unknown-team", f"for: there is no team {text.text[:60]!r}", hint)
    return text.text


def _because(node: MapNode, context: Context) -> Text | None:
    written = node.get("because")
    return (
        read_text(written, "the reason of a hold", context.findings, placeholders=()) if written is not None else None
    )
