"""Every mutation of a pack, in the order of its files: what it defines itself, or all that it inherits too."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from amends.domain.facts import FactSpec
from amends.packs.csv_file import table_names
from amends.packs.model import Pack
from amends.packs.outline import Definition, Outline, Section
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode
from amends.packs.remake import Remade, Remaker
from amends.proving.mutation.change import (
    DefinitionEdit,
    DisableEdit,
    Edit,
    Mutation,
    Operator,
    RowEdit,
    TableEdit,
)
from amends.proving.mutation.definitions import DefinitionChanges
from amends.proving.mutation.tables import CellChange, TableChanges

_DISABLE: Final = "disable"


def mutations_of(pack: Pack, remaker: Remaker, *, inherited: bool = False) -> tuple[Mutation, ...]:
    """Each different mutation once; `pack` is what `remaker` makes of the files as they are."""
    found = [*_of_definitions(pack, remaker, inherited=inherited), *_of_disabled(remaker)]
    return tuple(sorted({one.edit: one for one in reversed(found)}.values(), key=_place))


def _place(mutation: Mutation) -> tuple[str, int, int, str]:
    at = mutation.position
    return at.file, at.line, at.column, mutation.words


def _of_definitions(pack: Pack, remaker: Remaker, *, inherited: bool) -> Iterator[Mutation]:
    flat = remaker.flat
    for section, definitions in flat.sections.items():
        for definition in definitions.values():
            if definition.origin != pack.pack_id and not inherited:
                continue
            conventions = flat.conventions[definition.origin]
            for change in DefinitionChanges(pack, conventions).of(section, definition):
                if change.node == definition.node or _says_nothing(section, change.node):
                    continue
                edit = DefinitionEdit(definition.origin, section, definition.ident, change.node)
                yield Mutation(change.position, change.operator, definition.ident, change.words, change.advice, edit)
            yield from _of_tables(pack, remaker, section, definition, currency=conventions.currency)


def _says_nothing(section: Section, node: Node | None) -> bool:
    """A rule that does nothing any more: it is the same as the rule taken out, and would not load."""
    acts = ("then", "forbid", "hold", "table")
    return section is Section.RULES and isinstance(node, MapNode) and not any(node.get(key) for key in acts)


def _of_tables(
    pack: Pack, remaker: Remaker, section: Section, definition: Definition, *, currency: str
) -> Iterator[Mutation]:
    tables = remaker.outlines[definition.origin].tables
    spec: FactSpec | None = pack.vocabulary.get(definition.ident) if section is Section.DERIVES else None
    for name in dict.fromkeys(table_names(definition.node)):
        if name in tables:
            rows = tables[name].rows
            of_rule = section is Section.RULES and _is_table_of_rows(definition, name)
            for change in TableChanges(pack, currency, spec).of(tables[name]):
                edit = _edit_of(change, definition, name, rows, of_rule=of_rule)
                yield Mutation(change.position, change.operator, definition.ident, change.words, change.advice, edit)


def _is_table_of_rows(definition: Definition, name: str) -> bool:
    """Whether a rule is a row of the table each, rather than looking an amount up in it."""
    table = definition.node.get("table") if isinstance(definition.node, MapNode) else None
    return isinstance(table, ScalarNode) and table.text == name


def _edit_of(
    change: CellChange, definition: Definition, name: str, rows: tuple[tuple[ScalarNode, ...], ...], *, of_rule: bool
) -> Edit:
    if change.row is None and of_rule:
        return RowEdit(f"{definition.ident}/row-{change.place + 1}")
    row = () if change.row is None else (change.row,)
    return TableEdit(definition.origin, name, (*rows[: change.place], *row, *rows[change.place + 1 :]))


def _of_disabled(remaker: Remaker) -> Iterator[Mutation]:
    outline = remaker.outlines[remaker.pack_id]
    node = outline.header.get(_DISABLE) if outline.header is not None else None
    for item in node.items if isinstance(node, ListNode) else ():
        if isinstance(item, ScalarNode):
            words = f"the inherited {item.text} is not disabled"
            advice = f"a test in which {item.text} would act, that expects that it does not"
            edit = DisableEdit(outline.pack_id, item.text)
            yield Mutation(item.position, Operator.DISABLED, item.text, words, advice, edit)


def mutated(edit: Edit, pack: Pack, remaker: Remaker) -> Remade:
    """The pack after the edit."""
    match edit:
        case RowEdit(rule_id):
            rules = tuple(rule for rule in pack.rules if rule.rule_id != rule_id)
            return Remade(replace(pack, rules=rules), ())
        case DefinitionEdit(origin, section, ident, node):
            changed = _with_definition(remaker.outlines[origin], section, ident, node)
            if section is Section.RULES and remaker.may_reread([ident]):
                return remaker.reread(pack, changed, [ident])
            return remaker.remade(changed)
        case TableEdit(origin, table, rows):
            outline = remaker.outlines[origin]
            document = replace(outline.tables[table], rows=rows)
            changed = replace(outline, tables={**outline.tables, table: document})
            users = _users_of(outline, table)
            if all(section is Section.RULES for section, _ in users) and remaker.may_reread(
                [ident for _, ident in users]
            ):
                return remaker.reread(pack, changed, [ident for _, ident in users])
            return remaker.remade(changed)
        case DisableEdit(origin, ident):
            return remaker.remade(_enabled(remaker.outlines[origin], ident))


def _users_of(outline: Outline, table: str) -> list[tuple[Section, str]]:
    """The definitions that name a table of their pack."""
    return [
        (section, ident)
        for section, definitions in outline.sections.items()
        for ident, definition in definitions.items()
        if table in table_names(definition.node)
    ]


def _with_definition(outline: Outline, section: Section, ident: str, node: Node | None) -> Outline:
    definitions = dict(outline.sections[section])
    if node is None:
        del definitions[ident]
    else:
        definitions[ident] = replace(definitions[ident], node=node)
    return replace(outline, sections={**outline.sections, section: definitions})


def _enabled(outline: Outline, ident: str) -> Outline:
    assert outline.header is not None  # it disables something
    entries = tuple(
        (key, _without(value, ident) if key.text == _DISABLE else value) for key, value in outline.header.entries
    )
    return replace(outline, header=MapNode(entries, outline.header.position))


def _without(node: Node, ident: str) -> Node:
    if not isinstance(node, ListNode):
        return node
    kept = tuple(item for item in node.items if not (isinstance(item, ScalarNode) and item.text == ident))
    return ListNode(kept, node.position)
