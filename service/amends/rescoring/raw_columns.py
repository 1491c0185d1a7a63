"""Columns as a source has them: Arrow's own, or values of several kinds, each of which is read by itself."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.rescoring.columns import UNKNOWN, Integers

_BETWEEN: Final = "\x1f"
"""Between the members of a list while it is counted; a list whose members hold it is counted otherwise."""
_PER_SECOND: Final = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_FRACTION: Final = re.compile(r"(\.\d*[1-9])0+(?=Z?$)|\.0+(?=Z?$)", re.ASCII)
"""Of a moment, the zeros that only tell in which unit it was kept."""
_NO_UTF8: Final = "it is no UTF-8 text"


class Moment(str):
    """A day or a moment that a file types as such, as ISO 8601 writes it: no other form is meant."""

    __slots__ = ()


class Figure(str):
    """A number that its source types as such, in digits with a point: no sign of a mapping is meant."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is no value at all: why, and how it can be shown."""

    why: str
    shown: object = None


@dataclass(frozen=True, slots=True)
class Mixed:
    """A column of values that are not all of one kind: of each row the place of its own, or `UNKNOWN`.

    A value is a text, a list (as a tuple) or `Unreadable`. A text may be one that Arrow cannot hold.
    """

    codes: Integers
    values: Sequence[object]

    def __len__(self) -> int:
        """So many rows."""
        return len(self.codes)


Raw: TypeAlias = Any
"""`pa.Array | Mixed`; pyarrow has no types."""


def column_of(values: Sequence[object]) -> Raw:
    """Texts, lists (as tuples), `Unreadable` and None as a column: what each means does not depend on the others."""
    if all(value is None or type(value) is str for value in values):
        # Half a character, as JSON may have it, is no text to Arrow.
        with suppress(UnicodeEncodeError):
            return pa.array(values, pa.string())
    return Mixed(*_by_value(values))


def coded(column: Raw) -> tuple[Integers, list[object]]:
    """Of each row the place of its value, and the values, None among them: Python's, a list as a tuple."""
    if isinstance(column, Mixed):
        return np.where(column.codes == UNKNOWN, len(column.values), column.codes), [*column.values, None]
    try:
        if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
            return _of_lists(column)
        if pa.types.is_string_view(column.type):
            # Counted as it is, its nulls would be empty texts.
            column = column.cast(pa.string())
        # Dictionaries do not tell two rows apart in which they hold the same; what they hold is read once.
        found = column if pa.types.is_dictionary(column.type) else column.dictionary_encode(null_encoding="encode")
        values = values_of(found.dictionary)
        codes = found.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int64)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
        codes, values = _by_value(values_of(column))
        codes = np.where(codes == UNKNOWN, len(values), codes)
    return codes, [*values, None]


def values_of(array: pa.Array) -> list[object]:
    """Values as Python has them, and exactly: times as text, and of what cannot be read, why."""
    of = array.type
    if pa.types.is_timestamp(of):
        told = array if of.tz is None else array.cast(pa.timestamp(of.unit, "UTC"))
        return [one and Moment(_FRACTION.sub(r"\1", one)) for one in told.cast(pa.string()).to_pylist()]
    if pa.types.is_date(of) or pa.types.is_time(of):
        return [one and Moment(one) for one in array.cast(pa.string()).to_pylist()]
    if pa.types.is_duration(of):
        return [None if one is None else _seconds(one, of.unit) for one in array.cast(pa.int64()).to_pylist()]
    try:
        return [_said(one) for one in array.to_pylist()]
    except (ValueError, OverflowError):
        return [_said_by(one) for one in array]


def shown(column: Raw, row: int) -> object:
    """A value as JSON can hold it, and as it is read back."""
    if isinstance(column, Mixed):
        code = int(column.codes[row])
        return plain(None if code == UNKNOWN else column.values[code])
    one = column.slice(row, 1)
    return plain(values_of(one.dictionary_decode() if pa.types.is_dictionary(one.type) else one)[0])


def plain(value: object) -> object:  # noqa: PLR0911 -- one a kind of value
    """A value as JSON can hold it."""
    match value:
        case None | bool() | int():
            return value
        case Figure() | Decimal():
            return _number(Decimal(value))
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case float():
            return None if math.isnan(value) else value if math.isfinite(value) else str(value)
        case Unreadable():
            return plain(value.shown)
        case list() | tuple():
            return [plain(one) for one in value]
        case Mapping():
            return {str(plain(str(name))): plain(one) for name, one in value.items()}
        case _:
            return str(value)


def _number(value: Decimal) -> int | float | str:
    """A number as JSON has it: as text, signs of a mapping would be looked for in it. Text where JSON's is another."""
    exponent = value.as_tuple().exponent
    if exponent == 0:
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else str(value)


def _of_lists(column: pa.Array) -> tuple[Integers, list[object]]:
    lists = column.cast(pa.list_(pa.string()))
    members = lists.flatten()
    lengths = pc.utf8_length(members)
    if members.null_count or pc.min(lengths).as_py() == 0 or pc.any(pc.match_substring(members, _BETWEEN)).as_py():
        raise pa.ArrowInvalid("they would not be told apart once they are joined")
    codes, joined = coded(pc.binary_join(lists, _BETWEEN))
    if any(isinstance(one, Unreadable) for one in joined):
        raise pa.ArrowInvalid(_NO_UTF8)
    return codes, [None if one is None else tuple(str(one).split(_BETWEEN) if one else ()) for one in joined]


def _by_value(values: Iterable[object]) -> tuple[Integers, list[object]]:
    # A number and the text of it are two values.
    places: dict[tuple[type, object], int] = {}
    codes = [UNKNOWN if one is None else places.setdefault((type(one), one), len(places)) for one in values]
    return np.array(codes, dtype=np.int64), [one for _, one in places]


def _said(value: object) -> object:
    match value:
        case list() | tuple():
            return tuple(_said(one) for one in value)
        case Mapping():
            return Unreadable("it is an object and no value", str(value))
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return Unreadable(_NO_UTF8, value.decode("utf-8", "backslashreplace"))
        case _:
            return value


def _said_by(scalar: Any) -> object:  # noqa: ANN401 -- pyarrow has no types
    try:
        return _said(scalar.as_py())
    except UnicodeDecodeError:
        held = scalar.as_buffer() if hasattr(scalar, "as_buffer") else b""
        return _said(bytes(held)) if held else Unreadable(_NO_UTF8)
    except (ValueError, OverflowError):
        return Unreadable(f"it is of type {scalar.type}, which cannot be read here")


def _seconds(count: int, unit: str) -> str:
    """As the language writes it, where it can."""
    seconds = Decimal(count) / _PER_SECOND[unit]
    return f"{seconds.normalize():f}s"
