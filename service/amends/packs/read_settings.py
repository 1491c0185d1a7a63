"""Reads the single values of a pack: currency, time zone, tiers, authority, the main axes, history, review."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.action import Span
from amends.domain.action_kinds import MONEY_KINDS, ActionKind
from amends.domain.currencies import EXPONENTS
from amends.packs.findings import Findings, nearest
from amends.packs.literals import Conventions, LiteralError, read_span
from amends.packs.model import CALLER, LEDGER, Band, Role
from amends.packs.outline import Definition
from amends.packs.read_amounts import read_amounts
from amends.packs.reader import MapNode, Node, ScalarNode
from amends.packs.shapes import Context, check_keys, items, mapping, missing, name, scalar, words

BANDED: Final = tuple(kind for kind in MONEY_KINDS if kind is not ActionKind.ENTITLEMENT)
UNLIMITED: Final = "unlimited"
MOST_AXES: Final = 4
FRONTLINE: Final = Role("frontline", dict.fromkeys(BANDED))
"""The authority of a pack that says nothing about it: the front line grants everything."""


def read_conventions(settings: Mapping[str, Definition], findings: Findings) -> Conventions:
    """The zone of bare dates (default UTC) and the currency of bare amounts (default none)."""
    currency, timezone = settings.get("currency"), settings.get("timezone")
    return Conventions(
        timezone=read_timezone(timezone.node, findings) if timezone is not None else ZoneInfo("UTC"),
        currency=_currency(currency.node, findings) if currency is not None else "",
    )


def _currency(node: Node, findings: Findings) -> str:
    text = scalar(node, "a currency", findings)
    if text is None:
        return ""
    if text.text not in EXPONENTS:
        message = f"{text.text[:60]!r} is not an ISO 4217 currency"
        findings.error(node.position, "unknown-currency", message, nearest(text.text.upper(), EXPONENTS))
        return ""
    return text.text


def read_timezone(node: Node, findings: Findings) -> ZoneInfo:
    """A zone by its IANA name; UTC where there is none of that name."""
    text = scalar(node, "a time zone", findings)
    if text is not None:
        try:
            return ZoneInfo(text.text)
        except (KeyError, ValueError, OSError):
            hint = "an IANA name, as Europe/Vienna"
            findings.error(node.position, "unknown-timezone", f"there is no time zone {text.text[:60]!r}", hint)
    return ZoneInfo("UTC")


def read_tiers(settings: Mapping[str, Definition], findings: Findings) -> tuple[str, ...]:
    """The loyalty tiers, lowest first."""
    written = settings.get("tiers")
    tiers = words(written.node, "`tiers`", findings) if written is not None else ()
    return tuple(found for tier in tiers if (found := name(tier, "a tier", findings)) is not None)


def read_main(settings: Mapping[str, Definition], context: Context) -> tuple[str, ...]:
    """The facts on whose cells gaps and monotonicity are checked."""
    written = settings.get("main")
    if written is None:
        return ()
    axes = words(written.node, "`main`", context.findings)
    for extra in axes[MOST_AXES:]:
        message = f"`main` has at most {MOST_AXES} facts"
        context.findings.error(extra.position, "too-many", message, "their combinations are all checked")
    return tuple(spec.path for axis in axes if (spec := context.fact(axis)) is not None)


def read_authority(settings: Mapping[str, Definition], context: Context) -> tuple[Role, ...]:
    """The roles, the front line first; never empty."""
    written = settings.get("authority")
    if written is None:
        return (FRONTLINE,)
    roles: dict[str, Role] = {}
    steps = items(written.node, "`authority`", context.findings)
    for step in steps:
        node = mapping(step, "a role", context.findings)
        role = _role(node, context) if node is not None else None
        if role is None:
            continue
        if role.role in roles:
            context.findings.error(step.position, "duplicate-id", f"the role {role.role!r} stands twice")
        roles[role.role] = role
    if not steps:
        hint = "leave `authority` out where the front line may grant everything"
        context.findings.error(written.position, "empty", "`authority` has no role", hint)
    return tuple(roles.values()) or (FRONTLINE,)


def read_history(settings: Mapping[str, Definition], findings: Findings) -> str:
    """Where it is known from what a customer was given before, if the caller does not say it."""
    written = settings.get("history")
    text = scalar(written.node, "`history`", findings) if written is not None else None
    if text is None:
        return CALLER
    if text.text not in {CALLER, LEDGER}:
        hint = f"known: {CALLER}, {LEDGER}"
        findings.error(text.position, "unknown-value", f"there is no history {text.text[:60]!r}", hint)
    return LEDGER if text.text == LEDGER else CALLER


def read_review_every(settings: Mapping[str, Definition], findings: Findings) -> Span | None:
    """How often what is marked as reviewed must be looked at again."""
    written = settings.get("review_every")
    text = scalar(written.node, "`review_every`", findings) if written is not None else None
    try:
        return None if text is None else read_span(text.text)
    except LiteralError as error:
        assert text is not None  # something was read
        findings.error(text.position, error.code, f"review_every: {error.message}", error.hint)
        return None


def _role(node: MapNode, context: Context) -> Role | None:
    bands: dict[ActionKind, Band] = {}
    for key, value in node.entries:
        if key.text == ActionKind.ENTITLEMENT:
            message = "an entitlement is owed: nobody's authority bounds it"
            context.findings.error(key.position, "unknown-key", message, "leave it out")
        elif key.text in BANDED:
            bands[ActionKind(key.text)] = _band(value, context)
    others = tuple((key, value) for key, value in node.entries if key.text != ActionKind.ENTITLEMENT)
    check_keys(MapNode(others, node.position), ("role", *BANDED), context.findings, what="a role")
    role_node = node.get("role")
    if role_node is None:
        missing(node, "role", "an item of `authority`", context.findings)
        return None
    role = name(role_node, "a role", context.findings)
    return None if role is None else Role(role, {kind: bands[kind] for kind in BANDED if kind in bands}, node.position)


def _band(node: Node, context: Context) -> Band:
    if isinstance(node, ScalarNode) and node.text == UNLIMITED:
        return None
    return read_amounts(node, context)
