"""Facts from their texts, as a tool without types says them: in the forms of the rule language, by the fact's type."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.literals import (
    Conventions,
    LiteralError,
    read_date,
    read_decimal,
    read_duration,
    read_integer,
    read_money,
)
from amends.packs.model import Pack
from amends.v1 import situation_pb2
from amends.wire.decode_values import in_range
from amends.wire.fact_readers import DECLARED
from amends.wire.violations import Malformed, shown

T = TypeVar("T", Money, int, Decimal)

_LONGEST: Final = 80
"""Characters of a text that stands for a number, an amount or a time: more would only cost reading."""

_TRUTHS: Final[Mapping[str, bool]] = {"true": True, "false": False}


class TextReader:
    """Reads values as the texts of one request mean them."""

    __slots__ = ("_conventions",)

    def __init__(self, pack: Pack, currency: str) -> None:
        """`currency`: of amounts that name none; empty: the pack's own."""
        self._conventions = Conventions(ZoneInfo(pack.timezone), currency or pack.currency)

    def value(self, spec: FactSpec, text: str, members: Sequence[str] = ()) -> Value:
        """The value of a fact; Malformed where the text is none of its type. `members`: of a set, whose text is empty.

        What bounds the value otherwise is looked at where the whole situation is read.
        """
        if spec.type is FactType.SET:
            if text:
                raise Malformed(f"{shown(text)} is one text; expected the members of a set, each by itself")
            return DECLARED[FactType.SET][1](situation_pb2.TextSet(values=members), spec)
        if members:
            raise Malformed(f"has {len(members)} members; expected one value, since the type is {spec.type}")
        return self._single(spec, text)

    def _single(self, spec: FactSpec, text: str) -> Value:  # noqa: PLR0911 -- one a type
        match spec.type:
            case FactType.BOOLEAN:
                if text not in _TRUTHS:
                    raise Malformed(f"{shown(text)} is neither 'true' nor 'false'")
                return _TRUTHS[text]
            case FactType.INTEGER:
                number = _read(text, read_integer)
                in_range(number, spec)
                return number
            case FactType.DECIMAL:
                return _read(text, read_decimal)
            case FactType.MONEY:
                return self.money(text)
            case FactType.DURATION:
                return _read(text, read_duration)
            case FactType.DATE:
                return self.moment(text)
            case _:
                return DECLARED[spec.type][1](text, spec)

    def money(self, text: str) -> Money:
        """`9.90`, or `9.90 EUR`."""
        return _read(text, lambda said: read_money(said, currency=self._conventions.currency))

    def moment(self, text: str) -> int:
        """RFC 3339; a bare date is the first moment of that day where the pack is at home."""
        return _read(text, lambda said: read_date(said, self._conventions.timezone))


def _read(text: str, read: Callable[[str], T]) -> T:
    if len(text) > _LONGEST:
        raise Malformed(f"has {len(text)} characters; expected at most {_LONGEST}")
    try:
        return read(text)
    except LiteralError as error:
        raise Malformed(f"{error.message}; {error.hint}" if error.hint else error.message) from None
