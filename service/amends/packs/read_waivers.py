"""Reads `waive`: the warnings that a pack's owner has decided to live with, each with its reason and its end.

A waiver speaks of the pack that writes it and is not inherited.
"""

from collections.abc import Collection
from typing import Final

from amends.packs.findings import nearest
from amends.packs.literals import LiteralError, read_date
from amends.packs.model import Waiver
from amends.packs.reader import MapNode, Node
from amends.packs.shapes import Context, check_keys, items, mapping, missing, name, scalar

WAIVER_KEYS: Final = ("check", "at", "because", "until")
_WHAT: Final = "a waiver"
MOST_WAIVERS: Final = 5


def read_waivers(node: Node | None, context: Context, *, checks: Collection[str] = ()) -> tuple[Waiver, ...]:
    """The waivers in the order written. `checks` are the names of those that may be waived; none: any name."""
    written = items(node, "`waive`", context.findings)
    for extra in written[MOST_WAIVERS:]:
        message = f"a pack has at most {MOST_WAIVERS} waivers"
        context.findings.error(extra.position, "too-many", message, "mend what one of them is about")
    entries = [mapping(item, _WHAT, context.findings) for item in written]
    waivers: dict[tuple[str, str], Waiver] = {}
    for entry in entries:
        waiver = _waiver(entry, context, checks) if entry is not None else None
        if waiver is None:
            continue
        if (waiver.check, waiver.at) in waivers:
            message = f"{waiver.check} at {waiver.at[:60]!r} is waived twice"
            context.findings.error(waiver.position, "repeated", message, "keep one of them")
        waivers[waiver.check, waiver.at] = waiver
    return tuple(waivers.values())


def _waiver(node: MapNode, context: Context, checks: Collection[str]) -> Waiver | None:
    check_keys(node, WAIVER_KEYS, context.findings, what=_WHAT)
    for key in WAIVER_KEYS:
        if node.get(key) is None:
            missing(node, key, _WHAT, context.findings)
    check, until = _check(node.get("check"), context, checks), _until(node.get("until"), context)
    at, because = _words(node, "at", context), _words(node, "because", context)
    if not (check and at and because) or until is None:
        return None
    return Waiver(check, at, because, until, node.position)


def _check(node: Node | None, context: Context, checks: Collection[str]) -> str | None:
    check = name(node, "a check", context.findings) if node is not None else None
    if node is not None and check is not None and checks and check not in checks:
        message = f"there is no check {check[:60]!r} to waive"
        context.findings.error(node.position, "unknown-value", message, nearest(check, checks))
    return check


def _until(node: Node | None, context: Context) -> int | None:
    text = scalar(node, "`until` of a waiver", context.findings) if node is not None else None
    if text is None:
        return None
    try:
        return read_date(text.text, context.conventions.timezone)
    except LiteralError as error:
        context.findings.error(text.position, error.code, f"until: {error.message}", error.hint)
        return None


def _words(node: MapNode, key: str, context: Context) -> str:
    value = node.get(key)
    text = scalar(value, f"`{key}` of a waiver", context.findings) if value is not None else None
    return text.text.strip() if text is not None else ""
