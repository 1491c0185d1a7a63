"""Reads the small sections of a pack: teams, changed combinations, guardrails."""

from collections.abc import Iterable
from typing import Final

from amends.domain.action_kinds import KINDS, MONEY_KINDS, ActionKind, Combine
from amends.packs.conditions import AnyOf
from amends.packs.findings import Findings, nearest
from amends.packs.model import GuardrailRule, Team, Text
from amends.packs.outline import Definition
from amends.packs.read_conditions import read_when
from amends.packs.read_texts import read_text
from amends.packs.reader import MapNode
from amends.packs.shapes import Context, check_keys, mapping, missing, scalar

TEAM_KEYS: Final = ("label",)
GUARDRAIL_KEYS: Final = ("id", "unless", "never", "instead")
COMBINATIONS: Final = (Combine.HIGHEST, Combine.SUM, Combine.FIRST, Combine.ALL)
_BY_AMOUNT: Final = (Combine.HIGHEST, Combine.SUM)


def read_teams(definitions: Iterable[Definition], findings: Findings) -> dict[str, Team]:
    """The teams by id, sorted: their order says nothing."""
    teams: dict[str, Team] = {}
    for definition in sorted(definitions, key=lambda found: found.ident):
        node = mapping(definition.node, f"the team {definition.ident}", findings)
        label_node = node.get("label") if node is not None else None
        if node is not None:
            check_keys(node, TEAM_KEYS, findings, what="a team")
            if label_node is None:
                missing(node, "label", "a team", findings)
        label = scalar(label_node, "a label", findings) if label_node is not None else None
        teams[definition.ident] = Team(definition.ident, label.text.strip() if label is not None else "")
    return teams


def read_combine(definitions: Iterable[Definition], findings: Findings) -> dict[ActionKind, Combine]:
    """How the pack changes the combination of kinds, sorted by kind."""
    changed: dict[ActionKind, Combine] = {}
    for definition in sorted(definitions, key=lambda found: found.ident):
        text = scalar(definition.node, "a combination", findings)
        if definition.ident not in KINDS:
            message = f"there is no action {definition.ident!r}"
            findings.error(definition.position, "unknown-action", message, nearest(definition.ident, KINDS))
        elif text is not None and text.text not in COMBINATIONS:
            message = f"there is no combination {text.text[:60]!r}"
            findings.error(text.position, "unknown-combine", message, nearest(text.text, COMBINATIONS))
        elif text is not None:
            kind, combine = ActionKind(definition.ident), Combine(text.text)
            _check_combine(kind, combine, definition, findings=findings)
            changed[kind] = combine
    return changed


def _check_combine(kind: ActionKind, combine: Combine, definition: Definition, *, findings: Findings) -> None:
    if combine in _BY_AMOUNT and kind not in MONEY_KINDS:
        message = f"{kind} has no amount: it cannot be combined by {combine}"
        findings.error(definition.node.position, "unknown-combine", message, "first or all")
    if kind is ActionKind.ENTITLEMENT and combine is Combine.FIRST:
        message = "the first entitlement may be the lower one: what is owed would be cut"
        findings.error(definition.node.position, "unknown-combine", message, "highest, sum or all")


def read_guardrail(definition: Definition, context: Context) -> GuardrailRule:
    """One guardrail; what is wrong with it is told. Without `unless` no fact lifts it."""
    node = definition.node
    assert isinstance(node, MapNode)  # the outline keeps no other shape
    check_keys(node, GUARDRAIL_KEYS, context.findings, what="a guardrail")
    unless = node.get("unless")
    return GuardrailRule(
        guardrail_id=definition.ident,
        unless=read_when(unless, context) if unless is not None else AnyOf(()),
        never=_words(node, "never", context),
        instead=_words(node, "instead", context),
        position=definition.position,
    )


def _words(node: MapNode, key: str, context: Context) -> Text:
    value = node.get(key)
    if value is None:
        missing(node, key, "a guardrail", context.findings)
        return Text({})
    return read_text(value, f"`{key}`", context.findings, placeholders=()) or Text({})
