"""Reads amounts: literal money, one a currency; shares of a money fact; amounts per unit; lowest, highest; tables.

The keys of an amount stand beside the other keys of an action. A bare literal may stand for the whole.
"""

from typing import Final

from amends.domain.facts import FactType
from amends.domain.money import Money
from amends.packs.amounts import Amount, AmountRow, AmountTable, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.csv_file import CsvRow
from amends.packs.literals import LiteralError, read_decimal, read_money
from amends.packs.read_tables import (
    VALUE,
    Table,
    amount_entries,
    read_table,
    require_cell,
    require_column,
    require_last_row,
)
from amends.packs.reader import ListNode, MapNode, Node, ScalarNode
from amends.packs.shapes import Context, check_keys, items, missing, scalar

AMOUNT_KEYS: Final = ("amount", "per", "percent", "of", "lowest", "highest", "table")
LARGEST_PERCENT: Final = 10_000


def read_amount(node: Node, context: Context) -> Amount | None:
    """A whole amount: a literal, a list of literals, or a mapping of the forms. None where it is wrong."""
    if not isinstance(node, MapNode):
        amounts = read_amounts(node, context)
        return Fixed(amounts) if amounts else None
    check_keys(node, AMOUNT_KEYS, context.findings, what="an amount")
    return read_amount_keys(node, context)


def read_amount_keys(node: MapNode, context: Context) -> Amount | None:
    """The amount written in a mapping that may hold other keys too. None where there is none, or it is wrong."""
    written = {key.text: value for key, value in node.entries if key.text in AMOUNT_KEYS}
    forms = [form for form in ("amount", "percent", "lowest", "highest", "table") if form in written]
    if len(forms) > 1:
        message = f"{' and '.join(forms)} are two amounts"
        context.findings.error(node.position, "two-amounts", message, "use lowest: [..] or highest: [..]")
        return None
    for partner, form in (("of", "percent"), ("per", "amount")):
        if partner in written and form not in written:
            missing(written[partner], form, f"an amount with {partner!r}", context.findings)
    if not forms:
        return None
    value = written[forms[0]]
    match forms[0]:
        case "amount":
            return _fixed(value, written.get("per"), context)
        case "percent":
            return _percent(value, written.get("of"), context)
        case "table":
            return _table(value, context)
        case _:
            options = tuple(read_amount(item, context) for item in items(value, forms[0], context.findings))
            return _choice(value, forms[0], options, context)


def read_amounts(node: Node, context: Context) -> tuple[Money, ...]:
    """Literal money, alone or as a list of at most one amount a currency; empty where it is wrong."""
    nodes = node.items if isinstance(node, ListNode) else (node,)
    amounts: dict[str, Money] = {}
    read = [(item, _money(item, context)) for item in nodes]
    for item, money in read:
        if money is None:
            continue
        if money.currency in amounts:
            message = f"two amounts in {money.currency}"
            context.findings.error(item.position, "repeated", message, "one amount a currency")
        amounts[money.currency] = money
    if not read:
        context.findings.error(node.position, "empty", "an amount of nothing", "write it as 9.90 USD")
    return tuple(amounts.values()) if len(amounts) == len(read) else ()


def _money(node: Node, context: Context) -> Money | None:
    text = scalar(node, "an amount such as 9.90 USD", context.findings)
    if text is None:
        return None
    try:
        money = read_money(text.text, currency=context.conventions.currency)
    except LiteralError as error:
        context.findings.error(node.position, error.code, error.message, error.hint)
        return None
    if money.minor_units < 0:
        context.findings.error(node.position, "out-of-range", f"{money} is negative")
        return None
    return money


def _fixed(value: Node, per: Node | None, context: Context) -> Amount | None:
    if isinstance(value, MapNode):
        message = "`amount` is money, not a mapping"
        hint = "percent and of, lowest or highest stand in place of amount, not under it"
        context.findings.error(value.position, "wrong-shape", message, hint)
        return None
    amounts = read_amounts(value, context)
    if per is None:
        return Fixed(amounts) if amounts else None
    path = read_fact_path(per, FactType.INTEGER, context)
    return PerUnit(amounts, path) if amounts and path else None


def _percent(value: Node, of: Node | None, context: Context) -> Amount | None:
    path = None
    if of is None:
        missing(value, "of", "a percentage", context.findings)
    else:
        path = read_fact_path(of, FactType.MONEY, context)
    text = scalar(value, "a percentage", context.findings)
    if text is None:
        return None
    try:
        percent = read_decimal(text.text)
    except LiteralError as error:
        hint = f"without the % sign: {text.text[:60].rstrip(' %')}" if text.text.endswith("%") else error.hint
        context.findings.error(value.position, error.code, error.message, hint)
        return None
    if not 0 < percent <= LARGEST_PERCENT:
        context.findings.error(value.position, "out-of-range", f"{percent} percent", f"above 0, to {LARGEST_PERCENT}")
        return None
    return PercentOf(percent, path) if path else None


def _choice(node: Node, form: str, options: tuple[Amount | None, ...], context: Context) -> Amount | None:
    known = tuple(option for option in options if option is not None)
    if len(known) < len(options):
        return None
    if not known:
        if isinstance(node, ListNode):
            context.findings.error(node.position, "empty", f"the {form} of nothing", "list the amounts")
        return None
    return Lowest(known) if form == "lowest" else Highest(known)


def _table(node: Node, context: Context) -> AmountTable | None:
    table = read_table(node, (VALUE,), context)
    if table is None or not require_column(table, VALUE, context):
        return None
    require_last_row(table, context)
    rows = [_row(row, table, context) for row in table.rows]
    known = tuple(row for row in rows if row is not None)
    return AmountTable(known) if len(known) == len(rows) else None


def _row(row: CsvRow, table: Table, context: Context) -> AmountRow | None:
    when = table.condition(row, context)
    cell = require_cell(table, row, VALUE, context)
    amount = None if cell is None else read_amount_keys(MapNode(amount_entries(cell), cell.position), context)
    return None if amount is None else AmountRow(when, amount)


def read_fact_path(node: Node, wanted: FactType, context: Context) -> str | None:
    """The path of a fact of the wanted type."""
    if not isinstance(node, ScalarNode):
        scalar(node, "a fact", context.findings)
        return None
    spec = context.fact(node)
    if spec is not None and spec.type is not wanted:
        message = f"{spec.path} is of type {spec.type}, not {wanted}"
        context.findings.error(node.position, "type-mismatch", message)
        return None
    return spec.path if spec is not None else None
