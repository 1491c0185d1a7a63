"""One unit up and down: of money a minor unit, of a number its last written digit, of a duration its last written unit.

Of a day it is a day, of a moment a second, of an ordered word the next one. Text that is no such value has no unit.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from amends.domain.action_kinds import ParameterType
from amends.domain.facts import FactSpec, FactType
from amends.packs.literals import DAY, INSTANT, MONEY, NUMBER, LiteralError, read_money

_LAST_UNIT: Final = re.compile(r"(?P<before>.*?)(?P<count>[0-9]+)(?P<unit>bd|[dhms])", re.ASCII)
_STEPS: Final = (1, -1)
_AS_FACTS: Final = {
    ParameterType.DURATION: FactType.DURATION,
    ParameterType.DATE: FactType.DATE,
    ParameterType.INTEGER: FactType.INTEGER,
    ParameterType.DECIMAL: FactType.DECIMAL,
    ParameterType.MONEY: FactType.MONEY,
}


def moved(text: str, spec: FactSpec, *, currency: str) -> Iterator[str]:
    """A value of the fact, one unit up and one down; bare money is of `currency`."""
    if spec.ordered:
        yield from _neighbours(text, spec.values)
    else:
        yield from moved_by_type(text, spec.type, currency=currency)


def moved_by_type(text: str, of: FactType, *, currency: str) -> Iterator[str]:
    """As `moved`, of a type without words in order."""
    match of:
        case FactType.MONEY:
            yield from _money(text, currency)
        case FactType.DURATION:
            yield from moved_span(text)
        case FactType.DATE:
            yield from _date(text)
        case FactType.INTEGER | FactType.DECIMAL:
            yield from moved_number(text)
        case FactType.BOOLEAN | FactType.TEXT | FactType.ENUM | FactType.SET:
            return


def moved_parameter(text: str, of: ParameterType, *, currency: str) -> Iterator[str]:
    """A parameter of an action, one unit up and one down."""
    if of in _AS_FACTS:
        yield from moved_by_type(text, _AS_FACTS[of], currency=currency)


def moved_number(text: str) -> Iterator[str]:
    """`3` to 4 and 2, `12.5` to 12.6 and 12.4."""
    if NUMBER.fullmatch(text):
        number = Decimal(text)
        unit = Decimal(1).scaleb(-len(text.partition(".")[2]))
        yield from (str(number + step * unit) for step in _STEPS)


def moved_span(text: str) -> Iterator[str]:
    """`30m` to 31m and 29m, `1d12h` to 1d13h and 1d11h, `7bd` to 8bd and 6bd; never below nothing."""
    found = _LAST_UNIT.fullmatch(text)
    if found is not None:
        counts = (int(found["count"]) + step for step in _STEPS)
        yield from (f"{found['before']}{count}{found['unit']}" for count in counts if count >= 0)


def moved_time_of_day(text: str) -> Iterator[str]:
    """`08:00` to 08:01 and 07:59, within the day."""
    hours, _, minutes = text.partition(":")
    for step in _STEPS:
        moment = int(hours) * 60 + int(minutes) + step
        if 0 <= moment <= 24 * 60:
            yield f"{moment // 60:02}:{moment % 60:02}"


def _money(text: str, currency: str) -> Iterator[str]:
    if MONEY.fullmatch(text):
        try:
            money = read_money(text, currency=currency)
        except LiteralError:
            return
        yield from (str(money.with_units(money.minor_units + step)) for step in _STEPS if money.minor_units + step >= 0)


def _date(text: str) -> Iterator[str]:
    if DAY.fullmatch(text):
        yield from ((date.fromisoformat(text) + timedelta(days=step)).isoformat() for step in _STEPS)
    elif INSTANT.fullmatch(text):
        moment = datetime.fromisoformat(text)
        yield from ((moment + timedelta(seconds=step)).isoformat() for step in _STEPS)


def _neighbours(text: str, scale: tuple[str, ...]) -> Iterator[str]:
    if text in scale:
        place = scale.index(text)
        yield from scale[place + 1 : place + 2]
        yield from scale[max(place - 1, 0) : place]
