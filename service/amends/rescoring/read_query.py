"""Rows of a query as columns. A run that goes on reads them from the first on, and looks whether they are the same."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Final

import numpy as np
import pyarrow as pa

from amends.rescoring.raw_columns import Figure, Raw, column_of
from amends.rescoring.read_rows import START, Done, InputError, RawBatch
from amends.storage.query_rows import QueryError, QueryRows

_CHANGED: Final = (
    "the rows that are done already are not those that the query returns now. It needs an ORDER BY that tells all rows "
    "apart, and rows that stay as they are until the run is done; begin anew with --again"
)


class QuerySource:
    """The rows of one query."""

    def __init__(self, url: str, query: str) -> None:
        """InputError where the database or the query are wrong."""
        try:
            self._query = QueryRows(url, query)
        except QueryError as error:
            raise InputError(str(error)) from None
        self.columns: Sequence[str] = self._query.columns
        twice = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if twice:
            raise InputError(f"the query returns two columns {', '.join(twice)}: give one another name by AS")
        self.total: int | None = None
        self.database = self._query.database

    def batches(self, columns: Sequence[str], *, size: int, after: Done = START) -> Iterator[RawBatch]:
        """The mark is a digest of all rows before."""
        digest, position = blake2b(digest_size=16), 0
        places = [self.columns.index(name) for name in columns]
        waiting: list[tuple[object, ...]] = []
        for row in self._rows():
            if position == after.position and digest.hexdigest() != (after.mark or digest.hexdigest()):
                raise InputError(_CHANGED)
            position += 1
            digest.update(repr(row).encode())
            if position <= after.position:
                continue
            waiting.append(row)
            if len(waiting) == size:
                yield _batch(waiting, columns, places, position, digest.hexdigest())
                waiting = []
        if position < after.position or (position == after.position and after.mark not in {"", digest.hexdigest()}):
            raise InputError(_CHANGED)
        if waiting:
            yield _batch(waiting, columns, places, position, digest.hexdigest())

    def _rows(self) -> Iterator[tuple[object, ...]]:
        try:
            for rows in self._query.rows():
                yield from rows
        except QueryError as error:
            raise InputError(str(error)) from None


def _batch(
    rows: Sequence[tuple[object, ...]], columns: Sequence[str], places: Sequence[int], last: int, mark: str
) -> RawBatch:
    found = {name: _array([row[place] for row in rows]) for name, place in zip(columns, places, strict=True)}
    return RawBatch(np.arange(last - len(rows) + 1, last + 1), found, mark=mark)


def _array(values: Sequence[object]) -> Raw:
    """As what they are, where all of them are the same; else as text, as a file would have it."""
    kinds = {type(value) for value in values if value is not None}
    found = _TYPES.get(next(iter(kinds))) if len(kinds) == 1 else None
    if found is not None:
        try:
            return pa.array(values, found)
        except (pa.ArrowInvalid, OverflowError, UnicodeEncodeError):
            # Too large to be a number of that width; or half a character.
            pass
    if kinds == {datetime}:
        zones = {value.tzinfo is None for value in values if isinstance(value, datetime)}
        if len(zones) == 1:
            return pa.array(values, pa.timestamp("us", None if zones == {True} else "UTC"))
    return column_of([_said(value) for value in values])


_TYPES: Final = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    timedelta: pa.duration("us"),
}


def _said(value: object) -> object:
    return tuple(_said(one) for one in value) if isinstance(value, list) else _text(value)


def _text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool() | dict():
            return json.dumps(value, default=str)
        case Decimal():
            return Figure(f"{value:f}")
        case date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)
