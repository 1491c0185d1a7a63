"""Codes of values: equal values of a column have equal numbers, whatever they are made of."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amends.rescoring.columns import UNKNOWN, Integers
from amends.rescoring.decide_rows import distinct


def value_codes(column: pa.Array) -> Integers:
    """Of each row a number: the same for equal values, and for no others. Lists are equal in the same order."""
    if pa.types.is_struct(column.type):
        return _combined([value_codes(child) for child in column.flatten()], len(column))
    if pa.types.is_list(column.type):
        return _of_lists(column)
    codes: Integers = column.dictionary_encode().indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64)


def row_codes(columns: list[pa.Array]) -> Integers:
    """Of each row a number: the same where all columns have equal values."""
    return _combined([value_codes(column) for column in columns], len(columns[0]))


def _of_lists(column: pa.ListArray) -> Integers:
    lengths = pc.list_value_length(column).fill_null(UNKNOWN).to_numpy(zero_copy_only=False).astype(np.int64)
    held = np.maximum(lengths, 0)
    inner = np.append(value_codes(column.flatten()), UNKNOWN)
    begins = np.cumsum(held) - held
    # Where a list is shorter, the last one, which no value has.
    places = (np.where(place < held, begins + place, len(inner) - 1) for place in range(int(held.max(initial=0))))
    return _combined([lengths, *(inner[place] for place in places)], len(column))


def _combined(columns: list[Integers], count: int) -> Integers:
    return distinct(columns, count)[1]
