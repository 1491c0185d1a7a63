"""Columns of facts: many situations at once, fact by fact, as re-scoring decides them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from amends.domain.facts import Value

Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

UNKNOWN = -1
"""The code of a value that is not known."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A fact with few values: of each row, the place of its value in `values`, or `UNKNOWN`."""

    codes: Integers
    values: Sequence[Value]

    def value(self, row: int) -> Value | None:
        """A row's value; None where it is not known."""
        code = int(self.codes[row])
        return None if code == UNKNOWN else self.values[code]

    @property
    def known(self) -> Flags:
        """The rows that have a value."""
        known: Flags = self.codes != UNKNOWN
        return known


@dataclass(frozen=True, slots=True)
class Numbers:
    """A fact that is an integer, a duration or a date: its number, which means nothing where `known` is false."""

    numbers: Integers
    known: Flags

    def value(self, row: int) -> Value | None:
        """A row's value; None where it is not known."""
        return int(self.numbers[row]) if self.known[row] else None


Column: TypeAlias = Coded | Numbers


@dataclass(frozen=True, slots=True)
class Rows:
    """Situations by columns. Facts that no row knows need no column; `observe_time` is one of them, known in every row.

    `unobtainable` has of each row the set of facts that cannot be had; None: of no row any.
    """

    count: int
    facts: Mapping[str, Column]
    unobtainable: Coded | None = None

    @property
    def observe_times(self) -> Integers:
        """When each row is looked at, in nanoseconds since the epoch."""
        column = self.facts["observe_time"]
        assert isinstance(column, Numbers)
        return column.numbers
