"""Makes a rule of every row of a rule's table: its cells are asked beside `when`, its outputs complete `then`.

An output is named `KIND.PARAMETER`; `title`, `because.agent` and `because.customer` may be outputs too. What a row
gives for a kind is put into the action of that kind in `then`, where there is one; else it is an action of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from amends.domain.action_kinds import KINDS, ActionKind, AmountUse, ParameterType
from amends.packs.conditions import AllOf, Condition
from amends.packs.csv_file import CsvRow
from amends.packs.model import Hit, Position, Proposal, Row, Rule, Text
from amends.packs.normal_form import TooManyConjunctsError, normal_form
from amends.packs.read_actions import read_then
from amends.packs.read_amounts import AMOUNT_KEYS
from amends.packs.read_custom import COMMON_KEYS
from amends.packs.read_tables import Table, amount_entries, is_any, listed, read_hit, read_table, refuse_overlaps
from amends.packs.read_texts import read_text
from amends.packs.reader import ListNode, MapNode, Node, ScalarKind, ScalarNode
from amends.packs.shapes import Context

_TITLE: Final = "title"
_AGENT: Final = "because.agent"
_CUSTOMER: Final = "because.customer"
_WORDS: Final = (_TITLE, _AGENT, _CUSTOMER)
_AMOUNT: Final = "amount"
_MOST_ASKED: Final = 20_000
_LISTS: Final = (ParameterType.PATHS, ParameterType.COVERED)


def read_rows(base: Rule, node: MapNode, context: Context) -> tuple[Rule, ...]:
    """The rows of the table of a rule, as rules; `base` is the rule with all that its rows have in common."""
    written = node.get("table")
    assert written is not None  # a rule with a table
    hit = read_hit(node.get("hit"), tuple(Hit), context)
    table = read_table(written, _outputs(context), context)
    if table is None:
        return ()
    if set(table.outputs) <= {*_WORDS} and node.get("then") is None and not base.forbids and base.hold is None:
        message = f"the table of rule {base.rule_id} gives nothing, and the rule asks for nothing"
        context.findings.error(table.position, "does-nothing", message, "name an output a column: refund.amount")
    if not _is_small_enough(base, table, context):
        return ()
    if hit is Hit.UNIQUE:
        refuse_overlaps(table, [table.condition(row, context) for row in table.rows], context)
    reader = _RowReader(base, node, table, context)
    return tuple(reader.rule(row, Row(base.rule_id, hit, n)) for n, row in enumerate(table.rows, start=1))


def _is_small_enough(base: Rule, table: Table, context: Context) -> bool:
    """Whether `when`, asked again by every row, stays within what an engine can hold."""
    try:
        asked = len(normal_form(base.when)) * len(table.rows)
    except TooManyConjunctsError as error:
        asked = error.limit * len(table.rows)
    if asked > _MOST_ASKED:
        message = f"rule {base.rule_id}: the alternatives of its `when`, for every row, are more than {_MOST_ASKED}"
        context.findings.error(base.position, "condition-too-large", message, "ask less in `when`, or use columns")
    return asked <= _MOST_ASKED


def _outputs(context: Context) -> frozenset[str]:
    """Every name that a column of outputs may have."""
    names = set(_WORDS)
    for kind, spec in KINDS.items():
        amount = (_AMOUNT,) if spec.amount is not AmountUse.NONE else ()
        own = (parameter.name for parameter in spec.parameters)
        names.update(f"{kind}.{name}" for name in (*own, *amount, *COMMON_KEYS))
    declared = (parameter.name for action in context.actions.values() for parameter in action.parameters)
    return frozenset(names).union(f"{ActionKind.CUSTOM}.{name}" for name in declared)


class _RowReader:
    """Reads the rows of one table."""

    __slots__ = ("_base", "_context", "_kinds", "_node", "_table")

    def __init__(self, base: Rule, node: MapNode, table: Table, context: Context) -> None:
        self._base = base
        self._node = node
        self._table = table
        self._context = context
        self._kinds: dict[str, list[str]] = {}
        for name in table.outputs:
            kind, _, parameter = name.partition(".")
            if name not in _WORDS:
                self._kinds.setdefault(kind, []).append(parameter)

    def rule(self, row: CsvRow, place: Row) -> Rule:
        """The rule of a row."""
        base = self._base
        title = self._table.output(row, _TITLE)
        rule = replace(
            base,
            rule_id=f"{base.rule_id}/row-{place.number}",
            title=base.title if title is None else title.text,
            when=_all_of(base.when, self._table.condition(row, self._context)),
            then=self._then(row),
            because_agent=self._words(row, _AGENT, base.because_agent),
            because_customer=self._words(row, _CUSTOMER, base.because_customer),
            position=row[0].position,
            row=place,
        )
        self._check_customer_text(rule, row)
        return rule

    def _then(self, row: CsvRow) -> tuple[Proposal, ...]:
        written = self._node.get("then")
        if written is not None and not isinstance(written, ListNode):
            return read_then(written, self._context)
        items = list(written.items) if written is not None else []
        for kind, parameters in self._kinds.items():
            given = [entry for name in parameters for entry in self._given(row, kind, name)]
            if given:
                self._complete(items, kind, given)
        position = written.position if written is not None else row[0].position
        return read_then(ListNode(tuple(items), position), self._context) if items else ()

    def _given(self, row: CsvRow, kind: str, name: str) -> Iterator[tuple[ScalarNode, Node]]:
        cell = self._table.output(row, f"{kind}.{name}")
        if cell is None:
            return
        if name == _AMOUNT and ActionKind(kind) is not ActionKind.CUSTOM:
            yield from amount_entries(cell)
        else:
            yield ScalarNode(name, ScalarKind.TEXT, cell.position), listed(cell) if _is_list(kind, name) else cell

    def _complete(self, items: list[Node], kind: str, given: list[tuple[ScalarNode, Node]]) -> None:
        """Put what a row gives for a kind into the one action of that kind, or behind all."""
        places = [place for place, item in enumerate(items) if _kind_of(item) == kind]
        at = given[0][0].position
        if len(places) > 1:
            message = f"`then` has several actions {kind}, and the row could complete any of them"
            self._context.findings.error(at, "two-actions", message, "leave one, or write a rule of its own")
            return
        action = _action(kind, _merged(items[places[0]] if places else None, given), at)
        if places:
            items[places[0]] = action
        else:
            items.append(action)

    def _words(self, row: CsvRow, name: str, otherwise: Text | None) -> Text | None:
        cell = self._table.output(row, name)
        return otherwise if cell is None else read_text(cell, f"`{name}`", self._context.findings)

    def _check_customer_text(self, rule: Rule, row: CsvRow) -> None:
        substantive = [proposal.kind for proposal in rule.then if not KINDS[proposal.kind].care]
        place = self._table.outputs.get(_CUSTOMER)
        if not substantive or rule.because_customer is not None or (place is not None and not is_any(row[place])):
            return
        key = self._node.key("because") or self._node
        at = key.position if place is None else row[place].position
        message = f"{substantive[0]} is said to the customer, and `because` has no text for the customer"
        self._context.findings.error(at, "no-customer-text", message, "because: {customer: ...}, or that column")


def _all_of(common: Condition, cells: AllOf) -> AllOf:
    shared = common.children if isinstance(common, AllOf) else (common,)
    return AllOf((*shared, *cells.children))


def _is_list(kind: str, name: str) -> bool:
    types: Mapping[str, ParameterType] = {spec.name: spec.type for spec in KINDS[ActionKind(kind)].parameters}
    return name == "meets" or types.get(name) in _LISTS


def _kind_of(item: Node) -> str:
    return item.entries[0][0].text if isinstance(item, MapNode) and len(item.entries) == 1 else ""


def _action(kind: str, parameters: MapNode, at: Position) -> MapNode:
    return MapNode(((ScalarNode(kind, ScalarKind.TEXT, at), parameters),), at)


def _merged(item: Node | None, given: list[tuple[ScalarNode, Node]]) -> MapNode:
    """The parameters of an action with those of a row in their place; one amount takes the place of another."""
    names = {key.text for key, _ in given}
    gone = names | set(AMOUNT_KEYS) if names & set(AMOUNT_KEYS) else names
    value = item.entries[0][1] if isinstance(item, MapNode) else None
    kept: tuple[tuple[ScalarNode, Node], ...] = ()
    if isinstance(value, MapNode):
        kept = value.entries
    elif value is not None and not (isinstance(value, ScalarNode) and value.is_null):
        kept = ((ScalarNode(_AMOUNT, ScalarKind.TEXT, value.position), value),)
    return MapNode((*(entry for entry in kept if entry[0].text not in gone), *given), given[0][0].position)
