"""Converts a column of a file into a column of a fact, exactly. What is no value of the fact is told row by row.

Numbers, durations and times are converted at once where the file has them as such. Of anything else each distinct
value becomes the text that a case file would hold, and is read as that: same meaning, same words about what is wrong.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.domain.facts import FactSpec, FactType, Value
from amends.packs.literals import LiteralError, check_range
from amends.packs.model import Pack
from amends.rescoring.columns import UNKNOWN, Coded, Column, Integers, Numbers
from amends.rescoring.convert_value import ValueReader
from amends.rescoring.mapping import UNIT_NANOS, Ambiguous, FromColumn
from amends.rescoring.raw_columns import Mixed, Raw, coded, values_of

_MOST_REMEMBERED: Final = 100_000

Problems: TypeAlias = dict[int, str]
"""Row -> what is wrong with it."""


class Converter:
    """Converts the columns of one fact, batch after batch; what a value means is remembered (bounded)."""

    __slots__ = ("_fact", "_known", "_reader", "_source")

    def __init__(self, fact: FactSpec, source: FromColumn, pack: Pack) -> None:
        self._fact, self._source = fact, source
        self._reader = ValueReader(fact, source, pack)
        self._known: dict[tuple[object, ...], Value | LiteralError | None] = {}

    def convert(self, batch: Mapping[str, Raw]) -> tuple[Column, Problems]:
        """The column, and the rows whose value is none of the fact; those are unknown in it."""
        column = batch[self._source.column]
        if not self._source.values and not isinstance(column, Mixed):
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
            twice = _TWICE[self._source.ambiguous]
            column = pc.assume_timezone(column, str(self._source.timezone), ambiguous=twice)
        return column.cast(pa.timestamp("ns", "UTC")).cast(pa.int64())

    def _checked(self, column: pa.Array, cast: Callable[[pa.Array], pa.Array]) -> tuple[Numbers, Problems]:
        pieces = list(_castable(column, cast))
        found = pieces[0] if len(pieces) == 1 else pa.concat_arrays(pieces)
        known = found.is_valid().to_numpy(zero_copy_only=False)
        numbers = found.fill_null(0).to_numpy()
        lowest, highest = self._fact.minimum, self._fact.maximum
        wrong = known & (
            (numbers < lowest if lowest is not None else False) | (numbers > highest if highest is not None else False)
        )
        problems = {row: self._why(int(numbers[row])) for row in np.flatnonzero(wrong).tolist()}
        if found.null_count != column.null_count:
            lost = column.is_valid().to_numpy(zero_copy_only=False) & ~known
            problems |= {row: self._why_not(column.slice(row, 1)) for row in np.flatnonzero(lost).tolist()}
        return Numbers(numbers, known & ~wrong), problems

    def _why_not(self, one: pa.Array) -> str:
        """Why a value that its file types is none of the fact: as it is told where it is written as text."""
        why = self._value((values_of(one)[0], None))
        assert isinstance(why, LiteralError)
        return self._told(why)

    def _why(self, value: Value) -> str:
        try:
            check_range(value, self._fact)
        except LiteralError as error:
            return self._told(error)
        raise AssertionError(value)

    def _coded(self, column: Raw, currencies: Raw | None) -> tuple[Column, Problems]:
        keys, codes = _distinct(column, currencies)
        values: list[Value] = []
        places = np.full(len(keys) + 1, UNKNOWN, dtype=np.int64)
        is_wrong = np.zeros(len(keys) + 1, dtype=np.bool_)
        wrong: dict[int, str] = {}
        for place, key in enumerate(keys):
            value = self._value(key)
            if isinstance(value, LiteralError):
                wrong[place], is_wrong[place] = self._told(value), True
            elif value is not None:
                places[place] = len(values)
                values.append(value)
        rows = np.flatnonzero(is_wrong[codes]).tolist() if wrong else []
        problems = {row: wrong[int(codes[row])] for row in rows}
        if self._fact.type in _LINES:
            return _as_numbers(places[codes], values), problems
        return Coded(places[codes], values), problems

    def _value(self, key: tuple[object, object]) -> Value | LiteralError | None:
        # True is no 1 and 1.0 is not told as 1.
        remembered = (type(key[0]), *key)
        found = self._known.get(remembered, _ABSENT)
        if found is _ABSENT:
            try:
                found = self._reader.read(*key)
            except LiteralError as error:
                found = error
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[remembered] = found
        return found  # type: ignore[return-value]

    def _told(self, error: LiteralError) -> str:
        hint = str(error.hint)
        return f"{self._source.column}: {self._fact.path}: {error.message}" + (f"; {hint}" if hint else "")


_ABSENT: Final = object()
_TWICE: Final = {Ambiguous.EARLIER: "earliest", Ambiguous.LATER: "latest", Ambiguous.REJECT: "raise"}
_LINES: Final = (FactType.INTEGER, FactType.DURATION, FactType.DATE)


def constant(value: Value, count: int, spec: FactSpec) -> Column:
    """The same value in every row."""
    if spec.type in _LINES:
        assert isinstance(value, int)
        return Numbers(np.full(count, value, dtype=np.int64), np.ones(count, dtype=np.bool_))
    return Coded(np.zeros(count, dtype=np.int64), [value])


def _castable(column: pa.Array, cast: Callable[[pa.Array], pa.Array]) -> Iterator[pa.Array]:
    """The column cast piece by piece. Null stands for a value that cannot be cast, whatever is beside it."""
    try:
        whole = cast(column)
    except pa.ArrowInvalid:
        if len(column) == 1:
            yield pa.nulls(1, pa.int64())
            return
        half = len(column) // 2
        yield from _castable(column.slice(0, half), cast)
        yield from _castable(column.slice(half), cast)
    else:
        yield whole


def _distinct(column: Raw, currencies: Raw | None) -> tuple[list[tuple[object, object]], Any]:
    """Each value met (with its currency), and of each row which it is."""
    codes, values = coded(column)
    if currencies is None:
        return [(value, None) for value in values], codes
    of_currency, names = coded(currencies)
    both, places = np.unique(codes * len(names) + of_currency, return_inverse=True)
    return [(values[one // len(names)], names[one % len(names)]) for one in both.tolist()], places


def _as_numbers(places: Integers, values: list[Value]) -> Numbers:
    known = places != UNKNOWN
    return Numbers(np.array([*values, 0], dtype=np.int64)[places], known)
