"""Opens tables: which column is a fact and which an output, and what the cells under facts ask.

A cell asks like a condition in YAML: `gold` · `a|b` one of · `!a|b` known and different · `>=3` `>3` `<=9` `<9`, two
together (`>=3 <9`) · `3..9` both ends included · `-` or nothing: any. Of a set, `a|b` is any and `!a|b` none of them.
Under `fact?` a cell is false, and not unknown, where the fact is not known.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from amends.domain.facts import FactSpec, FactType
from amends.packs.conditions import ALWAYS, AllOf, Condition
from amends.packs.csv_file import CsvDocument, CsvRow
from amends.packs.findings import Hint, nearest
from amends.packs.model import Hit, Position
from amends.packs.overlap import overlaps
from amends.packs.read_conditions import read_when
from amends.packs.reader import ListNode, MapNode, Node, ScalarKind, ScalarNode, plain_kind
from amends.packs.shapes import Context, scalar

VALUE: Final = "value"
"""The output of a table of values or amounts."""

_MOST_COMPARED: Final = 250
_IF_KNOWN: Final = "?"
_ANY: Final = frozenset({"", "-"})
_SIGNS: Final = {">=": "at_least", ">": "above", "<=": "at_most", "<": "below"}
_BOUND: Final = re.compile(r"(>=|<=|>|<)([^<>=]*)")
_BOUNDED: Final = re.compile(r"(?:(?:>=|<=|>|<)[^<>=]*)+")
_SHARE: Final = re.compile(r"(?P<percent>[^%|]*)%\s+of\s+(?P<of>\S+)")
_DASHED: Final = re.compile(r"(?P<low>[0-9][^-–—…]*?)\s*(?:-|–|—|…)\s*(?P<high>[0-9][^-–—…]*)")
_AND_MORE: Final = re.compile(r"(?P<low>[0-9].*?)\s*\+")
_TYPESET: Final = {"≥": ">=", "≤": "<="}
_MEASURED: Final = (FactType.INTEGER, FactType.DECIMAL, FactType.MONEY, FactType.DURATION)
_WITH_ORDER: Final = (*_MEASURED, FactType.DATE)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns are known: `inputs` are the places of facts, `outputs` those of what the rows give."""

    header: CsvRow
    rows: tuple[CsvRow, ...]
    inputs: tuple[int, ...]
    outputs: Mapping[str, int]

    @property
    def position(self) -> Position:
        """Where the table begins."""
        return self.header[0].position

    def output(self, row: CsvRow, name: str) -> ScalarNode | None:
        """What a row gives for an output; None where it leaves it out, or there is no such column."""
        place = self.outputs.get(name)
        return None if place is None or is_any(row[place]) else row[place]

    def condition(self, row: CsvRow, context: Context) -> AllOf:
        """What the cells of a row ask together."""
        asked = [entry for place in self.inputs for entry in _entry(self.header[place], row[place], context)]
        when = read_when(MapNode(tuple(asked), row[0].position), context) if asked else ALWAYS
        assert isinstance(when, AllOf)  # a mapping is an `all`
        return when


def read_table(node: Node, outputs: Collection[str], context: Context) -> Table | None:
    """The table that a node names; every column that is neither a fact nor one of `outputs` is told."""
    document = open_table(node, context)
    if document is None:
        return None
    places = {cell.text: place for place, cell in enumerate(document.header)}
    paths = context.vocabulary.specs
    strangers = [cell for cell in document.header if cell.text not in outputs and _path(cell) not in paths]
    for cell in strangers:
        message = f"{cell.text[:60]!r} is neither a fact nor something that this table can give"
        context.findings.error(cell.position, "unknown-column", message, _meant(cell.text, outputs, context))
    if strangers:
        return None
    return Table(
        document.header,
        document.rows,
        inputs=tuple(place for name, place in places.items() if name not in outputs),
        outputs={name: place for name, place in places.items() if name in outputs},
    )


def _path(header: ScalarNode) -> str:
    """The fact that a column asks."""
    return header.text.removesuffix(_IF_KNOWN)


def _meant(header: str, outputs: Collection[str], context: Context) -> Hint:
    paths = context.vocabulary.specs
    if f"facts.{header}" in paths:
        return f"did you mean {f'facts.{header}'!r}?"
    if VALUE in outputs:
        return nearest(header, (*paths, VALUE), otherwise="its one output is `value`")
    if header == VALUE:
        return "`value` is of derived facts and amounts; the output of a rule is KIND.PARAMETER, as refund.amount"
    return nearest(header, (*paths, *outputs))


def open_table(node: Node, context: Context) -> CsvDocument | None:
    """The table file that a node names; None where there is none, or it cannot be read, and that is told."""
    text = scalar(node, "a table", context.findings)
    if text is None:
        return None
    document = context.tables.get(text.text)
    if document is None:
        message = f"there is no table {text.text[:100]!r} in this pack"
        hint = nearest(text.text, context.tables, otherwise="it is a file of the pack's own folder: tables/NAME.csv")
        context.findings.error(text.position, "unknown-table", message, hint)
        return None
    context.findings.include(document.diagnostics)
    return document if document.header else None


def read_hit(node: Node | None, allowed: tuple[Hit, ...], context: Context) -> Hit:
    """How a table is hit; first where nothing is said."""
    text = scalar(node, "`hit`", context.findings) if node is not None else None
    if text is None:
        return Hit.FIRST
    if text.text not in allowed:
        message = f"a table here is not hit {text.text[:60]!r}"
        context.findings.error(text.position, "unknown-value", message, nearest(text.text, allowed))
        return Hit.FIRST
    return Hit(text.text)


def is_any(cell: ScalarNode) -> bool:
    """Whether a cell says nothing: under a fact, any holds; under an output, the row leaves it out."""
    return cell.text in _ANY


def require_column(table: Table, name: str, context: Context) -> bool:
    """Whether a table has an output that it cannot do without."""
    if name not in table.outputs:
        context.findings.error(table.position, "missing-column", f"the table has no column {name!r}")
    return name in table.outputs


def require_cell(table: Table, row: CsvRow, name: str, context: Context) -> ScalarNode | None:
    """What a row gives for an output that it cannot leave out."""
    cell = table.output(row, name)
    if cell is None:
        message = f"every row says its {name!r}"
        context.findings.error(row[table.outputs[name]].position, "missing-cell", message)
    return cell


def require_last_row(table: Table, context: Context) -> None:
    """Tell a table whose last row does not hold whatever the facts are."""
    last = table.rows[-1]
    asking = [place for place in table.inputs if not is_any(last[place])]
    if asking:
        message = "the last row must hold whatever the facts are: else there may be no row that does"
        context.findings.error(last[asking[0]].position, "open-table", message, "end with a row of - under every fact")


def refuse_overlaps(table: Table, conditions: Sequence[Condition], context: Context) -> None:
    """Tell rows of a unique table that can hold at once."""
    if len(table.rows) > _MOST_COMPARED:
        message = f"more than {_MOST_COMPARED} rows, which cannot be compared each with each"
        context.findings.error(table.rows[_MOST_COMPARED][0].position, "too-large", message, "use hit: first")
        return
    # A row of which a cell could not be read seems to ask less than it does, and is told already.
    read = [place for place, when in enumerate(conditions) if _asks_all(table, place, when)]
    for later, earlier in overlaps([conditions[place] for place in read], context.vocabulary):
        row, other = read[later], read[earlier]
        message = f"rows {other + 1} and {row + 1} can hold at once, and the table is hit `unique`"
        hint = f"row {other + 1} stands in line {table.rows[other][0].position.line}; narrow one, or use hit: first"
        context.findings.error(table.rows[row][0].position, "table-overlap", message, hint)


def _asks_all(table: Table, place: int, when: Condition) -> bool:
    asked = sum(not is_any(table.rows[place][column]) for column in table.inputs)
    return isinstance(when, AllOf) and len(when.children) == asked


def listed(cell: ScalarNode) -> ListNode:
    """A cell of several values, `a|b`, as a list."""
    return ListNode(tuple(_scalar(part, cell) for part in cell.text.split("|")), cell.position)


def value_node(cell: ScalarNode, spec: FactSpec) -> Node:
    """A cell as a value of a fact; of a set, its members."""
    return listed(cell) if spec.type is FactType.SET else cell


def amount_entries(cell: ScalarNode) -> tuple[tuple[ScalarNode, Node], ...]:
    """A cell as the keys of an amount: `9.90 USD`, one a currency `50 USD|45 EUR`, or `50% of amount_affected`."""
    share = _SHARE.fullmatch(cell.text)
    if share is not None:
        return (_keyed("percent", _scalar(share["percent"], cell)), _keyed("of", _scalar(share["of"], cell)))
    return (_keyed("amount", listed(cell) if "|" in cell.text else cell),)


def _entry(header: ScalarNode, cell: ScalarNode, context: Context) -> Iterator[tuple[ScalarNode, Node]]:
    spec = context.vocabulary.get(_path(header))
    assert spec is not None  # an input is a fact
    meant = _meant_range(cell.text) if spec.type in _MEASURED else ""
    if meant:
        message = f"{spec.path}: {cell.text[:60]!r} is not how a table asks for a range"
        context.findings.error(cell.position, "type-mismatch", message, f"write it as {meant}")
    elif not is_any(cell):
        asked = _keyed_at(spec.path, _asked(cell, spec), cell)
        if header.text == spec.path:
            yield asked
        else:
            known = _mapping(cell, _keyed("present", _scalar("true", cell)))
            both = tuple(_mapping(cell, entry) for entry in (_keyed_at(spec.path, known, cell), asked))
            yield _keyed("all", ListNode(both, cell.position))


def _meant_range(text: str) -> str:
    """How a range is written here that people write in another way: `14+`, `7–13`, `≥ 3`; empty for all else."""
    span = _DASHED.fullmatch(text)
    if span is not None:
        return f"{span['low']}..{span['high']}"
    more = _AND_MORE.fullmatch(text)
    if more is not None:
        return f">={more['low']}"
    return f"{_TYPESET[text[0]]}{text[1:].strip()}" if text[:1] in _TYPESET else ""


def _asked(cell: ScalarNode, spec: FactSpec) -> Node:
    """A cell under a fact as what YAML would say of it; the reader of conditions judges it."""
    text, of_set = cell.text, spec.type is FactType.SET
    if text.startswith("!"):
        return _mapping(cell, _keyed("has_none" if of_set else "not", listed(_scalar(text[1:], cell))))
    if _BOUNDED.fullmatch(text):
        bounds = (_keyed(_SIGNS[sign], _scalar(value, cell)) for sign, value in _BOUND.findall(text))
        return _mapping(cell, *bounds)
    low, dots, high = text.partition("..")
    if dots and (spec.type in _WITH_ORDER or spec.ordered):
        ends = (_keyed("at_least", _scalar(low, cell)), _keyed("at_most", _scalar(high, cell)))
        return _mapping(cell, *ends)
    if of_set:
        return _mapping(cell, _keyed("has_any", listed(cell)))
    return listed(cell) if "|" in text else cell


def _mapping(cell: ScalarNode, *entries: tuple[ScalarNode, Node]) -> MapNode:
    return MapNode(entries, cell.position)


def _keyed_at(key: str, node: Node, cell: ScalarNode) -> tuple[ScalarNode, Node]:
    return ScalarNode(key, ScalarKind.TEXT, cell.position), node


def _keyed(key: str, node: Node) -> tuple[ScalarNode, Node]:
    return ScalarNode(key, ScalarKind.TEXT, node.position), node


def _scalar(text: str, cell: ScalarNode) -> ScalarNode:
    bare = text.strip()
    return ScalarNode(bare, plain_kind(bare), cell.position)
