"""Reads derived facts: what they declare, their cases or table, and in which order they are computed.

A derived fact that adds to an inherited one is read with it as one, hit first: its own cases, then the inherited ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import Final, TypeAlias

from amends.domain.facts import FactSpec, Value
from amends.packs.conditions import ALWAYS, Condition, paths
from amends.packs.csv_file import CsvRow
from amends.packs.findings import Findings, nearest
from amends.packs.literals import Conventions, LiteralError, read_boolean, read_date, read_value
from amends.packs.model import Case, Derive, Hit
from amends.packs.outline import Definition
from amends.packs.read_conditions import read_when
from amends.packs.read_facts import FACT_KEYS, read_fact
from amends.packs.read_tables import (
    VALUE,
    Table,
    read_hit,
    read_table,
    refuse_overlaps,
    require_cell,
    require_column,
    require_last_row,
    value_node,
)
from amends.packs.reader import ListNode, MapNode, Node, ScalarKind, ScalarNode
from amends.packs.shapes import NAME, Context, check_keys, items, mapping, missing, scalar

DERIVE_KEYS: Final = ("fact", *FACT_KEYS, "reviewed", "adds", "open", "cases", "table", "hit")
Entries: TypeAlias = tuple[tuple[ScalarNode, Node], ...]
_OWN: Final = "facts."
_MOMENT: Final = "observe_time"
_FIELDS: Final = {"min": "minimum", "max": "maximum"}


def derived_facts(
    definitions: Iterable[Definition],
    known: Mapping[str, FactSpec],
    conventions: Mapping[str, Conventions],
    findings: Findings,
) -> tuple[FactSpec, ...]:
    """The facts that derives declare themselves, by path; what they say of `known` ones must agree."""
    specs: list[FactSpec] = []
    for definition in sorted(definitions, key=lambda found: found.ident):
        spec = known.get(definition.ident)
        name = definition.ident.removeprefix(_OWN)
        *adding, first = definition.chain
        if spec is not None:
            adding.append(first)
        elif definition.ident.startswith(_OWN) and NAME.fullmatch(name):
            spec = read_fact(_declaration(first)[0], conventions[first.origin], findings)
            specs += [] if spec is None else [spec]
        else:
            _tell_unknown(definition, known, findings)
        if spec is not None:
            for each in adding:
                _check_agrees(each, spec, conventions[each.origin], findings)
    return tuple(specs)


def _tell_unknown(definition: Definition, known: Mapping[str, FactSpec], findings: Findings) -> None:
    named = definition.ident[:100]
    if named.startswith(_OWN):
        message, hint = (
            f"{named!r} cannot name a fact",
            "facts.NAME: lower case letters, digits, - and _, a letter first",
        )
        findings.error(definition.position, "bad-name", message, hint)
    else:
        otherwise = "one of your own is written facts.NAME"
        message = f"there is no fact {named!r}"
        findings.error(definition.position, "unknown-fact", message, nearest(named, known, otherwise=otherwise))


def read_derives(
    read: Iterable[Definition],
    of_pack: Callable[[str], Context],
    findings: Findings,
) -> tuple[Derive, ...]:
    """The derived facts, each after those it reads; what reads itself in a circle is told and left out."""
    ordered = sorted(read, key=lambda found: found.ident)
    derives = [_added_up(definition, of_pack) for definition in ordered]
    found = {derive.path: derive for derive in derives if derive is not None}
    reads = {path: sorted(_read_by(derive) & found.keys()) for path, derive in found.items()}
    while True:
        try:
            order = tuple(TopologicalSorter(reads).static_order())
        except CycleError as error:
            # It names each before the one that reads it; a person follows what is read.
            circle = _from_first(error.args[1][::-1])
            message = f"a cycle of derived facts: {' -> '.join(circle)}"
            findings.error(found[circle[0]].position, "derive-cycle", message, "take one of these conditions out")
            reads = {path: [p for p in read if p not in circle] for path, read in reads.items() if path not in circle}
        else:
            return tuple(found[path] for path in order)


def _from_first(circle: list[str]) -> tuple[str, ...]:
    """The circle as it is told: from the first name in the alphabet back to it."""
    members = circle[:-1]
    start = members.index(min(members))
    return (*members[start:], *members[: start + 1])


def _read_by(derive: Derive) -> frozenset[str]:
    return frozenset().union(*(paths(case.when) for case in derive.cases))


def _declaration(definition: Definition, known: FactSpec | None = None) -> tuple[Definition, Entries]:
    """What a derive says of its fact, as if it stood under `facts`: whole, and only what is written."""
    assert isinstance(definition.node, MapNode)  # the outline keeps no other shape
    written = tuple(entry for entry in definition.node.entries if entry[0].text in FACT_KEYS)
    keys = {key.text for key, _ in written}
    implied = tuple(entry for entry in _implied(known, definition) if entry[0].text not in keys) if known else ()
    node = MapNode((*implied, *written), definition.node.position)
    name = definition.ident.removeprefix(_OWN)
    return Definition(name, node, definition.position, definition.origin), written


def _implied(spec: FactSpec, definition: Definition) -> Entries:
    """What need not be said of a fact that is known, so that the rest can be read."""
    type_, *values = (ScalarNode(text, ScalarKind.TEXT, definition.position) for text in (spec.type, *spec.values))
    type_key, values_key = (ScalarNode(key, ScalarKind.TEXT, definition.position) for key in ("type", "values"))
    return ((type_key, type_), *(((values_key, ListNode(tuple(values), definition.position)),) if values else ()))


def _check_agrees(definition: Definition, spec: FactSpec, conventions: Conventions, findings: Findings) -> None:
    declaration, written = _declaration(definition, spec)
    said = read_fact(declaration, conventions, findings) if written else None
    for key, value in written:
        field = _FIELDS.get(key.text, key.text)
        if said is not None and getattr(said, field) != getattr(spec, field):
            message = f"{spec.path} is declared with another {key.text!r}"
            findings.error(value.position, "type-mismatch", message, "leave it out: the fact is known")


def _added_up(definition: Definition, of_pack: Callable[[str], Context]) -> Derive | None:
    """A derived fact with all that it adds to."""
    first, *behind = (_derive(found, of_pack(found.origin)) for found in definition.chain)
    inherited = [derive for derive in behind if derive is not None]
    if first is None or not inherited:
        return first
    reviewed = [derive.reviewed for derive in (first, *inherited) if derive.reviewed is not None]
    return replace(
        first,
        cases=(*first.cases, *(case for derive in inherited for case in derive.cases)),
        hit=Hit.FIRST,
        reviewed=min(reviewed, default=None),
    )


def _derive(definition: Definition, context: Context) -> Derive | None:
    """One derived fact; None where too little is known of it to go on."""
    node, findings = definition.node, context.findings
    assert isinstance(node, MapNode)  # the outline keeps no other shape
    check_keys(node, DERIVE_KEYS, findings, what="a derived fact")
    reviewed = _reviewed(node, context)
    spec = context.vocabulary.get(definition.ident)
    if spec is None:
        return None
    if spec.path == _MOMENT:
        message = "observe_time is when the case is looked at: it is never derived"
        findings.error(definition.position, "not-derivable", message)
        return None
    written, table = node.get("cases"), node.get("table")
    hit = Hit.FIRST
    cases: tuple[Case, ...] = ()
    adds, is_open = (_flag(node, key, findings) for key in ("adds", "open"))
    if adds and is_open:
        message = "what adds to an inherited fact is as open as that is"
        findings.error(definition.position, "two-forms", message, "leave `open` out")
    if (written is None) is (table is None):
        message = "a derived fact has either `cases` or a `table`"
        findings.error(node.position, "missing-key" if table is None else "two-forms", message)
    elif written is not None:
        cases = _cases(written, spec, context, is_open=is_open, adds=adds)
        if node.get("hit") is not None:
            missing(node, "table", "a derived fact with `hit`", findings)
    elif table is not None:
        hit = read_hit(node.get("hit"), (Hit.FIRST, Hit.UNIQUE), context)
        cases = _rows(table, spec, hit, context, closed=not (adds or is_open))
    return Derive(spec.path, cases, hit, reviewed, definition.position)


def _flag(node: MapNode, key: str, findings: Findings) -> bool:
    written = node.get(key)
    text = scalar(written, f"`{key}`", findings) if written is not None else None
    if text is None:
        return False
    try:
        return read_boolean(text)
    except LiteralError as error:
        findings.error(text.position, error.code, f"{key}: {error.message}", error.hint)
        return False


def _reviewed(node: MapNode, context: Context) -> int | None:
    written = node.get("reviewed")
    text = scalar(written, "`reviewed`", context.findings) if written is not None else None
    if text is None:
        return None
    try:
        return read_date(text.text, context.conventions.timezone)
    except LiteralError as error:
        context.findings.error(text.position, error.code, f"reviewed: {error.message}", error.hint)
        return None


def _cases(node: Node, spec: FactSpec, context: Context, *, is_open: bool, adds: bool) -> tuple[Case, ...]:
    read = [mapping(item, "a case", context.findings) for item in items(node, "`cases`", context.findings)]
    known = [item for item in read if item is not None]
    if not known:
        if isinstance(node, ListNode) and not node.items:
            context.findings.error(node.position, "empty", "no cases", "- {when: {fact: value}, value: ..}")
        return ()
    *earlier, last = known
    for case in known if adds else earlier:
        if case.get("when") is None:
            message = "a case without `when` always holds: those after it are never reached"
            hint = "leave `adds` out to replace them" if case is last else "put it last"
            context.findings.error(case.position, "never-reached", message, hint)
    if last.get("when") is not None and not (adds or is_open):
        message = "the last case has a `when`: where it does not hold, there would be no value"
        context.findings.error(last.position, "open-cases", message, "end with {value: ..}, or say `open: true`")
    return tuple(case for item in known for case in _case(item, spec, context))


def _case(node: MapNode, spec: FactSpec, context: Context) -> Iterator[Case]:
    check_keys(node, ("when", "value"), context.findings, what="a case")
    written, value_written = node.get("when"), node.get("value")
    when = read_when(written, context) if written is not None else ALWAYS
    if value_written is None:
        missing(node, "value", "a case", context.findings)
    else:
        yield from _given(when, value_written, spec, context)


def _rows(node: Node, spec: FactSpec, hit: Hit, context: Context, *, closed: bool) -> tuple[Case, ...]:
    table = read_table(node, (VALUE,), context)
    if table is None or not require_column(table, VALUE, context):
        return ()
    conditions = [table.condition(row, context) for row in table.rows]
    if hit is Hit.UNIQUE:
        refuse_overlaps(table, conditions, context)
    elif closed:
        require_last_row(table, context)
    rows = zip(table.rows, conditions, strict=True)
    return tuple(case for row, when in rows for case in _row(table, row, when, spec, context=context))


def _row(table: Table, row: CsvRow, when: Condition, spec: FactSpec, *, context: Context) -> Iterator[Case]:
    cell = require_cell(table, row, VALUE, context)
    if cell is not None:
        yield from _given(when, value_node(cell, spec), spec, context)


def _given(when: Condition, node: Node, spec: FactSpec, context: Context) -> Iterator[Case]:
    value: Value | None = read_value(node, spec, context.conventions, context.findings)
    if value is not None:
        yield Case(when, value, node.position)
