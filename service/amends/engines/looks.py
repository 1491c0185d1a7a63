"""Looks: how the values of a fact look to a list of conditions, as small numbers, for columns of values at once.

Two values of one look leave the same conditions standing, whatever else is known. The tables are the bitmap engine's
own, so that a column says of each of its rows what a match would say of it.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from amends.domain.facts import Value, Vocabulary
from amends.engines.bitmap import BitmapMatcher
from amends.engines.tables import OrderedTable, Table, WithinTable
from amends.packs.conditions import Condition

Looks64 = npt.NDArray[np.int64]
"""A look for each row of a column: 0 where the fact is not known, else from 1."""


class Looks:
    """Numbers the looks of each fact that any of the conditions reads, in the order in which they are first met."""

    __slots__ = ("_cells", "_numbers", "_tables", "pairs", "paths")

    def __init__(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> None:
        matcher = BitmapMatcher(vocabulary, conditions)
        self._tables: dict[str, Table] = dict(matcher.tables)
        self._numbers: dict[str | tuple[str, str], dict[int, int]] = {}
        self._cells: dict[str, Looks64] = {}
        self.paths = frozenset(self._tables)
        """The facts that are read alone."""
        self.pairs: dict[tuple[str, str], WithinTable] = {(dates.path, dates.of): dates for dates in matcher.dates}
        """The dates that are read together: how far the second lies behind the first."""

    def of(self, path: str, value: Value) -> int:
        """The look of one value of a fact, from 1."""
        return self._number(path, self._tables[path][value])

    def of_numbers(self, path: str, values: npt.NDArray[np.int64]) -> Looks64 | None:
        """The looks of whole numbers, durations or dates; None where the fact lies on no line."""
        table = self._tables[path]
        if not isinstance(table, OrderedTable):
            return None
        marks = np.array(table.marks, dtype=np.int64)
        cells = self._cells.get(path)
        if cells is None:
            masks = table.masks()
            cells = self._cells[path] = np.array([self._number(path, mask) for mask in masks], dtype=np.int64)
        # A mark's own cell is odd: what lies below it ends there, what lies above begins behind it.
        looks: Looks64 = cells[np.searchsorted(marks, values, "left") + np.searchsorted(marks, values, "right")]
        return looks

    def of_dates(self, pair: tuple[str, str], dates: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> Looks64:
        """The looks of two known dates, row by row."""
        table = self.pairs[pair]
        marks = np.array(table.marks, dtype=np.int64)
        cells = np.array([self._number(pair, mask) for mask in table.masks()], dtype=np.int64)
        distances = of - dates
        looks: Looks64 = cells[np.searchsorted(marks, distances, "left") + np.searchsorted(marks, distances, "right")]
        return looks

    def _number(self, key: str | tuple[str, str], mask: int) -> int:
        numbers = self._numbers.setdefault(key, {})
        return numbers.setdefault(mask, len(numbers) + 1)
