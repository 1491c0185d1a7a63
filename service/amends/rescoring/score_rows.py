"""Scores rows: situations by columns in, a table of what each of them comes to out."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from amends.application.compiled_pack import CompiledPack
from amends.packs.model import Pack
from amends.rescoring.columns import Integers, Rows
from amends.rescoring.decide_rows import RowDecider
from amends.rescoring.read_rows import Done
from amends.rescoring.scored import Scoring

NAMES: Final[Mapping[str, str]] = {
    "case_id": "case_id",
    "subject.order_id": "order_id",
    "subject.item_id": "item_id",
    "incident.incident_id": "incident_id",
}
"""Identifiers, and the columns of the output that repeat them."""


class Rejected(NamedTuple):
    """A row that is no situation: its position, everything that is wrong with it, and what it holds."""

    position: int
    reasons: tuple[str, ...]
    row: Mapping[str, object]


class ScoredBatch(NamedTuple):
    """What became of a batch: a table with a row for each situation, in order, and every other row."""

    table: pa.Table
    rejected: tuple[Rejected, ...]
    done: Done


class RowScorer:
    """Scores the rows of one input, as one role sees them."""

    __slots__ = ("_decider", "_scoring", "pack")

    def __init__(self, compiled: CompiledPack, *, role: str) -> None:
        self.pack: Final[Pack] = compiled.pack
        self._decider = RowDecider(compiled, role=role)
        self._scoring = Scoring(compiled.pack)

    def table(self, positions: Integers, names: Sequence[pa.Array], rows: Rows) -> pa.Table:
        """A row each, in order; `names` are the columns of `NAMES`."""
        parts = [self._scoring.of(part, decided) for part, decided in self._decider.decide_in_parts(rows)]
        # Each part has codes of its own for its texts.
        scored = parts[0] if len(parts) == 1 else pa.concat_tables(parts).combine_chunks()
        digest = pa.array([self.pack.digest], pa.string()).take(pa.array(np.zeros(rows.count, np.int64)))
        observed = pa.array(rows.observe_times // 1_000).cast(pa.timestamp("us", tz="UTC"))
        leading = pa.table(
            [pa.array(positions, pa.int64()), *names, digest, observed],
            names=["position", *NAMES.values(), "pack_digest", "observe_time"],
        )
        for name, column in zip(scored.column_names, scored.columns, strict=True):
            leading = leading.append_column(scored.schema.field(name), column)
        return leading
