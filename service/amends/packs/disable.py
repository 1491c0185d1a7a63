"""Takes out what a pack inherits and does not want: `disable: [id]`, of rules, limits, requirements, derived facts.

Only what is inherited is disabled; one's own is simply not written. What protects the customer is never disabled, which
is seen when it is read: a definition taken out is kept beside, for that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from amends.packs.findings import Findings, nearest
from amends.packs.model import Position
from amends.packs.outline import Definition, Outline, Section
from amends.packs.reader import ScalarNode
from amends.packs.shapes import words

SECTIONS: Final = (Section.RULES, Section.LIMITS, Section.REQUIRES, Section.DERIVES)


@dataclass(frozen=True, slots=True)
class Disabled:
    """An inherited definition that the pack took out, and where it says so."""

    section: Section
    definition: Definition
    at: Position


def read_disabled(
    outline: Outline,
    parents: Sequence[Mapping[Section, Mapping[str, Definition]]],
    findings: Findings,
) -> tuple[Disabled, ...]:
    """What the pack disables of what its parents define; a name that cannot be disabled is told."""
    written = words(outline.header.get("disable"), "`disable`", findings) if outline.header is not None else ()
    return tuple(found for word in written for found in _disabled(word, outline, parents, findings=findings))


def _disabled(
    word: ScalarNode,
    outline: Outline,
    parents: Sequence[Mapping[Section, Mapping[str, Definition]]],
    *,
    findings: Findings,
) -> tuple[Disabled, ...]:
    """The definitions of that id: several where several parents have it."""
    named = word.text[:60]
    if any(word.text in outline.sections[section] for section in SECTIONS):
        message = f"{named!r} is of this very pack"
        findings.error(word.position, "disables-own", message, "take out one of the two: its definition, or this")
        return ()
    found = tuple(
        Disabled(section, parent[section][word.text], word.position)
        for section in SECTIONS
        for parent in parents
        if word.text in parent[section]
    )
    if len({each.section for each in found}) > 1:
        places = " and ".join(f"{each.section} ({each.definition.position})" for each in found)
        findings.error(word.position, "two-of-one-id", f"{named!r} stands in {places}", "give one of them another id")
    elif not found and any(word.text in parent[Section.GUARDRAILS] for parent in parents):
        message = f"{named!r} is a guardrail: it is never disabled"
        findings.error(word.position, "weakens", message, "give it an `unless` in the pack that defines it")
    elif not found:
        known = [ident for section in SECTIONS for parent in parents for ident in parent[section]]
        message = f"nothing inherited is named {named!r}"
        hint = nearest(word.text, known, otherwise="rules, limits, requires and derived facts are disabled by their id")
        findings.error(word.position, "unknown-id", message, hint)
    return found
