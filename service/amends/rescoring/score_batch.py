"""Scores a batch: columns of a file in, a table of what its rows come to out, and the rows that are no situations."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute

from amends.rescoring.columns import Coded, Column, Given, Integers, Numbers, Rows
from amends.rescoring.convert import Converter, Problems, constant
from amends.rescoring.convert_given import GivenConverter
from amends.rescoring.convert_name import convert_name
from amends.rescoring.mapping import UNOBTAINABLE, FromColumn, Mapped, MappedName
from amends.rescoring.raw_columns import plain
from amends.rescoring.read_rows import Done, RawBatch
from amends.rescoring.score_rows import NAMES, Rejected, RowScorer, ScoredBatch

_OBSERVED: Final = "observe_time"


class BatchScorer:
    """Scores the batches of one input. `observe_time` is for rows that say none, in nanoseconds since the epoch."""

    __slots__ = ("_converters", "_given", "_mapped", "_observe_time", "_pack", "_scorer")

    def __init__(self, scorer: RowScorer, mapped: Mapped, *, observe_time: int) -> None:
        self._scorer, self._pack, self._mapped, self._observe_time = scorer, scorer.pack, mapped, observe_time
        self._converters = {
            path: Converter(fact.spec, fact.source, scorer.pack)
            for path, fact in mapped.facts.items()
            if isinstance(fact.source, FromColumn)
        }
        self._given = None if mapped.granted is None else GivenConverter(mapped.granted, scorer.pack)

    def score(self, batch: RawBatch) -> ScoredBatch:
        """Every row is in the table or among the rejected, never in both."""
        count = len(batch.positions)
        problems: dict[int, list[str]] = {}
        facts = {path: self._column(path, batch, problems) for path in self._mapped.facts}
        names = [self._names(self._mapped.names.get(path), batch, problems) for path in NAMES]
        given = self._what_was_given(batch, names, problems)
        good = np.array([row for row in range(count) if row not in problems], dtype=np.int64) if problems else None
        rows = self._rows(facts, given, good, count)
        positions = batch.positions
        if good is not None:
            positions, names = positions[good], [name.take(pa.array(good)) for name in names]
        rejected = self._rejected(batch, problems)
        last = max([*batch.positions[-1:].tolist(), *(one.position for one in rejected)], default=0)
        return ScoredBatch(self._scorer.table(positions, names, rows), rejected, Done(last, batch.mark))

    def _what_was_given(
        self, batch: RawBatch, names: Sequence[pa.Array], problems: dict[int, list[str]]
    ) -> Given | None:
        if self._given is None:
            return None
        incident = names[tuple(NAMES).index("incident.incident_id")]
        has_incident = pa.compute.utf8_length(incident).fill_null(0).to_numpy(zero_copy_only=False) > 0
        given, found = self._given.convert(batch.columns, has_incident)
        for row, whys in found.items():
            problems.setdefault(row, []).extend(whys)
        return given

    def _column(self, path: str, batch: RawBatch, problems: dict[int, list[str]]) -> Column:
        fact = self._mapped.facts[path]
        if isinstance(fact.source, FromColumn):
            column, found = self._converters[path].convert(batch.columns)
            _add(problems, found)
            return column
        return constant(fact.source, len(batch.positions), fact.spec)

    def _names(self, mapped: MappedName | None, batch: RawBatch, problems: dict[int, list[str]]) -> pa.Array:
        texts, found = convert_name(mapped, batch.columns, len(batch.positions))
        _add(problems, found)
        return texts

    def _rows(self, facts: Mapping[str, Column], given: Given | None, good: Integers | None, count: int) -> Rows:
        facts = dict(facts)
        if good is not None:
            count = len(good)
            facts = {path: _taken(column, good) for path, column in facts.items()}
            given = None if given is None else Given(given.codes[good], given.values)
        unobtainable = facts.pop(UNOBTAINABLE, None)
        observed = facts.get(_OBSERVED)
        if observed is None:
            facts[_OBSERVED] = constant(self._observe_time, count, self._pack.vocabulary.specs[_OBSERVED])
        elif isinstance(observed, Numbers):
            everywhere = np.where(observed.known, observed.numbers, self._observe_time)
            facts[_OBSERVED] = Numbers(everywhere, np.ones(count, dtype=np.bool_))
        assert unobtainable is None or isinstance(unobtainable, Coded)
        return Rows(count, facts, unobtainable, given)

    def _rejected(self, batch: RawBatch, problems: Mapping[int, Sequence[str]]) -> tuple[Rejected, ...]:
        broken = [Rejected(one.position, (one.why,), {"text": plain(one.text)}) for one in batch.broken]
        refused = [
            Rejected(int(batch.positions[row]), tuple(reasons), batch.shown(row)) for row, reasons in problems.items()
        ]
        return tuple(sorted((*broken, *refused)))


def _add(problems: dict[int, list[str]], found: Problems) -> None:
    for row, why in found.items():
        problems.setdefault(row, []).append(why)


def _taken(column: Column, rows: Integers) -> Column:
    if isinstance(column, Coded):
        return Coded(column.codes[rows], column.values)
    return Numbers(column.numbers[rows], column.known[rows])
