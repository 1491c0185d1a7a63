"""Reads a value of a column as one of a fact: it becomes the text that a case file would hold, and is read as that.

So there is one meaning, and one way to say what is wrong.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.currencies import EXPONENTS
from amends.domain.facts import FactSpec, FactType, Value
from amends.packs.literals import DURATION, INSTANT, Conventions, LiteralError, read_members, read_text
from amends.packs.model import Pack
from amends.rescoring.mapping import MINOR, UNIT_NANOS, Ambiguous, FromColumn
from amends.rescoring.raw_columns import Figure, Moment, Unreadable

_THOUSAND: Final = 3
_MOST_DIGITS: Final = 40
"""Before or behind the point: more than any fact holds, and few enough to be written out."""
_LONGEST_DAY: Final = len("2026-11-01")
_NULL_TEXT: Final = ""
_HALF: Final = re.compile("[\ud800-\udfff]")


class ValueReader:
    """Reads the values of one fact's column. LiteralError where one is none."""

    __slots__ = ("_conventions", "_fact", "_source")

    def __init__(self, fact: FactSpec, source: FromColumn, pack: Pack) -> None:
        self._fact, self._source = fact, source
        self._conventions = Conventions(source.timezone or ZoneInfo(pack.timezone), source.currency or pack.currency)

    def read(self, said: object, currency: object) -> Value | None:
        """What a value (with the currency that its row says) means; None: it is not known."""
        if said is None:
            return None
        if self._fact.type is FactType.SET:
            return self._members(said)
        if isinstance(said, tuple):
            raise LiteralError("it holds a list, where there is one value", code="wrong-shape")
        text = self._text(said)
        name = self._named(text)
        if not name:
            return None
        # What the mapping calls it is a text again.
        typed = isinstance(said, Moment | Figure | int | float | Decimal) and name == text
        return read_text(self._worded(name, currency, typed=typed), self._fact, self._conventions)

    def _members(self, said: object) -> Value | None:
        """A list has no empty members. Where a text has nothing between two separators, there is no member."""
        if isinstance(said, tuple):
            texts = [self._member(part) for part in said]
        else:
            texts = [part.strip() for part in self._text(said).split(self._source.separator) if part.strip()]
            if not texts:
                return None
        named = [self._named(text) for text in texts]
        known = [name for name in named if name]
        return None if named and not known else read_members(known, self._fact)

    def _member(self, said: object) -> str:
        text = "" if said is None or isinstance(said, tuple) else self._text(said)
        if not text:
            what = "a list" if isinstance(said, tuple) else "an empty member"
            raise LiteralError(f"its list holds {what}", code="wrong-shape", hint="a member is a word")
        return text

    def _named(self, text: str) -> str | None:
        return self._source.values.get(text, text)

    def _text(self, said: object) -> str:
        """As the language writes it. A float is what it is printed as: the shortest that means the same."""
        match said:
            case bool():
                return "true" if said else "false"
            case float() if said != said:  # noqa: PLR0124 -- not a number: how other tools write that there is none
                return _NULL_TEXT
            case float() | Decimal():
                return _plain(Decimal(repr(said)) if isinstance(said, float) else said)
            case Unreadable():
                raise LiteralError(said.why)
            case _:
                text = str(said).strip()
                if not text.isascii() and _HALF.search(text):
                    raise LiteralError(f"{text[:60]!r} has half a character, and is no text")
                return text

    def _moment(self, said: datetime, fraction: str = "") -> str:
        """In UTC; the fraction of a second stays as it is written."""
        said = said if said.tzinfo is not None else said.replace(tzinfo=self._conventions.timezone)
        wall = said.replace(tzinfo=None)
        try:
            first, second = (said.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
            if first.astimezone(said.tzinfo).replace(tzinfo=None) != wall:
                raise LiteralError(f"{wall} is skipped by the clocks of {said.tzinfo}")
        except OverflowError:
            raise LiteralError(f"{wall} is out of range", code="out-of-range", hint="from 1678 to 2261") from None
        if first != second and self._source.ambiguous is Ambiguous.REJECT:
            hint = "map it with `ambiguous: earlier`, or `later`"
            raise LiteralError(f"{wall} comes twice on the clocks of {said.tzinfo}", code="ambiguous", hint=hint)
        meant = second if self._source.ambiguous is Ambiguous.LATER else first
        return f"{meant:%Y-%m-%dT%H:%M:%S}.{fraction or f'{meant.microsecond:06}'}Z"

    def _worded(self, text: str, currency: object, *, typed: bool = False) -> str:
        """The text of a bare number in a unit, of a bare amount in a currency, of a time in a form of its own."""
        source = self._source
        match self._fact.type:
            case FactType.INTEGER | FactType.DECIMAL:
                number = self._number(text, typed=typed)
                return _whole(number) if self._fact.type is FactType.INTEGER else number
            case FactType.DURATION if source.unit and not (DURATION.fullmatch(text) and text[-1].isalpha()):
                seconds = Decimal(self._number(text, typed=typed)) * UNIT_NANOS[source.unit] / UNIT_NANOS["seconds"]
                return f"{_whole(_plain(seconds))}s"
            case FactType.MONEY:
                return self._money(text, "" if currency is None else self._currency(currency), typed=typed)
            case FactType.DATE if source.form and not typed:
                return self._formed(text)
            case FactType.DATE:
                return self._in_zone(text)
            case _:
                return text

    def _currency(self, said: object) -> str:
        if isinstance(said, tuple):
            raise LiteralError(f"its column {self._source.currency_column} holds a list, and no currency")
        return self._text(said)

    def _number(self, text: str, *, typed: bool) -> str:
        """Signs of the mapping are of texts: a number that its file types has a point, and parts no thousands."""
        plain = text if typed else self._pointed(text)
        try:
            number = Decimal(plain if plain.isascii() and "_" not in plain else "")
        except ArithmeticError:
            raise LiteralError(f"{text[:60]!r} is not a number") from None
        if number and abs(number.adjusted()) > _MOST_DIGITS:
            raise LiteralError(f"{text[:60]!r} is out of all bounds")
        return _plain(number)

    def _pointed(self, text: str) -> str:
        """By the mapping's signs: 1.250 is no 1.25 to who writes 1,25."""
        decimal, thousands = self._source.decimal, self._source.thousands
        if "." in text and decimal != "." != thousands:
            why = f"{text[:60]!r} has a point, and its decimals stand behind {decimal!r}"
            raise LiteralError(why, hint='if points part thousands, say `thousands: "."`')
        return (self._in_one(text) if thousands else text).replace(decimal, ".")

    def _in_one(self, text: str) -> str:
        """Without what parts thousands, where that is what it does: 12.59 is not 1259, whatever a point may mean."""
        mark = self._source.thousands
        whole, point, rest = text.partition(self._source.decimal)
        first, *groups = whole.split(mark)
        # In India, all groups but the last have two digits.
        parted = len(first.lstrip("+-")) in {1, 2, 3} and all(len(one) in {2, 3} for one in groups)
        if mark in rest or (groups and not (parted and len(groups[-1]) == _THOUSAND)):
            raise LiteralError(f"{text[:60]!r} is not parted into thousands by {mark!r}")
        return f"{whole.replace(mark, '')}{point}{rest}"

    def _money(self, text: str, currency: str, *, typed: bool) -> str:
        amount, _, said = text.rpartition(" ")
        if not said.isalpha():
            # A blank may part thousands.
            amount, said = text, ""
        code = said or currency
        if not code and self._source.currency_column and not self._source.currency:
            raise LiteralError(f"its column {self._source.currency_column} does not say of which currency it is")
        code = code or self._conventions.currency
        if self._source.unit == MINOR and code in EXPONENTS:
            return f"{_plain(Decimal(self._number(amount, typed=typed)).scaleb(-EXPONENTS[code]))} {code}"
        return f"{_trimmed(self._number(amount, typed=typed), code)} {code}".strip()

    def _formed(self, text: str) -> str:
        try:
            found = datetime.strptime(text, self._source.form)  # noqa: DTZ007 -- its zone is the mapping's
        except ValueError:
            raise LiteralError(f"{text[:60]!r} is not written as {self._source.form}") from None
        return self._moment(found)

    def _in_zone(self, text: str) -> str:
        """A moment that does not say its zone is of the column's; what is no moment is told by whoever reads it."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return text
        if len(text) <= _LONGEST_DAY or found.tzinfo is not None:
            return text
        if self._source.timezone is None:
            hint = "map it with a `timezone`"
            raise LiteralError(f"{found} does not say in which zone", code="no-zone", hint=hint)
        whole = INSTANT.fullmatch(text)
        return self._moment(found, (whole and whole["fraction"]) or "")


def _plain(number: Decimal) -> str:
    """In digits, without an exponent."""
    return f"{number:f}"


def _whole(text: str) -> str:
    """3.0 is how a column with gaps writes 3."""
    whole, _, rest = text.partition(".")
    return whole if not rest.strip("0") else text


def _trimmed(text: str, currency: str) -> str:
    """Zeros behind what a currency has are no fractions of it."""
    whole, point, rest = text.partition(".")
    decimals = EXPONENTS.get(currency, len(rest))
    extra = rest[decimals:]
    if not point or extra.strip("0"):
        return text
    return f"{whole}.{rest[:decimals]}" if rest[:decimals] else whole
