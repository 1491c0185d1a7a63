"""Amounts as a rule writes them: a closed set of frozen forms, priced in `resolution/price.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.packs.conditions import Condition, evaluate, paths, unknown_paths


@dataclass(frozen=True, slots=True)
class Fixed:
    """Literal money, at most one amount a currency; the case currency is chosen, else the first."""

    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class PercentOf:
    """A share of a money fact."""

    percent: Decimal
    of: str


@dataclass(frozen=True, slots=True)
class PerUnit:
    """Literal money times an integer fact."""

    amounts: tuple[Money, ...]
    per: str


@dataclass(frozen=True, slots=True)
class Lowest:
    """The lowest of several amounts; unknown while one is."""

    options: tuple["Amount", ...]


@dataclass(frozen=True, slots=True)
class Highest:
    """The highest of several amounts; unknown while one is."""

    options: tuple["Amount", ...]


@dataclass(frozen=True, slots=True)
class AmountRow:
    """One row of a table of amounts."""

    when: Condition
    amount: "Amount"


@dataclass(frozen=True, slots=True)
class AmountTable:
    """The amount of the first row that holds; unknown where a row before it is. The last row always holds."""

    rows: tuple[AmountRow, ...]


Amount: TypeAlias = Fixed | PercentOf | PerUnit | Lowest | Highest | AmountTable


def amount_paths(amount: Amount) -> tuple[str, ...]:
    """The facts an amount reads, in the order written, each once."""
    match amount:
        case Fixed():
            return ()
        case PercentOf(_, of):
            return (of,)
        case PerUnit(_, per):
            return (per,)
        case Lowest(options) | Highest(options):
            return tuple(dict.fromkeys(path for option in options for path in amount_paths(option)))
        case AmountTable(rows):
            read = [path for row in rows for path in (*sorted(paths(row.when)), *amount_paths(row.amount))]
            return tuple(dict.fromkeys(read))


def missing_amount_paths(amount: Amount | None, facts: Facts) -> tuple[str, ...]:
    """The missing facts for want of which an amount is not known, in the order written, each once."""
    match amount:
        case None:
            return ()
        case Lowest(options) | Highest(options):
            return tuple(dict.fromkeys(path for option in options for path in missing_amount_paths(option, facts)))
        case AmountTable():
            return tuple(dict.fromkeys(_missing_in_table(amount, facts)))
        case _:
            return tuple(path for path in amount_paths(amount) if path not in facts)


def _missing_in_table(table: AmountTable, facts: Facts) -> Iterator[str]:
    """Of the rows up to the first that holds: only with no unknown row before it does its own amount count."""
    unknown = False
    for row in table.rows:
        truth = evaluate(row.when, facts)
        if truth is None:
            unknown = True
            yield from sorted(unknown_paths(row.when, facts))
        elif truth:
            if not unknown:
                yield from missing_amount_paths(row.amount, facts)
            return


def amount_conditions(amount: Amount) -> Iterator[Condition]:
    """The conditions that an amount's tables ask, in the order written."""
    match amount:
        case Lowest(options) | Highest(options):
            for option in options:
                yield from amount_conditions(option)
        case AmountTable(rows):
            for row in rows:
                yield row.when
                yield from amount_conditions(row.amount)
        case _:
            return


def amount_tables(amount: Amount) -> Iterator[AmountTable]:
    """The tables in an amount, outermost first."""
    match amount:
        case Lowest(options) | Highest(options):
            for option in options:
                yield from amount_tables(option)
        case AmountTable(rows):
            yield amount
            for row in rows:
                yield from amount_tables(row.amount)
        case _:
            return
