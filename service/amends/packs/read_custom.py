"""Reads the custom actions that a pack declares, each with its parameters, and which of them a rule asks for."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from amends.domain.action_kinds import KINDS, ActionKind, KindSpec, ParameterSpec, ParameterType
from amends.packs.findings import Findings, nearest
from amends.packs.model import CustomAction
from amends.packs.outline import Definition
from amends.packs.reader import MapNode, Node, ScalarNode
from amends.packs.shapes import Context, check_keys, mapping, name, scalar

COMMON_KEYS: Final = ("retention", "expires", "review_in", "scope", "meets")
"""What any action may carry beside its parameters."""

CUSTOM_NAME: Final = "name"
"""The parameter by which a rule says which custom action it means."""

_TAKEN: Final = (CUSTOM_NAME, *COMMON_KEYS)
CUSTOM_TYPES: Final = (
    *(ParameterType.TEXT, ParameterType.BOOLEAN, ParameterType.INTEGER),
    *(ParameterType.DECIMAL, ParameterType.MONEY, ParameterType.DURATION),
)


def read_custom_actions(definitions: Iterable[Definition], findings: Findings) -> dict[str, CustomAction]:
    """The custom actions by name, sorted: their order says nothing; that of their parameters is how they are shown."""
    ordered = sorted(definitions, key=lambda found: found.ident)
    return {found.ident: CustomAction(found.ident, _parameters(found, findings)) for found in ordered}


def _parameters(definition: Definition, findings: Findings) -> tuple[ParameterSpec, ...]:
    if isinstance(definition.node, ScalarNode) and definition.node.is_null:
        return ()
    node = mapping(definition.node, f"the action {definition.ident}", findings)
    if node is None:
        return ()
    check_keys(node, ("parameters",), findings, what="a custom action")
    written = node.get("parameters")
    declared = mapping(written, "`parameters`", findings) if written is not None else None
    read = (_parameter(key, value, findings) for key, value in (declared or MapNode((), node.position)).entries)
    return tuple(spec for spec in read if spec is not None)


def _parameter(key: ScalarNode, node: Node, findings: Findings) -> ParameterSpec | None:
    ident = name(key, "a parameter", findings)
    written = scalar(node, f"the type of {key.text[:60]!r}", findings)
    if ident in _TAKEN:
        message = f"{ident!r} already means something in every action"
        findings.error(key.position, "bad-name", message, "give the parameter another name")
        return None
    if written is not None and written.text not in CUSTOM_TYPES:
        message = f"a parameter cannot be of type {written.text[:60]!r}"
        findings.error(written.position, "unknown-value", message, nearest(written.text, CUSTOM_TYPES))
        return None
    return None if ident is None or written is None else ParameterSpec(ident, ParameterType(written.text))


def custom_spec(node: Node, context: Context) -> KindSpec | None:
    """The kind `custom` with the parameters of the action that a mapping names; None where it names none."""
    bare = KINDS[ActionKind.CUSTOM]
    what = f"the action {bare.kind}"
    written = mapping(node, what, context.findings)
    if written is None:
        return None
    named = written.get(CUSTOM_NAME)
    if named is None:
        message = f"{bare.kind} lacks {CUSTOM_NAME!r}"
        context.findings.error(written.position, "missing-parameter", message, f"known: {', '.join(context.actions)}")
        return None
    text = scalar(named, f"{CUSTOM_NAME!r} of {what}", context.findings)
    if text is None:
        return None
    action = context.actions.get(text.text)
    if action is None:
        message = f"the pack declares no action {text.text[:60]!r}"
        hint = nearest(text.text, context.actions, otherwise="declare it under `actions` of pack.yaml")
        context.findings.error(text.position, "unknown-action", message, hint)
        return None
    return replace(bare, parameters=(*bare.parameters, *action.parameters))
