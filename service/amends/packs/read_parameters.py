"""Reads one parameter of an action by its type in the kind's table, or the fact it is to be read from."""

import re
from typing import Final, assert_never

from amends.domain.action_kinds import ASSIGNED, COVERABLE, SAME_PERSON, ParameterSpec, ParameterType
from amends.domain.facts import FactSpec, FactType
from amends.packs.findings import nearest
from amends.packs.literals import (
    LiteralError,
    read_boolean,
    read_day,
    read_decimal,
    read_integer,
    read_money,
    read_span,
    read_url,
)
from amends.packs.model import FactParameter, Parameter, ParameterLiteral
from amends.packs.read_texts import read_text
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode
from amends.packs.shapes import Context, check_keys, missing, scalar, words

WRITTEN_OUT: Final = frozenset({"kind", "outcome", "basis"})
NAMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/ -]{0,99}", re.ASCII)
SUITED: Final = {
    ParameterType.NAME: (FactType.TEXT, FactType.ENUM),
    ParameterType.TEXT: (FactType.TEXT, FactType.ENUM),
    ParameterType.ENUM: (FactType.ENUM,),
    ParameterType.BOOLEAN: (FactType.BOOLEAN,),
    ParameterType.DURATION: (FactType.DURATION,),
    ParameterType.TEAM: (FactType.ENUM,),
    ParameterType.OWNER: (FactType.ENUM,),
    ParameterType.PATHS: (),
    ParameterType.CALENDAR: (),
    ParameterType.COVERED: (),
    ParameterType.DATE: (),
    ParameterType.URL: (),
    ParameterType.INTEGER: (FactType.INTEGER,),
    ParameterType.DECIMAL: (FactType.DECIMAL,),
    ParameterType.MONEY: (FactType.MONEY,),
}
_CLOSED: Final = (ParameterType.ENUM, ParameterType.TEAM, ParameterType.OWNER)


def read_parameter(node: Node, spec: ParameterSpec, context: Context) -> Parameter | None:
    """The parameter, or None where it is wrong."""
    if isinstance(node, MapNode) and (spec.type is not ParameterType.TEXT or _names_a_fact(node)):
        return _fact_parameter(node, spec, context)
    return _literal(node, spec, context)


def _names_a_fact(node: MapNode) -> bool:
    """Whether a mapping for a text is a fact with its default, and not words by locale."""
    return node.get("fact") is not None or node.get("default") is not None


def _fact_parameter(node: MapNode, spec: ParameterSpec, context: Context) -> FactParameter | None:
    check_keys(node, ("fact", "default"), context.findings, what=f"the parameter {spec.name!r}")
    path_node, default_node = node.get("fact"), node.get("default")
    if path_node is None:
        missing(node, "fact", f"the parameter {spec.name!r}", context.findings)
        return None
    if spec.name in WRITTEN_OUT:
        message = f"{spec.name!r} decides what the action is: it cannot come from a fact"
        context.findings.error(path_node.position, "type-mismatch", message, "write one rule for each")
        return None
    text = scalar(path_node, "a fact", context.findings)
    fact = context.fact(text) if text is not None else None
    suits = fact is not None and _suits(path_node, fact, spec, context)
    default = None if default_node is None else _literal(default_node, spec, context)
    if fact is None or not suits or (default_node is not None and default is None):
        return None
    return FactParameter(fact.path, default, is_number=fact.type is FactType.INTEGER)


def _suits(node: Node, fact: FactSpec, spec: ParameterSpec, context: Context) -> bool:
    if fact.type not in SUITED[spec.type]:
        message = f"{fact.path} is of type {fact.type}; {spec.name!r} is of type {spec.type}"
        context.findings.error(node.position, "type-mismatch", message)
        return False
    allowed = _members(spec, context)
    strangers = [value for value in fact.values if spec.type in _CLOSED and value not in allowed]
    if strangers:
        message = f"{fact.path} may be {', '.join(strangers)}, which {spec.name!r} does not know"
        hint = f"known: {', '.join(allowed)}" if allowed else "list them under `teams` of pack.yaml"
        context.findings.error(node.position, "type-mismatch", message, hint)
    return not strangers


def _literal(node: Node, spec: ParameterSpec, context: Context) -> ParameterLiteral | None:
    if spec.type is ParameterType.TEXT:
        return read_text(node, f"{spec.name!r}", context.findings, placeholders=())
    if spec.type is ParameterType.PATHS:
        return _paths(node, spec, context)
    if spec.type is ParameterType.COVERED:
        return _covered(node, spec, context)
    text = scalar(node, f"{spec.name!r}", context.findings)
    if text is None:
        return None
    try:
        return _scalar(text, spec, context)
    except LiteralError as error:
        context.findings.error(node.position, error.code, f"{spec.name}: {error.message}", error.hint)
        return None


def _scalar(text: ScalarNode, spec: ParameterSpec, context: Context) -> ParameterLiteral:  # noqa: C901, PLR0911  # one a type
    match spec.type:
        case ParameterType.BOOLEAN:
            return read_boolean(text)
        case ParameterType.DURATION:
            return read_span(text.text)
        case ParameterType.NAME:
            if not NAMED.fullmatch(text.text):
                raise LiteralError(f"{text.text[:60]!r} is not a name", code="bad-name")
            return text.text
        case ParameterType.ENUM | ParameterType.TEAM | ParameterType.OWNER | ParameterType.CALENDAR:
            return _member(text.text, spec, context)
        case ParameterType.DATE:
            return read_day(text.text)
        case ParameterType.URL:
            return read_url(text.text)
        case ParameterType.INTEGER:
            return read_integer(text.text)
        case ParameterType.DECIMAL:
            return read_decimal(text.text)
        case ParameterType.MONEY:
            return read_money(text.text, currency=context.conventions.currency)
        case ParameterType.TEXT | ParameterType.PATHS | ParameterType.COVERED:
            raise AssertionError(spec.type)  # read as text or as a list before
        case _:
            assert_never(spec.type)


def _member(text: str, spec: ParameterSpec, context: Context) -> str:
    members = _members(spec, context)
    if text in members:
        return text
    if spec.type is ParameterType.ENUM:
        raise LiteralError(f"{text[:60]!r} is not one of its values", code="unknown-value", hint=nearest(text, members))
    what = "calendar" if spec.type is ParameterType.CALENDAR else "team"
    hint = nearest(text, members, otherwise=f"list it under `{what}s` of pack.yaml")
    code = "unknown-calendar" if spec.type is ParameterType.CALENDAR else "unknown-team"
    raise LiteralError(f"there is no {what} {text[:60]!r}", code=code, hint=hint)


def _members(spec: ParameterSpec, context: Context) -> tuple[str, ...]:
    match spec.type:
        case ParameterType.ENUM:
            return spec.values
        case ParameterType.TEAM:
            return context.teams
        case ParameterType.OWNER:
            return (*context.teams, SAME_PERSON, ASSIGNED)
        case ParameterType.CALENDAR:
            return context.calendars
        case _:
            return ()


def _covered(node: Node, spec: ParameterSpec, context: Context) -> tuple[str, ...] | None:
    named = words(node, f"{spec.name!r}", context.findings)
    strangers = [kind for kind in named if kind.text not in COVERABLE]
    for kind in strangers:
        message = f"an entitlement cannot cover {kind.text[:60]!r}"
        context.findings.error(kind.position, "unknown-value", message, f"known: {', '.join(COVERABLE)}")
    if isinstance(node, ListNode) and not node.items:
        context.findings.error(node.position, "empty", f"{spec.name!r} names no kind", "covers: [refund]")
    return tuple(kind.text for kind in named) if named and not strangers else None


def _paths(node: Node, spec: ParameterSpec, context: Context) -> tuple[str, ...] | None:
    named = words(node, f"{spec.name!r}", context.findings)
    facts = [context.fact(path) for path in named]
    if isinstance(node, ListNode) and not node.items:
        context.findings.error(node.position, "empty", f"{spec.name!r} names no fact", f"{spec.name}: [fit]")
    if not named or None in facts:
        return None
    return tuple(path.text for path in named)
