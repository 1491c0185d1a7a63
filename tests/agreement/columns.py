"""Situations as columns, for the comparison of columns with single cases."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from amends.domain.facts import FactSpec, FactType, Value, Vocabulary
from amends.domain.situation import Situation
from amends.rescoring.columns import UNKNOWN, Coded, Column, Numbers, Rows

_NUMBERS: Final = (FactType.INTEGER, FactType.DURATION, FactType.DATE)


def rows_of(situations: Sequence[Situation], vocabulary: Vocabulary) -> Rows:
    """One row a situation, in order."""
    paths = {path for situation in situations for path in situation.facts}
    columns = {
        path: _column([situation.facts.get(path) for situation in situations], vocabulary.specs[path]) for path in paths
    }
    return Rows(len(situations), columns)


def _column(values: Sequence[Value | None], spec: FactSpec) -> Column:
    if spec.type in _NUMBERS:
        numbers = np.array([0 if value is None else value for value in values], dtype=np.int64)
        return Numbers(numbers, np.array([value is not None for value in values]))
    # Each value by itself: equal ones need not have equal codes.
    known = [value for value in values if value is not None]
    codes = np.full(len(values), UNKNOWN)
    codes[[value is not None for value in values]] = np.arange(len(known))
    return Coded(codes, known)
