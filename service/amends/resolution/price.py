"""Price: an amount as written -> money. Unknown stays unknown: never zero, and never a guess between currencies."""

from decimal import Decimal
from typing import Final, assert_never

from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.packs.amounts import Amount, AmountTable, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.conditions import evaluate

_MOST: Final = 10**17
"""Minor units: as much as the highest percentage of the highest amount that is accepted comes to."""


def case_currency(facts: Facts, pack_currency: str) -> str:
    """The currency of amount_affected, else of amount_paid, else the pack's."""
    for path in ("amount_affected", "amount_paid"):
        value = facts.get(path)
        if isinstance(value, Money):
            return value.currency
    return pack_currency


def price(amount: Amount, facts: Facts, *, currency: str, round_down: bool = False) -> Money | None:
    """The money an amount comes to, rounded half even; None while a fact is missing or currencies do not compare.

    A cap is rounded down.
    """
    match amount:
        case Fixed(amounts):
            return _listed(amounts, currency)
        case PercentOf(percent, of):
            base = facts.get(of)
            return _share(base, percent, round_down=round_down) if isinstance(base, Money) else None
        case PerUnit(amounts, per):
            count = facts.get(per)
            return _times(_listed(amounts, currency), count) if isinstance(count, int) else None
        case Lowest(options):
            return _extreme(options, facts, currency=currency, round_down=round_down, sign=-1)
        case Highest(options):
            return _extreme(options, facts, currency=currency, round_down=round_down, sign=1)
        case AmountTable():
            return _first_row(amount, facts, currency=currency, round_down=round_down)
        case _:
            assert_never(amount)


def counted_from(amount: Amount) -> tuple[str, ...]:
    """The facts whose values the amount is worked out from; those that its tables only ask about are not among them."""
    match amount:
        case Fixed():
            return ()
        case PercentOf(_, of):
            return (of,)
        case PerUnit(_, per):
            return (per,)
        case Lowest(options) | Highest(options):
            return tuple(path for option in options for path in counted_from(option))
        case AmountTable(rows):
            return tuple(path for row in rows for path in counted_from(row.amount))
        case _:
            assert_never(amount)


def _times(amount: Money, count: int) -> Money:
    """A count below zero counts nothing: nobody owes us money for what went wrong. One beyond all sense ends somewhere,
    so that every amount can be told.
    """
    total = amount.times(max(count, 0))
    return total if total.minor_units < _MOST else total.with_units(max(_MOST, amount.minor_units))


def _share(base: Money, percent: Decimal, *, round_down: bool) -> Money:
    return base.percent_down(percent) if round_down else base.percent(percent)


def _listed(amounts: tuple[Money, ...], currency: str) -> Money:
    for amount in amounts:
        if amount.currency == currency:
            return amount
    return amounts[0]


def _first_row(table: AmountTable, facts: Facts, *, currency: str, round_down: bool) -> Money | None:
    """The amount of the first row that holds; unknown behind a row that is."""
    for row in table.rows:
        truth = evaluate(row.when, facts)
        if truth is not False:
            return price(row.amount, facts, currency=currency, round_down=round_down) if truth else None
    return None


def _extreme(
    options: tuple[Amount, ...],
    facts: Facts,
    *,
    currency: str,
    round_down: bool,
    sign: int,
) -> Money | None:
    best: Money | None = None
    for option in options:
        priced = price(option, facts, currency=currency, round_down=round_down)
        if priced is None or (best is not None and priced.currency != best.currency):
            return None
        if best is None or sign * priced.minor_units > sign * best.minor_units:
            best = priced
    return best
