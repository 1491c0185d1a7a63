"""Converts a column of a file into a column of a fact, exactly. What is no value of the fact is told row by row.

Numbers, durations and times are converted at once where the file has them as such. Of anything else each distinct
value becomes the text that a case file would hold, and is read as that: same meaning, same words about what is wrong.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.domain.currencies import EXPONENTS
from amends.domain.facts import FactSpec, FactType, Value
from amends.packs.literals import Conventions, LiteralError, check_range, read_members, read_text
from amends.packs.model import Pack
from amends.rescoring.columns import UNKNOWN, Coded, Column, Integers, Numbers
from amends.rescoring.mapping import MINOR, UNIT_NANOS, FromColumn

_MOST_REMEMBERED: Final = 100_000
_NULL_TEXT: Final = ""

Problems: TypeAlias = dict[int, str]
"""Row -> what is wrong with it."""


class Converter:
    """Converts the columns of one fact, batch after batch; what a value means is remembered (bounded)."""

    __slots__ = ("_conventions", "_fact", "_known", "_source")

    def __init__(self, fact: FactSpec, source: FromColumn, pack: Pack) -> None:
        self._fact, self._source = fact, source
        self._conventions = Conventions(source.timezone or ZoneInfo(pack.timezone), source.currency or pack.currency)
        self._known: dict[tuple[object, ...], Value | LiteralError | None] = {}

    def convert(self, batch: Mapping[str, pa.Array]) -> tuple[Column, Problems]:
        """The column, and the rows whose value is none of the fact; those are unknown in it."""
        column = batch[self._source.column]
        if not self._source.values:
            numbers = self._numbers(column)
            if numbers is not None:
                return numbers
        currencies = batch[self._source.currency_column] if self._source.currency_column else None
        return self._coded(column, currencies)

    def _numbers(self, column: pa.Array) -> tuple[Numbers, Problems] | None:
        """Where the file's own type says exactly what is meant."""
        kind, of = self._fact.type, column.type
        nanos = UNIT_NANOS.get(self._source.unit, 0)
        if kind is FactType.INTEGER and pa.types.is_signed_integer(of):
            return self._checked(column, lambda one: one.cast(pa.int64()))
        if kind is FactType.DATE and pa.types.is_timestamp(of) and (of.tz or self._source.timezone):
            return self._checked(column, self._moments)
        if kind is FactType.DURATION and pa.types.is_duration(of):
            return self._checked(column, lambda one: one.cast(pa.duration("ns")).cast(pa.int64()))
        if kind is FactType.DURATION and pa.types.is_signed_integer(of) and nanos:
            return self._checked(column, lambda one: pc.multiply_checked(one.cast(pa.int64()), nanos))
        return None

    def _moments(self, column: pa.Array) -> pa.Array:
        if column.type.tz is None:
            column = pc.assume_timezone(column, str(self._source.timezone))
        return column.cast(pa.timestamp("ns", "UTC")).cast(pa.int64())

    def _checked(self, column: pa.Array, cast: Callable[[pa.Array], pa.Array]) -> tuple[Numbers, Problems] | None:
        try:
            found = cast(column)
        except pa.ArrowInvalid:
            # Some value is too large or twice or never on a clock: one by one it is found which.
            return None
        known = found.is_valid().to_numpy(zero_copy_only=False)
        numbers = found.fill_null(0).to_numpy()
        lowest, highest = self._fact.minimum, self._fact.maximum
        wrong = known & (
            (numbers < lowest if lowest is not None else False) | (numbers > highest if highest is not None else False)
        )
        problems = {row: self._why(int(numbers[row])) for row in np.flatnonzero(wrong).tolist()}
        return Numbers(numbers, known & ~wrong), problems

    def _why(self, value: Value) -> str:
        try:
            check_range(value, self._fact)
        except LiteralError as error:
            return self._told(error)
        raise AssertionError(value)

    def _coded(self, column: pa.Array, currencies: pa.Array | None) -> tuple[Column, Problems]:
        keys, codes = _distinct(column, currencies)
        values: list[Value] = []
        places = np.full(len(keys) + 1, UNKNOWN, dtype=np.int64)
        wrong: dict[int, str] = {}
        for place, key in enumerate(keys):
            value = self._value(key)
            if isinstance(value, LiteralError):
                wrong[place] = self._told(value)
            elif value is not None:
                places[place] = len(values)
                values.append(value)
        problems: Problems = {}
        for place, why in wrong.items():
            problems |= dict.fromkeys(np.flatnonzero(codes == place).tolist(), why)
        if self._fact.type in _LINES:
            return _as_numbers(places[codes], values), problems
        return Coded(places[codes], values), problems

    def _value(self, key: tuple[object, object]) -> Value | LiteralError | None:
        # True is no 1 and 1.0 is not told as 1.
        remembered = (type(key[0]), *key)
        found = self._known.get(remembered, _ABSENT)
        if found is _ABSENT:
            try:
                found = self._read(*key)
            except LiteralError as error:
                found = error
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[remembered] = found
        return found  # type: ignore[return-value]

    def _read(self, said: object, currency: object) -> Value | None:
        if said is None:
            return None
        if self._fact.type is FactType.SET:
            if not isinstance(said, tuple) and not str(said).strip():
                return None
            parts = said if isinstance(said, tuple) else str(said).split(self._source.separator)
            named = [self._named(str(part).strip()) for part in parts]
            return read_members([name for name in named if name], self._fact)
        name = self._named(self._text(said))
        if not name:
            return None
        return read_text(self._worded(name, currency), self._fact, self._conventions)

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
            case datetime():
                return self._moment(said)
            case date():
                return said.isoformat()
            case _:
                return str(said).strip()

    def _moment(self, said: datetime) -> str:
        if said.tzinfo is None:
            if self._source.timezone is None:
                raise LiteralError(
                    f"{said} does not say in which zone", code="no-zone", hint="map it with a `timezone`"
                )
            said = said.replace(tzinfo=self._source.timezone)
        if said.astimezone(UTC).astimezone(said.tzinfo).replace(tzinfo=None) != said.replace(tzinfo=None):
            raise LiteralError(f"{said.replace(tzinfo=None)} is skipped by the clocks of {said.tzinfo}")
        return said.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _worded(self, text: str, currency: object) -> str:
        """The text of a bare number in a unit, of a bare amount in a currency, of a time in a form of its own."""
        source = self._source
        match self._fact.type:
            case FactType.INTEGER | FactType.DECIMAL:
                return _whole(self._number(text)) if self._fact.type is FactType.INTEGER else self._number(text)
            case FactType.DURATION if source.unit:
                seconds = Decimal(self._number(text)) * UNIT_NANOS[source.unit] / UNIT_NANOS["seconds"]
                return f"{_whole(_plain(seconds))}s"
            case FactType.MONEY:
                return self._money(text, str(currency or ""))
            case FactType.DATE if source.form:
                return self._formed(text)
            case FactType.DATE if source.timezone is not None:
                return self._in_zone(text)
            case _:
                return text

    def _number(self, text: str) -> str:
        plain = self._in_one(text) if self._source.thousands else text
        if self._source.decimal != ".":
            plain = plain.replace(self._source.decimal, ".")
        try:
            number = Decimal(plain if plain.isascii() else "")
        except ArithmeticError:
            raise LiteralError(f"{text[:60]!r} is not a number") from None
        if number and abs(number.adjusted()) > _MOST_DIGITS:
            raise LiteralError(f"{text[:60]!r} is out of all bounds")
        return _plain(number)

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

    def _money(self, text: str, currency: str) -> str:
        amount, _, said = text.rpartition(" ")
        if not said.isalpha():
            # A blank may part thousands.
            amount, said = text, ""
        code = said or currency
        if not code and self._source.currency_column and not self._source.currency:
            raise LiteralError(f"its column {self._source.currency_column} does not say of which currency it is")
        code = code or self._conventions.currency
        if self._source.unit == MINOR and code in EXPONENTS:
            return f"{_plain(Decimal(self._number(amount)).scaleb(-EXPONENTS[code]))} {code}"
        return f"{_trimmed(self._number(amount), code)} {code}".strip()

    def _formed(self, text: str) -> str:
        try:
            found = datetime.strptime(text, self._source.form)  # noqa: DTZ007 -- its zone is the mapping's
        except ValueError:
            raise LiteralError(f"{text[:60]!r} is not written as {self._source.form}") from None
        return self._moment(found.replace(tzinfo=found.tzinfo or self._conventions.timezone))

    def _in_zone(self, text: str) -> str:
        """A moment that does not say its zone is of the column's; what is no moment is told by whoever reads it."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return text
        return text if len(text) <= _LONGEST_DAY or found.tzinfo is not None else self._moment(found)

    def _told(self, error: LiteralError) -> str:
        hint = str(error.hint)
        return f"{self._source.column}: {self._fact.path}: {error.message}" + (f"; {hint}" if hint else "")


_ABSENT: Final = object()
_THOUSAND: Final = 3
_MOST_DIGITS: Final = 40
"""Before or behind the point: more than any fact holds, and few enough to be written out."""
_LONGEST_DAY: Final = len("2026-11-01")
_BETWEEN: Final = "\x1f"
"""Between the members of a list: no text that means anything holds it."""
_LINES: Final = (FactType.INTEGER, FactType.DURATION, FactType.DATE)


def constant(value: Value, count: int, spec: FactSpec) -> Column:
    """The same value in every row."""
    if spec.type in _LINES:
        assert isinstance(value, int)
        return Numbers(np.full(count, value, dtype=np.int64), np.ones(count, dtype=np.bool_))
    return Coded(np.zeros(count, dtype=np.int64), [value])


def _distinct(column: pa.Array, currencies: pa.Array | None) -> tuple[list[tuple[object, object]], Any]:
    """Each value met (with its currency), and of each row which it is."""
    codes, values = _encoded(column)
    if currencies is None:
        return [(value, None) for value in values], codes
    of_currency, names = _encoded(currencies)
    both, places = np.unique(codes * len(names) + of_currency, return_inverse=True)
    return [(values[one // len(names)], names[one % len(names)]) for one in both.tolist()], places


def _encoded(column: pa.Array) -> tuple[Any, list[object]]:
    """Codes and values, None among them."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        codes, joined = _encoded(pc.binary_join(column.cast(pa.list_(pa.string())), _BETWEEN))
        return codes, [None if one is None else tuple(str(one).split(_BETWEEN) if one else ()) for one in joined]
    found = column if pa.types.is_dictionary(column.type) else column.dictionary_encode(null_encoding="encode")
    values = found.dictionary.to_pylist()
    codes = found.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, [*values, None]


def _as_numbers(places: Integers, values: list[Value]) -> Numbers:
    known = places != UNKNOWN
    return Numbers(np.array([*values, 0], dtype=np.int64)[places], known)


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
