"""Situations as columns, where they come one by one: out of the log, or out of a test."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from amends.domain.facts import FactSpec, FactType, Value, Vocabulary
from amends.domain.situation import Situation
from amends.rescoring.columns import UNKNOWN, Coded, Column, Given, Numbers, Rows, given_to

_NUMBERS: Final = (FactType.INTEGER, FactType.DURATION, FactType.DATE)


def rows_of(situations: Sequence[Situation], vocabulary: Vocabulary) -> Rows:
    """One row a situation, in order."""
    paths = {"observe_time", *(path for situation in situations for path in situation.facts)}
    columns = {
        path: _column([situation.facts.get(path) for situation in situations], vocabulary.specs[path]) for path in paths
    }
    return Rows(len(situations), columns, _unobtainable(situations), _given(situations))


def _column(values: Sequence[Value | None], spec: FactSpec) -> Column:
    if spec.type in _NUMBERS:
        numbers = np.array([0 if value is None else value for value in values], dtype=np.int64)
        return Numbers(numbers, np.array([value is not None for value in values], dtype=np.bool_))
    # Each value by itself: equal ones need not have equal codes.
    known = [value for value in values if value is not None]
    codes = np.full(len(values), UNKNOWN)
    codes[[value is not None for value in values]] = np.arange(len(known))
    return Coded(codes, known)


def _unobtainable(situations: Sequence[Situation]) -> Coded | None:
    if not any(situation.unobtainable for situation in situations):
        return None
    return Coded(np.arange(len(situations)), [situation.unobtainable for situation in situations])


def _given(situations: Sequence[Situation]) -> Given | None:
    said = [situation.granted is not None for situation in situations]
    if not any(said):
        return None
    codes = np.full(len(situations), UNKNOWN)
    codes[said] = np.arange(sum(said))
    values = [given_to(one.granted, one.subject, one.incident_id) for one in situations if one.granted is not None]
    return Given(codes, values)
