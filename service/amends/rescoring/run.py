"""A run: all rows of an input scored into an output, part by part. It tells how far it is, and can be resumed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from amends.rescoring.parts import Parts, PartWriter
from amends.rescoring.read_rows import RowSource
from amends.rescoring.score_batch import BatchScorer


class StrictError(Exception):
    """A row was rejected where none was to be; says which and why."""


@dataclass(slots=True)
class Progress:
    """How far a run is: rows done of `total` (None: nobody knows), and what they came to."""

    total: int | None
    done: int = 0
    rejected: int = 0
    resumed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    money: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Minor units by kind of action and currency."""


def run(  # noqa: PLR0913 -- one part of a run each
    source: RowSource,
    scorer: BatchScorer,
    parts: Parts,
    *,
    columns: tuple[str, ...],
    strict: bool,
    told: Callable[[Progress], None],
    batch_rows: int,
    part_rows: int,
) -> Progress:
    """Score what is not scored yet. StrictError with `strict` at the first row that is rejected."""
    done = parts.resume()
    progress = Progress(source.total, resumed=done)
    for finished in parts.done:
        progress.done += finished.rows
        progress.rejected += finished.rejected
    for table in parts.tables() if done else ():
        _count(progress, table)
    part: PartWriter | None = None
    last = done
    for batch in source.batches(columns, size=batch_rows, after=done):
        table, rejected = scorer.score(batch)
        if strict and rejected:
            raise StrictError(f"row {rejected[0].position}: {'; '.join(rejected[0].reasons)}")
        part = part or parts.begin(last + 1)
        part.write(table, rejected)
        last = max(last, *batch.positions[-1:].tolist(), *(one.position for one in rejected))
        progress.done += table.num_rows
        progress.rejected += len(rejected)
        _count(progress, table)
        told(progress)
        if part.rows + part.rejected >= part_rows:
            parts.finish(part, last=last)
            part = None
    if part is not None:
        parts.finish(part, last=last)
    return progress


def _count(progress: Progress, table: pa.Table) -> None:
    for found in table["outcome"].value_counts().to_pylist():
        progress.outcomes[found["values"]] += found["counts"]
    for kind, currency, units in _money(table):
        progress.money[(kind, currency)] += units


def _money(table: pa.Table) -> Iterator[tuple[str, str, int]]:
    for kind in ("entitlement", "refund", "goodwill"):
        column = table.select([f"{kind}_currency", f"{kind}_minor_units"])
        for found in column.group_by(f"{kind}_currency").aggregate([(f"{kind}_minor_units", "sum")]).to_pylist():
            if found[f"{kind}_currency"] is not None:
                yield kind, found[f"{kind}_currency"], found[f"{kind}_minor_units_sum"]
