"""Merges a pack with what it extends: definitions by id, the parents' first, the pack's own in their place.

A pack's own definition replaces the parents' of the same id; a derived fact may say `adds: true` and then goes before
the parents' one. Two parents that say different things under one id are an error unless the pack settles it with its
own. Nothing is read here; a definition keeps the pack that wrote it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from amends.packs.csv_file import CsvDocument, CsvRow, Tables, table_names
from amends.packs.disable import Disabled, read_disabled
from amends.packs.findings import Findings
from amends.packs.literals import Conventions
from amends.packs.model import Position
from amends.packs.outline import Definition, Outline, Section
from amends.packs.reader import Document, MapNode, ScalarKind, ScalarNode

_WITH_LITERALS: Final = (
    *(Section.FACTS, Section.CALENDARS, Section.GUARDRAILS),
    *(Section.LIMITS, Section.REQUIRES, Section.DERIVES, Section.RULES),
)


@dataclass(frozen=True, slots=True)
class Flat:
    """A pack with everything it inherits.

    `conventions` says for each pack of the lineage how its literals are meant. `replaced` pairs each inherited
    definition with the pack's own that stands in its place; `disabled` are those that it took out.
    `tables` are the table files of each pack, `parents` what it extends.
    """

    outline: Outline
    sections: Mapping[Section, Mapping[str, Definition]]
    replaced: tuple[tuple[Section, Definition, Definition], ...]
    disabled: tuple[Disabled, ...]
    conventions: Mapping[str, Conventions]
    documents: tuple[Document | CsvDocument, ...]
    tables: Mapping[str, Tables]
    parents: tuple["Flat", ...] = ()


def flatten(outline: Outline, parents: Sequence[Flat], findings: Findings) -> Flat:
    """The pack over its parents, in the order of `extends`. Its own conventions come with its settings."""
    conventions = {origin: how for parent in parents for origin, how in parent.conventions.items()}
    tables = {origin: files for parent in parents for origin, files in parent.tables.items()}
    tables[outline.pack_id] = outline.tables
    sections: dict[Section, dict[str, Definition]] = {}
    replaced: list[tuple[Section, Definition, Definition]] = []
    disabled = read_disabled(outline, [parent.sections for parent in parents], findings)
    gone = {(found.section, found.definition.ident) for found in disabled}
    for section in Section:
        same = _Same(section, conventions, tables)
        merged: dict[str, Definition] = {}
        own = outline.sections[section]
        adding = {ident for ident, found in own.items() if section is Section.DERIVES and adds(found)}
        for named, parent in zip(outline.extends, parents, strict=True):
            for ident, definition in parent.sections[section].items():
                first = merged.setdefault(ident, definition)
                if ident in own and ident not in adding:
                    replaced.append((section, definition, own[ident]))
                elif (section, ident) not in gone and not same(first, definition):
                    _conflict(section, first, definition, at=named.position, findings=findings)
        kept = {ident: found for ident, found in merged.items() if (section, ident) not in gone}
        added = {ident: _before(own[ident], kept.get(ident), findings) for ident in sorted(adding)}
        sections[section] = {**kept, **own, **added}
    inherited = {document.file: document for parent in parents for document in parent.documents}
    documents = (*inherited.values(), *outline.documents)
    return Flat(outline, sections, tuple(replaced), disabled, conventions, documents, tables, tuple(parents))


def adds(definition: Definition) -> bool:
    """Whether the cases of a derived fact go before the inherited ones, rather than taking their place."""
    said = definition.node.get("adds") if isinstance(definition.node, MapNode) else None
    return isinstance(said, ScalarNode) and said.kind is ScalarKind.BOOLEAN and said.text.lower() == "true"


def _before(own: Definition, inherited: Definition | None, findings: Findings) -> Definition:
    if inherited is None:
        message = f"{own.ident[:100]!r} is derived by no pack that this one extends: there is nothing to add to"
        findings.error(own.position, "adds-to-nothing", message, "leave `adds` out")
    return replace(own, behind=inherited)


@dataclass(frozen=True, slots=True)
class _Same:
    """Whether two definitions of a section say the same: the same words, tables of the same content, read alike."""

    section: Section
    conventions: Mapping[str, Conventions]
    tables: Mapping[str, Tables]

    def __call__(self, first: Definition, second: Definition) -> bool:
        if len(first.chain) != len(second.chain):
            return False
        return all(self._alike(one, other) for one, other in zip(first.chain, second.chain, strict=True))

    def _alike(self, first: Definition, second: Definition) -> bool:
        if first.node != second.node or self._tables(first) != self._tables(second):
            return False
        # Only where they may hold dates or money does it matter how these are meant.
        holds_literals = self.section in _WITH_LITERALS or first.ident == "authority"
        return not holds_literals or self.conventions[first.origin] == self.conventions[second.origin]

    def _tables(self, definition: Definition) -> list[tuple[CsvRow, ...]]:
        files = self.tables[definition.origin]
        return [files[name].content for name in table_names(definition.node) if name in files]


def _conflict(section: Section, first: Definition, second: Definition, *, at: Position, findings: Findings) -> None:
    message = f"{first.ident!r} of `{section}` comes from two parents: {first.position} and {second.position}"
    findings.error(at, "inherited-twice", message, f"define {first.ident!r} in this pack to settle it")
