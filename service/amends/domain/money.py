"""Exact money: a currency and an integer of its minor units. No float, and no rounding that is not stated."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from amends.domain.currencies import EXPONENTS


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, pence, yen) of an ISO 4217 currency.

    Two amounts are equal when both currency and units are; there is no order between currencies.
    """

    currency: str
    minor_units: int

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        """`("9.90", "USD")` -> 990 US cents. ValueError: an unknown currency, or a text finer than its minor unit."""
        exponent = EXPONENTS.get(currency)
        if exponent is None:
            message = f"{currency!r} is not an ISO 4217 currency"
            raise ValueError(message)
        scaled = Decimal(amount).scaleb(exponent)
        if scaled != scaled.to_integral_value():
            message = f"{amount} is finer than the minor unit of {currency} ({exponent} decimals)"
            raise ValueError(message)
        return cls(currency, int(scaled))

    def __str__(self) -> str:
        """`9.90 USD`: plain digits, no grouping, no locale."""
        exponent = EXPONENTS[self.currency]
        sign, units = ("-" if self.minor_units < 0 else ""), abs(self.minor_units)
        if exponent == 0:
            return f"{sign}{units} {self.currency}"
        whole, fraction = divmod(units, 10**exponent)
        return f"{sign}{whole}.{fraction:0{exponent}d} {self.currency}"

    def with_units(self, minor_units: int) -> "Money":
        """The same currency with other minor units."""
        return Money(self.currency, minor_units)

    def percent(self, percent: Decimal) -> "Money":
        """That share of the amount, rounded half even to the minor unit."""
        numerator, denominator = percent.as_integer_ratio()
        whole, rest = divmod(self.minor_units * numerator, 100 * denominator)
        middle = 2 * rest - 100 * denominator
        return Money(self.currency, whole + (middle > 0 or (middle == 0 and whole % 2)))

    def percent_down(self, percent: Decimal) -> "Money":
        """That share of the amount, rounded down to the minor unit: a cap allows no part of a cent more."""
        numerator, denominator = percent.as_integer_ratio()
        return Money(self.currency, self.minor_units * numerator // (100 * denominator))

    def times(self, count: int) -> "Money":
        """The amount `count` times."""
        return Money(self.currency, self.minor_units * count)
