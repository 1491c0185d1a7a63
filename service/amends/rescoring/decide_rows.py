"""Decides rows: each signature once, by the very steps that decide a single case; rows add identifiers and times."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from amends.application.compiled_pack import CompiledPack
from amends.domain.facts import Facts, Value
from amends.domain.situation import Situation, Subject
from amends.rescoring.columns import Integers, Rows
from amends.rescoring.signatures import Signatures
from amends.resolution.plan import Plan
from amends.resolution.settle import Settled

_MOST_KEPT: Final = 20_000
"""Decided signatures kept before all is forgotten, and decided at once; up to eight kilobytes each once written."""
_AT_ONCE: Final = 8_192
"""Rows that are decided at once where they differ too much for a whole batch."""
_MOST_RADIX: Final = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """What all rows of one signature come to; `facts` are those of the first of them, with the derived ones."""

    facts: Facts
    plan: Plan
    settled: Settled


@dataclass(frozen=True, slots=True)
class DecidedRows:
    """Of each row the place of what it comes to among `alike`."""

    places: Integers
    alike: tuple[Alike, ...]


class RowDecider:
    """Decides the rows of one pack as one role. Remembers what was decided (bounded), from batch to batch."""

    __slots__ = ("_compiled", "_known", "_role", "_signatures")

    def __init__(self, compiled: CompiledPack, *, role: str) -> None:
        self._compiled, self._role = compiled, role
        self._signatures = Signatures(compiled.pack)
        self._known: dict[tuple[int, ...], Alike] = {}

    def decide_in_parts(self, rows: Rows) -> Iterator[tuple[Rows, DecidedRows]]:
        """All rows of a batch in order, at once if they are much alike; else so few at once that memory suffices."""
        whole = self._decided(rows, most=_MOST_KEPT)
        if whole is not None:
            yield rows, whole
            return
        for start in range(0, rows.count, _AT_ONCE):
            part = rows.part(start, start + _AT_ONCE)
            yield part, self.decide(part)

    def decide(self, rows: Rows) -> DecidedRows:
        """All these rows, however many come to something else; none is refused, as all of them are valid."""
        decided = self._decided(rows, most=rows.count)
        assert decided is not None  # no more kinds of rows than rows
        return decided

    def _decided(self, rows: Rows, *, most: int) -> DecidedRows | None:
        """None where more than so many kinds of rows would have to be decided."""
        if self._signatures.full or len(self._known) > _MOST_KEPT:
            self._signatures = Signatures(self._compiled.pack)
            self._known.clear()
        columns = self._signatures.of(rows)
        first, places = distinct(columns, rows.count)
        if len(first) > most:
            return None
        # Which columns there are may differ from batch to batch.
        shape = hash((*sorted(rows.facts), rows.unobtainable is None, rows.given is None))
        signatures = np.stack(columns)[:, first].T.tolist() if columns else [[] for _ in first]
        alike = [
            self._alike((shape, *signature), rows, row)
            for signature, row in zip(signatures, first.tolist(), strict=True)
        ]
        if any(one.plan.by_due for one in alike):
            return self._by_due(rows, places, alike, most=most)
        return DecidedRows(places, tuple(alike))

    def _alike(self, signature: tuple[int, ...], rows: Rows, row: int) -> Alike:
        found = self._known.get(signature)
        if found is None:
            found = self._known[signature] = self._settled(rows, row)
        return found

    def _settled(self, rows: Rows, row: int) -> Alike:
        return Alike(*self._compiled.settle(self._situation(rows, row), role=self._role))

    def _situation(self, rows: Rows, row: int) -> Situation:
        """What the pack reads of a row, and nothing else: rows of a signature differ in what is left out only."""
        facts: dict[str, Value] = {"observe_time": int(rows.observe_times[row])}
        for path, column in rows.facts.items():
            value = column.value(row) if path in self._signatures.paths else None
            if value is not None:
                facts[path] = value
        unobtainable = None if rows.unobtainable is None else rows.unobtainable.value(row)
        assert unobtainable is None or isinstance(unobtainable, frozenset)
        given = None if rows.given is None else rows.given.value(row)
        return Situation(
            "",
            int(rows.observe_times[row]),
            facts,
            subject=Subject() if given is None else given.subject,
            incident_id="" if given is None else given.incident_id,
            granted=None if given is None else given.granted,
            unobtainable=unobtainable or frozenset(),
        )

    def _by_due(self, rows: Rows, places: Integers, alike: list[Alike], *, most: int) -> DecidedRows | None:
        """Rows for which it matters when they are looked at are decided again, once for each such time."""
        matters = np.array([one.plan.by_due for one in alike])[places]
        first, again = distinct([places[matters], rows.observe_times[matters]], int(matters.sum()))
        if len(first) > most:
            return None
        own = np.flatnonzero(matters)[first]
        found = places.copy()
        found[matters] = again + len(alike)
        return DecidedRows(found, (*alike, *(self._settled(rows, int(row)) for row in own)))


def distinct(columns: list[Integers], count: int) -> tuple[Integers, Integers]:
    """The first row of each distinct combination, and of each row the place of its combination among those."""
    key, size = np.zeros(count, dtype=np.int64), 1
    for column in columns:
        low = int(column.min(initial=0))
        width = int(column.max(initial=0)) - low + 1
        if size * width >= _MOST_RADIX:
            seen, key = np.unique(key, return_inverse=True)
            size = len(seen)
            if width >= _MOST_RADIX // max(size, 1):
                seen, column = np.unique(column, return_inverse=True)  # noqa: PLW2901 -- the same column, renumbered
                low, width = 0, len(seen)
        key, size = key * width + (column - low), size * width
    _, first, places = np.unique(key, return_index=True, return_inverse=True)
    return first, places
