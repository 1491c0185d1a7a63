"""What a pack folder defines, by section and id, before any name is resolved: the form in which packs are merged.

Ids are checked here (present, well formed, unique within the pack); what a definition says is read after merging.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from amends.packs.csv_file import CsvDocument, Tables
from amends.packs.findings import Findings, nearest
from amends.packs.model import Position
from amends.packs.reader import Document, MapNode, Node, ScalarNode
from amends.packs.shapes import check_keys, items, mapping, missing, name, scalar, words


class Section(StrEnum):
    """The parts of a pack that merge by id over `extends`; SETTINGS are single values, each its own id."""

    SETTINGS = "settings"
    FACTS = "facts"
    CONTACT_REASONS = "contact_reasons"
    TEAMS = "teams"
    CALENDARS = "calendars"
    ACTIONS = "actions"
    COMBINE = "combine"
    GUARDRAILS = "guardrails"
    LIMITS = "limits"
    REQUIRES = "requires"
    DERIVES = "derive"
    RULES = "rules"


SETTINGS: Final = ("currency", "timezone", "tiers", "main", "authority", "history", "review_every")
_IDENTITY: Final = ("pack", "version", "title", "extends")
_ABOUT_OTHERS: Final = ("disable", "waive")
HEADER_KEYS: Final = (
    *_IDENTITY,
    *SETTINGS,
    *_ABOUT_OTHERS,
    *(section.value for section in Section if section is not Section.SETTINGS),
)
THEME_KEYS: Final = (Section.DERIVES, Section.RULES)

TABLES: Final = "tables"
"""The sub-folder of a pack that holds its tables."""

TABLE_ENDING: Final = ".csv"


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition: its id, what is written, where, and in which pack; `behind` is the inherited one it adds to."""

    ident: str
    node: Node
    position: Position
    origin: str
    behind: "Definition | None" = None

    @property
    def chain(self) -> "tuple[Definition, ...]":
        """This one and those it adds to, the nearest first."""
        return (self,) if self.behind is None else (self, *self.behind.chain)


@dataclass(frozen=True, slots=True)
class Outline:
    """What one folder defines. `header` is None where pack.yaml cannot be read."""

    pack_id: str
    header: MapNode | None
    extends: tuple[ScalarNode, ...]
    sections: Mapping[Section, Mapping[str, Definition]]
    documents: tuple[Document | CsvDocument, ...]
    tables: Tables
    replies: tuple[Document, ...] = ()


def with_replies(outline: Outline, replies: Sequence[Document], findings: Findings) -> Outline:
    """The outline with the files of `replies`, which are read after merging as everything else is."""
    for document in replies:
        document.register(findings)
    return replace(outline, documents=(*outline.documents, *replies), replies=tuple(replies))


def read_outline(
    pack_id: str,
    header: Document | None,
    others: tuple[Document, ...],
    findings: Findings,
    *,
    tables: Tables,
) -> Outline:
    """The outline of a folder from its pack.yaml (None: refused already) and its other files."""
    documents = others if header is None else (header, *others)
    for document in documents:
        document.register(findings)
    for table in tables.values():
        findings.add_lines(table.file, table.lines)
    sections: dict[Section, dict[str, Definition]] = {section: {} for section in Section}
    collector = _Collector(pack_id, sections, findings)
    root = None if header is None else _header_root(header, pack_id, findings)
    if root is not None:
        check_keys(root, HEADER_KEYS, findings, what="pack.yaml")
        collector.header(root)
    for document in others:
        file_root = _root(document, findings)
        if file_root is not None:
            _check_theme_file(file_root, findings)
            collector.theme(file_root)
    parents = words(root.get("extends"), "`extends`", findings) if root is not None else ()
    return Outline(pack_id, root, parents, sections, (*documents, *tables.values()), tables)


def _header_root(header: Document, pack_id: str, findings: Findings) -> MapNode | None:
    if header.root is None and not header.diagnostics:
        findings.error(Position(header.file, 1, 1), "empty", "pack.yaml is empty", f"pack: {pack_id}")
    return _root(header, findings)


def _root(document: Document, findings: Findings) -> MapNode | None:
    return None if document.root is None else mapping(document.root, "a file of a pack", findings)


def _check_theme_file(root: MapNode, findings: Findings) -> None:
    for key, _ in root.entries:
        if key.text in {*HEADER_KEYS} - {*THEME_KEYS}:
            findings.error(key.position, "unknown-key", f"{key.text!r} stands in pack.yaml only", "move it there")
        elif key.text not in THEME_KEYS:
            message = f"a file of rules has no key {key.text[:60]!r}"
            findings.error(key.position, "unknown-key", message, nearest(key.text, THEME_KEYS))


@dataclass(frozen=True, slots=True)
class _Collector:
    """Puts definitions into their sections; the first of an id stays, a second is told."""

    pack_id: str
    sections: dict[Section, dict[str, Definition]]
    findings: Findings

    def header(self, root: MapNode) -> None:
        """Everything that pack.yaml defines."""
        for key, value in root.entries:
            if key.text in SETTINGS:
                self._add(Section.SETTINGS, key.text, value, key.position)
        for section in (Section.FACTS, Section.TEAMS, Section.CALENDARS, Section.ACTIONS, Section.COMBINE):
            self._mapped(section, root.get(section))
        for reason in words(root.get(Section.CONTACT_REASONS), "`contact_reasons`", self.findings):
            ident = name(reason, "a contact reason", self.findings)
            if ident is not None:
                self._add(Section.CONTACT_REASONS, ident, reason, reason.position)
        for section in (Section.GUARDRAILS, Section.LIMITS, Section.REQUIRES):
            self.listed(section, root)
        self.theme(root)

    def theme(self, root: MapNode) -> None:
        """What may stand in pack.yaml and in any other file of the pack."""
        self._derives(root)
        self.listed(Section.RULES, root)

    def listed(self, section: Section, root: MapNode) -> None:
        """A list of mappings that carry their id."""
        what = f"an item of `{section}`"
        for item in items(root.get(section), f"`{section}`", self.findings):
            entry = mapping(item, what, self.findings)
            if entry is None:
                continue
            ident_node = entry.get("id")
            if ident_node is None:
                missing(entry, "id", what, self.findings)
                continue
            ident = name(ident_node, what, self.findings)
            if ident is not None:
                self._add(section, ident, entry, ident_node.position)

    def _derives(self, root: MapNode) -> None:
        """A list of mappings that carry the fact they derive."""
        for item in items(root.get(Section.DERIVES), "`derive`", self.findings):
            entry = mapping(item, "an item of `derive`", self.findings)
            fact = entry.get("fact") if entry is not None else None
            if entry is not None and fact is None:
                missing(entry, "fact", "an item of `derive`", self.findings)
            path = scalar(fact, "a derived fact", self.findings) if fact is not None else None
            if entry is not None and path is not None:
                self._add(Section.DERIVES, path.text, entry, path.position)

    def _mapped(self, section: Section, node: Node | None) -> None:
        entries = mapping(node, f"`{section}`", self.findings) if node is not None else None
        for key, value in entries.entries if entries is not None else ():
            ident = name(key, f"an entry of `{section}`", self.findings)
            if ident is not None:
                self._add(section, ident, value, key.position)

    def _add(self, section: Section, ident: str, node: Node, position: Position) -> None:
        first = self.sections[section].get(ident)
        if first is None:
            self.sections[section][ident] = Definition(ident, node, position, self.pack_id)
        else:
            message = f"{ident!r} of `{section}` stands twice; first at {first.position}"
            self.findings.error(position, "duplicate-id", message, "give each its own id")
