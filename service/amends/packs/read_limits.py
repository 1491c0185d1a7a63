"""Reads `limits` and `requires`: what may be given at most, and what may not stand without a companion."""

from typing import Final

from amends.domain.action_kinds import KINDS, MONEY_KINDS, ActionKind
from amends.domain.facts import FactType
from amends.domain.money import Money
from amends.packs.amounts import Amount, Fixed
from amends.packs.conditions import ALWAYS
from amends.packs.model import Limit, Requirement
from amends.packs.outline import Definition
from amends.packs.read_amounts import read_amount, read_fact_path
from amends.packs.read_conditions import read_when
from amends.packs.read_kinds import read_kind, read_kinds
from amends.packs.reader import ListNode, MapNode, Node
from amends.packs.shapes import Context, check_keys, missing, scalar

LIMIT_KEYS: Final = ("id", "of", "at_most", "minus")
REQUIREMENT_KEYS: Final = ("id", "kind", "when", "one_of")
_LIMIT: Final = "a limit"
_REQUIREMENT: Final = "an item of `requires`"
_NOTHING: Final = Fixed((Money("XXX", 0),))
"""Stands where an amount could not be read: the pack is refused, and the rest of the limit is told all the same."""


def read_limit(definition: Definition, context: Context) -> Limit:
    """One limit; what is wrong with it is told."""
    node = definition.node
    assert isinstance(node, MapNode)  # the outline keeps no other shape
    check_keys(node, LIMIT_KEYS, context.findings, what=_LIMIT)
    minus = node.get("minus")
    return Limit(
        limit_id=definition.ident,
        of=_bounded(node, context),
        at_most=_at_most(node, context) or _NOTHING,
        minus=(read_fact_path(minus, FactType.MONEY, context) or "") if minus is not None else "",
        position=definition.position,
    )


def _bounded(node: MapNode, context: Context) -> tuple[ActionKind, ...]:
    """The kinds whose sum is bounded, in the order written: cuts start at the last."""
    written = node.get("of")
    if written is None:
        missing(node, "of", _LIMIT, context.findings)
        return ()
    if isinstance(written, ListNode) and not written.items:
        hint = f"name a kind with an amount: {', '.join(MONEY_KINDS)}"
        context.findings.error(written.position, "limit-on-nothing", "a limit on nothing", hint)
    found = read_kinds(written, "`of`", context)
    for kind, at in found:
        if kind not in MONEY_KINDS:
            hint = f"known: {', '.join(MONEY_KINDS)}"
            context.findings.error(at, "limit-on-nothing", f"a limit on nothing: {kind} has no amount", hint)
    kinds = tuple(kind for kind, _ in found)
    if kinds and set(kinds) == {ActionKind.ENTITLEMENT}:
        hint = "name beside it the kinds that have to give way"
        message = "a limit on nothing: an entitlement is never cut"
        context.findings.error(written.position, "limit-on-nothing", message, hint)
    return kinds


def _at_most(node: MapNode, context: Context) -> Amount | None:
    written = node.get("at_most")
    if written is None:
        missing(node, "at_most", _LIMIT, context.findings)
        return None
    return read_amount(written, context)


def read_requirement(definition: Definition, context: Context) -> Requirement:
    """One requirement; without `when` it always holds."""
    node = definition.node
    assert isinstance(node, MapNode)  # the outline keeps no other shape
    check_keys(node, REQUIREMENT_KEYS, context.findings, what=_REQUIREMENT)
    kind, when, companions = node.get("kind"), node.get("when"), node.get("one_of")
    for key in ("kind", "one_of"):
        if node.get(key) is None:
            missing(node, key, _REQUIREMENT, context.findings)
    required = _kind(kind, context) if kind is not None else None
    return Requirement(
        requirement_id=definition.ident,
        # Where none could be read any kind stands: the pack is refused.
        kind=required or ActionKind.APOLOGY,
        when=read_when(when, context) if when is not None else ALWAYS,
        one_of=_companions(companions, required, context) if companions is not None else (),
        position=definition.position,
    )


def _kind(node: Node, context: Context) -> ActionKind | None:
    text = scalar(node, "`kind`", context.findings)
    kind = read_kind(text, context) if text is not None else None
    if kind is ActionKind.ENTITLEMENT:
        message = "an entitlement is owed with or without a companion"
        context.findings.error(node.position, "requires-for-entitlement", message, "name another kind, or leave it out")
    return kind


def _companions(node: Node, kind: ActionKind | None, context: Context) -> tuple[ActionKind, ...]:
    if isinstance(node, ListNode) and not node.items:
        context.findings.error(node.position, "empty", "`one_of` names no kind", f"known: {', '.join(KINDS)}")
    found = read_kinds(node, "`one_of`", context)
    for companion, at in found:
        if companion is kind:
            message = f"{kind} would be its own companion: it always has it"
            context.findings.error(at, "does-nothing", message, "name the kinds that must stand beside it")
    return tuple(companion for companion, _ in found)
