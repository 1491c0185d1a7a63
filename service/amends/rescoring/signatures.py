"""Signatures: rows that look alike to a pack's conditions, and count alike, have the same one; they are decided once.

A signature is a row of small numbers, one a fact that the pack reads: of a counted fact which value it is, of any other
how it looks. 0 means that it is not known.
"""

from collections.abc import Hashable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from amends.application.compiled_pack import all_asked
from amends.domain.facts import Value
from amends.engines.looks import Looks
from amends.packs.model import Pack
from amends.rescoring.columns import UNKNOWN, Coded, Column, Given, GivenTo, Integers, Numbers, Rows
from amends.resolution.counted import counted_paths

_MOST_VALUES: Final = 300_000
"""Values of counted facts that are remembered before all is forgotten; some 100 bytes each."""


class Signatures:
    """Numbers looks and values, the same way for every batch until `forgets` says otherwise."""

    __slots__ = ("_counted", "_looks", "_values", "paths")

    def __init__(self, pack: Pack) -> None:
        self._looks = Looks(pack.vocabulary, all_asked(pack))
        self._counted = counted_paths(pack)
        self._values: dict[str, dict[Hashable, int]] = {}
        self.paths = self._counted.union(self._looks.paths, *self._looks.pairs)
        """The facts that the pack reads; no other can make a difference."""

    @property
    def full(self) -> bool:
        """Whether so many values were met that it is time to begin anew."""
        return sum(map(len, self._values.values())) > _MOST_VALUES

    def of(self, rows: Rows) -> list[Integers]:
        """The signatures of all rows, fact by fact; the same facts in the same order for the same columns."""
        return list(self._of(rows))

    def _of(self, rows: Rows) -> Iterator[Integers]:
        for path in sorted(rows.facts):
            column = rows.facts[path]
            if path in self._counted:
                yield self._counted_alike(path, column)
            elif path in self._looks.paths:
                yield self._looking_alike(path, column)
        for pair in self._looks.pairs:
            yield self._dates_alike(pair, rows)
        if rows.unobtainable is not None:
            yield self._counted_alike("unobtainable", rows.unobtainable)
        if rows.given is not None:
            yield self._given_alike(rows.given)

    def _given_alike(self, given: Given) -> Integers:
        numbers = self._values.setdefault("granted", {})
        return _taken([numbers.setdefault(_entries(value), len(numbers) + 1) for value in given.values], given.codes)

    def _counted_alike(self, path: str, column: Column) -> Integers:
        numbers = self._values.setdefault(path, {})
        if isinstance(column, Coded):
            return _taken([numbers.setdefault(_told(value), len(numbers) + 1) for value in column.values], column.codes)
        distinct, place = np.unique(column.numbers, return_inverse=True)
        found = np.array([numbers.setdefault(value, len(numbers) + 1) for value in distinct.tolist()], dtype=np.int64)
        return np.where(column.known, found[place], 0)

    def _looking_alike(self, path: str, column: Column) -> Integers:
        if isinstance(column, Coded):
            return _taken([self._looks.of(path, value) for value in column.values], column.codes)
        looks = self._looks.of_numbers(path, column.numbers)
        assert looks is not None  # numbers lie on a line
        return np.where(column.known, looks, 0)

    def _dates_alike(self, pair: tuple[str, str], rows: Rows) -> Integers:
        """Where one of two dates is missing it matters which."""
        numbers, known = zip(*(_dates(rows, path) for path in pair), strict=True)
        looks = self._looks.of_dates(pair, *numbers)
        return np.where(known[0] & known[1], looks + 2, known[0] + 2 * known[1].astype(np.int64))


def _dates(rows: Rows, path: str) -> tuple[Integers, npt.NDArray[np.bool_]]:
    column = rows.facts.get(path)
    if isinstance(column, Numbers):
        return column.numbers, column.known
    return np.zeros(rows.count, dtype=np.int64), np.zeros(rows.count, dtype=np.bool_)


def _taken(numbers: list[int], codes: Integers) -> Integers:
    """By code; the last entry, which is what the code of the unknown names, is 0."""
    assert UNKNOWN == -1
    return np.array([*numbers, 0], dtype=np.int64)[codes]


def _entries(given: GivenTo) -> Hashable:
    """What was given, as what can be remembered."""
    entries = [
        (one.kind, one.subject, one.incident_id, one.basis, tuple(sorted(one.parameters.items())), one.amount)
        for one in given.granted
    ]
    return tuple(entries), given.subject, given.incident_id


def _told(value: Value) -> Hashable:
    """1.0 and 1.00 are equal, and told as they were said; True is no 1."""
    return type(value), str(value) if not isinstance(value, frozenset) else value
