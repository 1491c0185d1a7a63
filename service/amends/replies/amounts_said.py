"""A number as it is written in a text, as the money that it may mean: languages differ in what parts its digits."""

from collections.abc import Iterator
from typing import Final

from amends.domain.currencies import EXPONENTS
from amends.domain.money import Money

_LONGEST: Final = 20
_GROUP: Final = 3


def readings(number: str, currency: str) -> tuple[Money, ...]:
    """What `1,000`, `9,90` or `1.000,50` may mean, each once; empty for what is no amount."""
    if len(number) > _LONGEST:
        return ()
    return tuple(dict.fromkeys(_readings(number.rstrip(".,:"), currency)))


def _readings(number: str, currency: str) -> Iterator[Money]:
    signs = [sign for sign in number if not sign.isdecimal()]
    digits = "".join(str(int(sign)) for sign in number if sign.isdecimal())
    if not digits or ":" in signs:
        return
    if not signs:
        yield from _money(digits, "", currency)
        return
    last = number.rpartition(signs[-1])[2]
    if len(last) != _GROUP or EXPONENTS[currency] == _GROUP:
        yield from _money(digits[: -len(last)], digits[-len(last) :], currency)
    if len(last) == _GROUP and (len(signs) == 1 or len(set(signs)) == 1):
        yield from _money(digits, "", currency)


def _money(whole: str, fraction: str, currency: str) -> Iterator[Money]:
    try:
        yield Money.parse(f"{whole or '0'}.{fraction or '0'}", currency)
    except ValueError:
        return
