"""Amounts as a rule writes them: a closed set of frozen forms, priced in `resolution/price.py`."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from amends.domain.money import Money


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


Amount: TypeAlias = Fixed | PercentOf | PerUnit | Lowest | Highest


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
