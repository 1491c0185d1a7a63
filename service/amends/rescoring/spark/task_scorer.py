"""What Spark sends to its Python workers: a pack by its canonical bytes, and what scores Arrow batches by it.

It is built where it is used, once a worker, and remembers there what it decided. Nothing in it depends on which rows
come together or in which order: a task that is done again, elsewhere or twice says the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from amends.application.compiled_pack import CompiledPack
from amends.engines.bitmap import BitmapEngine
from amends.packs.from_canonical import pack_of
from amends.packs.model import Pack
from amends.rescoring.columns import Integers
from amends.rescoring.mapping import Mapped
from amends.rescoring.output_file import OUTPUT
from amends.rescoring.part_writer import rejected_line
from amends.rescoring.read_mapping import by_name, read_mapping
from amends.rescoring.read_rows import RawBatch
from amends.rescoring.score_batch import BatchScorer
from amends.rescoring.score_rows import Rejected, RowScorer

REJECTED: Final = "rejected"
SCORED: Final = pa.schema([*OUTPUT, pa.field(REJECTED, pa.string())])
"""What comes of each row: the columns of every output; of a rejected one its position, and its line in `rejected`."""

AT_ONCE: Final = 65_536
"""Rows that are scored at once: Spark's batches are small, and each costs something of its own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done. `columns` are those of the input, by their names; `mapping` None: they bear facts' names.

    `observe_time` is for rows that say none, in nanoseconds since the epoch.
    """

    canonical: bytes
    columns: tuple[str, ...]
    mapping: str | None
    role: str
    observe_time: int

    def mapped(self, pack: Pack) -> Mapped:
        """What the columns mean to the pack; PackError where the mapping means nothing."""
        if self.mapping is None:
            return by_name(self.columns, pack)
        return read_mapping(self.mapping, file="mapping", pack=pack)


class TaskScorer:
    """Scores the batches of a task. Their columns are those that the mapping reads, in its order, then the position."""

    __slots__ = ("_asked", "_built")

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._built: tuple[Sequence[str], BatchScorer] | None = None

    def __reduce__(self) -> "tuple[type[TaskScorer], tuple[Asked]]":
        """What it is built of travels, never what was built."""
        return TaskScorer, (self._asked,)

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """`SCORED` of all their rows: what was decided, then what was rejected, as many at once as are worth while."""
        if self._built is None:
            self._built = self._build()
        names, scorer = self._built
        for table in _together(batches):
            yield from _scored(table, names, scorer).to_batches()

    def _build(self) -> tuple[Sequence[str], BatchScorer]:
        compiled = CompiledPack(pack_of(self._asked.canonical), BitmapEngine())
        mapped = self._asked.mapped(compiled.pack)
        scorer = RowScorer(compiled, role=self._asked.role)
        return mapped.columns, BatchScorer(scorer, mapped, observe_time=self._asked.observe_time)


def _together(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= AT_ONCE:
            yield pa.Table.from_batches(held).combine_chunks()
            held, rows = [], 0
    if rows:
        yield pa.Table.from_batches(held).combine_chunks()


def _scored(table: pa.Table, names: Sequence[str], scorer: BatchScorer) -> pa.Table:
    *columns, positions = [column.combine_chunks() for column in table.columns]
    # Within a batch rows go by their places: a caller's positions may be missing, or the same of several rows.
    places = np.arange(table.num_rows, dtype=np.int64)
    found = scorer.score(RawBatch(places, dict(zip(names, columns, strict=True))))
    decided = _with_positions(found.table, found.table["position"].to_numpy(), positions).cast(OUTPUT)
    decided = decided.append_column(SCORED.field(REJECTED), pa.nulls(decided.num_rows, pa.string()))
    return pa.concat_tables([decided, _rejected(found.rejected, positions)]) if found.rejected else decided


def _with_positions(table: pa.Table, places: Integers, positions: pa.Array) -> pa.Table:
    place = table.column_names.index("position")
    return table.set_column(place, OUTPUT.field("position"), positions.take(pa.array(places)))


def _rejected(rejected: Sequence[Rejected], positions: pa.Array) -> pa.Table:
    at = positions.take(pa.array([one.position for one in rejected])).to_pylist()
    lines = [
        rejected_line(one._replace(position=position)).removesuffix("\n")
        for one, position in zip(rejected, at, strict=True)
    ]
    said = {"position": at, REJECTED: lines}
    return pa.table(
        [pa.array(said[one.name], one.type) if one.name in said else pa.nulls(len(at), one.type) for one in SCORED],
        schema=SCORED,
    )
