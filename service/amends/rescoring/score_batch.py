"""Scores a batch: columns of a file in, a table of what its rows come to out, and the rows that are no situations."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from amends.application.compiled_pack import CompiledPack
from amends.rescoring.columns import Coded, Column, Numbers, Rows
from amends.rescoring.convert import Converter, Problems, constant
from amends.rescoring.decide_rows import RowDecider
from amends.rescoring.mapping import UNOBTAINABLE, FromColumn, Mapped, MappedName
from amends.rescoring.read_rows import RawBatch
from amends.rescoring.scored import Scoring

NAMES: Final[Mapping[str, str]] = {
    "case_id": "case_id",
    "subject.order_id": "order_id",
    "subject.item_id": "item_id",
    "incident.incident_id": "incident_id",
}
"""Identifiers, and the columns of the output that repeat them."""

_LONGEST_NAME: Final = 256
_OBSERVED: Final = "observe_time"


class Rejected(NamedTuple):
    """A row that is no situation: its position, everything that is wrong with it, and what it holds."""

    position: int
    reasons: tuple[str, ...]
    row: Mapping[str, object]


class ScoredBatch(NamedTuple):
    """What became of a batch: a table with a row for each situation, in order, and every other row."""

    table: pa.Table
    rejected: tuple[Rejected, ...]


class BatchScorer:
    """Scores the batches of one input. `observe_time` is for rows that say none, in nanoseconds since the epoch."""

    __slots__ = ("_converters", "_decider", "_mapped", "_observe_time", "_pack", "_scoring")

    def __init__(self, compiled: CompiledPack, mapped: Mapped, *, role: str, observe_time: int) -> None:
        self._pack, self._mapped, self._observe_time = compiled.pack, mapped, observe_time
        self._decider = RowDecider(compiled, role=role)
        self._scoring = Scoring(compiled.pack)
        self._converters = {
            path: Converter(fact, fact.source, compiled.pack)
            for path, fact in mapped.facts.items()
            if isinstance(fact.source, FromColumn)
        }

    def score(self, batch: RawBatch) -> ScoredBatch:
        """Every row is in the table or among the rejected, never in both."""
        count = len(batch.positions)
        problems: dict[int, list[str]] = {}
        facts = {path: self._column(path, batch, problems) for path in self._mapped.facts}
        names = {path: self._names(self._mapped.names.get(path), batch, problems) for path in NAMES}
        good = np.array([row for row in range(count) if row not in problems]) if problems else np.arange(count)
        rows = self._rows(facts, good if problems else None, len(good))
        scored = self._scoring.of(rows, self._decider.decide(rows))
        leading = pa.table(
            {
                "position": pa.array(batch.positions[good], pa.int64()),
                **{NAMES[path]: column.take(pa.array(good)) if problems else column for path, column in names.items()},
                "pack_digest": pa.array([self._pack.digest], pa.string()).take(pa.array(np.zeros(len(good), np.int64))),
                "observe_time": pa.array(rows.observe_times // 1_000).cast(pa.timestamp("us", tz="UTC")),
            }
        )
        for name, column in zip(scored.column_names, scored.columns, strict=True):
            leading = leading.append_column(scored.schema.field(name), column)
        return ScoredBatch(leading, self._rejected(batch, problems))

    def _column(self, path: str, batch: RawBatch, problems: dict[int, list[str]]) -> Column:
        fact = self._mapped.facts[path]
        if isinstance(fact.source, FromColumn):
            column, found = self._converters[path].convert(batch.columns)
            _add(problems, found)
            return column
        return constant(fact.source, len(batch.positions), fact.spec)

    def _names(self, mapped: MappedName | None, batch: RawBatch, problems: dict[int, list[str]]) -> pa.Array:
        count = len(batch.positions)
        if mapped is None:
            return pa.nulls(count, pa.string())
        if isinstance(mapped.source, str):
            return pa.array([mapped.source] * count, pa.string())
        column = batch.columns[mapped.source.column].cast(pa.string())
        lengths = pa.compute.utf8_length(column).fill_null(0).to_numpy(zero_copy_only=False)
        where = mapped.source.column
        if mapped.path == "case_id":
            _add(problems, dict.fromkeys(np.flatnonzero(lengths == 0).tolist(), f"{where}: case_id: it is not said"))
        too_long = np.flatnonzero(lengths > _LONGEST_NAME).tolist()
        _add(problems, dict.fromkeys(too_long, f"{where}: {mapped.path}: longer than {_LONGEST_NAME} characters"))
        return column

    def _rows(self, facts: Mapping[str, Column], good: "np.ndarray | None", count: int) -> Rows:
        if good is not None:
            facts = {path: _taken(column, good) for path, column in facts.items()}
        facts = dict(facts)
        unobtainable = facts.pop(UNOBTAINABLE, None)
        observed = facts.get(_OBSERVED)
        if observed is None:
            facts[_OBSERVED] = constant(self._observe_time, count, self._pack.vocabulary.specs[_OBSERVED])
        elif isinstance(observed, Numbers):
            everywhere = np.where(observed.known, observed.numbers, self._observe_time)
            facts[_OBSERVED] = Numbers(everywhere, np.ones(count, dtype=np.bool_))
        assert unobtainable is None or isinstance(unobtainable, Coded)
        return Rows(count, facts, unobtainable)

    def _rejected(self, batch: RawBatch, problems: Mapping[int, Sequence[str]]) -> tuple[Rejected, ...]:
        broken = [Rejected(one.position, (one.why,), {"text": one.text}) for one in batch.broken]
        refused = [
            Rejected(
                int(batch.positions[row]),
                tuple(reasons),
                {name: column[row].as_py() for name, column in batch.columns.items()},
            )
            for row, reasons in problems.items()
        ]
        return tuple(sorted((*broken, *refused)))


def _add(problems: dict[int, list[str]], found: Problems) -> None:
    for row, why in found.items():
        problems.setdefault(row, []).append(why)


def _taken(column: Column, rows: "np.ndarray") -> Column:
    if isinstance(column, Coded):
        return Coded(column.codes[rows], column.values)
    return Numbers(column.numbers[rows], column.known[rows])
