"""Reads the table of a referral: to whom a need is referred, and why there. Where none is known, it says so.

One input, `need`, whose cells are words; outputs `target`, `url`, `better_at`, `reviewed`. A last row of `-` is for any
other need; without one, nobody is known for it.
"""

from collections.abc import Mapping
from typing import Final

from amends.domain.action_kinds import KINDS, NONE_KNOWN, ActionKind, ParameterSpec
from amends.domain.facts import FactType
from amends.packs.csv_file import CsvRow
from amends.packs.findings import nearest
from amends.packs.model import FactParameter, ParameterLiteral, TableParameter, Text
from amends.packs.read_parameters import read_parameter
from amends.packs.read_tables import Table, is_any, listed, open_table, require_cell, require_column
from amends.packs.reader import MapNode, ScalarNode
from amends.packs.shapes import Context

TABLE: Final = "table"
"""The key under which a referral names its table."""

NEED: Final = "need"
"""The parameter that the table is asked for."""

_TARGET: Final = "target"
OUTPUTS: Final = (_TARGET, "url", "better_at", "reviewed")
"""The parameters that a table may give in place of the referral itself."""

_SPECS: Final[Mapping[str, ParameterSpec]] = {spec.name: spec for spec in KINDS[ActionKind.REFERRAL].parameters}
_NOBODY: Final = Text({"en": NONE_KNOWN})


def read_referral_table(node: MapNode, key: ScalarNode, context: Context) -> dict[str, TableParameter]:
    """The parameters of a referral that its table gives, by name; empty where something is wrong, and that is told."""
    by = _need(node, key, context)
    written = node.get(TABLE)
    assert written is not None  # a referral with a table
    document = open_table(written, context)
    if document is None:
        return {}
    known = (NEED, *OUTPUTS)
    for cell in document.header:
        if cell.text not in known:
            message = f"the table of a referral has no column {cell.text[:60]!r}"
            context.findings.error(cell.position, "unknown-column", message, nearest(cell.text, known))
    places = {cell.text: place for place, cell in enumerate(document.header) if cell.text in known}
    table = Table(document.header, document.rows, inputs=(), outputs=places)
    complete = [require_column(table, name, context) for name in (NEED, _TARGET)]
    if by is None or not all(complete):
        return {}
    _refuse_doubles(node, table, context)
    return _parameters(by, table, context)


def _need(node: MapNode, key: ScalarNode, context: Context) -> str | FactParameter | None:
    """What the table is asked for: the need as written, in the pack's own language, or as a fact holds it."""
    written = node.get(NEED)
    if written is None:
        message = "a referral by table lacks 'need': the word that the table is asked for"
        context.findings.error(key.position, "missing-parameter", message, "need: {fact: facts.NAME}")
        return None
    parameter = read_parameter(written, _SPECS[NEED], context)
    match parameter:
        case FactParameter(path, default):
            return FactParameter(path, _word(default))
        case _:
            return _word(parameter)


def _word(parameter: object) -> str | None:
    """A text as a key of the table: the same in every locale."""
    return next(iter(parameter.by_locale.values())) if isinstance(parameter, Text) else None


def _refuse_doubles(node: MapNode, table: Table, context: Context) -> None:
    for name in OUTPUTS:
        written = node.key(name)
        if written is not None and name in table.outputs:
            message = f"{name!r} stands here and in the table"
            context.findings.error(written.position, "repeated", message, "keep one of them")


def _parameters(by: str | FactParameter, table: Table, context: Context) -> dict[str, TableParameter]:
    outputs = [name for name in OUTPUTS if name in table.outputs]
    rows: dict[str, dict[str, ParameterLiteral | None]] = {}
    otherwise: dict[str, ParameterLiteral | None] = {_TARGET: _NOBODY}
    for row in table.rows:
        cell = row[table.outputs[NEED]]
        given = {name: _given(table, row, name, context) for name in outputs}
        if not is_any(cell):
            rows |= dict.fromkeys(_needs(cell, by, rows, context), given)
        elif row is table.rows[-1]:
            otherwise = given
        else:
            message = "a row for any need stands last: those after it are never reached"
            context.findings.error(cell.position, "never-reached", message)
    return {
        name: TableParameter(by, tuple((need, given[name]) for need, given in rows.items()), otherwise.get(name))
        for name in outputs
    }


def _given(table: Table, row: CsvRow, name: str, context: Context) -> ParameterLiteral | None:
    cell = require_cell(table, row, name, context) if name == _TARGET else table.output(row, name)
    parameter = None if cell is None else read_parameter(cell, _SPECS[name], context)
    assert not isinstance(parameter, FactParameter | TableParameter)  # a cell is no mapping
    return parameter


def _needs(cell: ScalarNode, by: str | FactParameter, seen: Mapping[str, object], context: Context) -> list[str]:
    """The needs of a row; one that stands above, or that the fact cannot have, is told."""
    spec = context.vocabulary.get(by.path) if isinstance(by, FactParameter) else None
    needs = [need.text for need in listed(cell).items if isinstance(need, ScalarNode)]
    for need in needs:
        if need in seen or needs.count(need) > 1:
            context.findings.error(cell.position, "repeated", f"the need {need[:60]!r} stands twice", "keep one")
        if spec is not None and spec.type is FactType.ENUM and need not in spec.values:
            message = f"{spec.path} is never {need[:60]!r}"
            context.findings.error(cell.position, "unknown-value", message, nearest(need, spec.values))
    return needs
