"""What an amount comes to, in the naive resolver: exactly, or not known and for want of which facts."""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.packs.amounts import Amount, AmountTable, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.conditions import evaluate, unknown_paths


@dataclass(frozen=True, slots=True)
class Price:
    """An amount, or None and the missing facts (none where currencies do not compare)."""

    amount: Money | None
    lacks: tuple[str, ...] = ()


def case_currency(facts: Facts, otherwise: str) -> str:
    """That of what is affected, else of what was paid, else the pack's."""
    for path in ("amount_affected", "amount_paid"):
        money = facts.get(path)
        if isinstance(money, Money):
            return money.currency
    return otherwise


def price(  # noqa: PLR0911  # one a form of amount
    amount: Amount,
    facts: Facts,
    *,
    currency: str,
    down: bool = False,
) -> Price:
    """The amount in `currency` where it is written in several. Shares are rounded half even, or `down` for caps."""
    match amount:
        case Fixed(amounts):
            return Price(_in_currency(amounts, currency))
        case PercentOf(percent, of):
            base = facts.get(of)
            if not isinstance(base, Money):
                return Price(None, (of,))
            exact = Fraction(base.minor_units) * Fraction(percent) / 100
            return Price(Money(base.currency, exact.__floor__() if down else round(exact)))
        case PerUnit(amounts, per):
            count = facts.get(per)
            if not isinstance(count, int):
                return Price(None, (per,))
            unit = _in_currency(amounts, currency)
            return Price(Money(unit.currency, unit.minor_units * max(count, 0)))
        case Lowest(options) | Highest(options):
            prices = [price(option, facts, currency=currency, down=down) for option in options]
            known = [found.amount for found in prices if found.amount is not None]
            lacks = tuple(dict.fromkeys(path for found in prices for path in found.lacks))
            if len(known) < len(prices) or len({money.currency for money in known}) > 1:
                return Price(None, lacks)
            pick = min if isinstance(amount, Lowest) else max
            return Price(pick(known, key=lambda money: money.minor_units))
        case AmountTable():
            return _from_table(amount, facts, currency=currency, down=down)
        case _:
            assert_never(amount)


def _from_table(table: AmountTable, facts: Facts, *, currency: str, down: bool) -> Price:
    """First hit: not known while a row before the first that holds is not; it then waits for those rows' facts."""
    unknown, lacks = False, list[str]()
    for row in table.rows:
        truth = evaluate(row.when, facts)
        if truth is None:
            unknown = True
            lacks += sorted(unknown_paths(row.when, facts))
        elif truth:
            if unknown:
                break
            return price(row.amount, facts, currency=currency, down=down)
    return Price(None, tuple(dict.fromkeys(lacks)))


def _in_currency(amounts: tuple[Money, ...], currency: str) -> Money:
    return next((money for money in amounts if money.currency == currency), amounts[0])
