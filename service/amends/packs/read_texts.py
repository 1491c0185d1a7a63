"""Reads words for people: one text, or one per locale, with the few placeholders that resolution fills."""

import re
from typing import Final

from amends.packs.findings import Findings, nearest
from amends.packs.model import Text
from amends.packs.reader import MapNode, Node, ScalarNode
from amends.packs.shapes import scalar, torn_text

PLACEHOLDERS: Final = ("amount", "due", "owner", "next_update")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
LONGEST_TEXT: Final = 4_000
_NOWHERE_ELSE: Final = "placeholders are filled in `because` only; write no braces here"


def read_text(
    node: Node, what: str, findings: Findings, *, placeholders: tuple[str, ...] = PLACEHOLDERS
) -> Text | None:
    """A text: the first locale is the pack's own, the others stand in their own order and are kept sorted."""
    if not isinstance(node, MapNode):
        template = _template(node, what, findings, placeholders)
        return None if template is None else Text({"en": template})
    if not node.entries:
        findings.error(node.position, "empty", f"{what} is empty", "write the text, or {en: .., de: ..}")
        return None
    found: dict[str, str] = {}
    for locale, value in node.entries:
        if not LOCALE.fullmatch(locale.text):
            message = f"{locale.text[:60]!r} is not a language tag"
            hint = torn_text(locale, value) or "write it as en or de-AT"
            findings.error(locale.position, "bad-locale", message, hint)
            continue
        template = _template(value, f"{what} in {locale.text}", findings, placeholders)
        if template is not None:
            found[locale.text] = template
    if len(found) < len(node.entries):
        return None
    own, *others = found
    return Text({locale: found[locale] for locale in (own, *sorted(others))})


def _template(node: Node, what: str, findings: Findings, placeholders: tuple[str, ...]) -> str | None:
    text = scalar(node, what, findings)
    if text is None:
        return None
    if len(text.text) > LONGEST_TEXT:
        findings.error(text.position, "too-long", f"{what} is longer than {LONGEST_TEXT} characters")
    _check_placeholders(text, findings, placeholders)
    return text.text.strip()


def _check_placeholders(text: ScalarNode, findings: Findings, placeholders: tuple[str, ...]) -> None:
    for found in _PLACEHOLDER.findall(text.text):
        if found not in placeholders:
            hint = nearest(found, placeholders, otherwise=_NOWHERE_ELSE)
            findings.error(text.position, "unknown-placeholder", f"there is no placeholder {{{found[:60]}}}", hint)
    rest = _PLACEHOLDER.sub("", text.text)
    if "{" in rest or "}" in rest:
        brace = f"placeholders: {' '.join(f'{{{name}}}' for name in placeholders)}" if placeholders else _NOWHERE_ELSE
        findings.error(text.position, "unknown-placeholder", "a single brace", brace)
