"""A run: all rows of an input scored into an output, part by part. It tells how far it is, and can be resumed."""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pyarrow as pa

from amends.rescoring.part_writer import PartWriter
from amends.rescoring.parts import Parts
from amends.rescoring.read_rows import Done
from amends.rescoring.score_rows import ScoredBatch


class StrictError(Exception):
    """A row was rejected where none was to be; says which and why."""


@dataclass(slots=True)
class Progress:
    """How far a run is: rows done of `total` (None: nobody knows), and what they came to."""

    total: int | None
    done: int = 0
    rejected: int = 0
    resumed: int = 0
    """So many rows were done before."""
    began: int = 0
    observe_time: int = 0
    """As `Parts` has them."""
    outcomes: Counter[str] = field(default_factory=Counter)
    money: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Minor units by kind of action and currency."""


def run(  # noqa: PLR0913 -- one part of a run each
    scored: Callable[[Done], Generator[ScoredBatch]],
    parts: Parts,
    *,
    total: int | None,
    strict: bool,
    told: Callable[[Progress], None],
    part_rows: int,
) -> Progress:
    """Score what is not scored yet: `scored` has what lies behind. StrictError with `strict` at the first bad row, also
    at one that was rejected before the run was killed.
    """
    done = parts.resume()
    if strict:
        _check_done(parts)
    progress = Progress(total, resumed=done.position, began=parts.began, observe_time=parts.observe_time)
    for finished in parts.done:
        progress.done += finished.rows
        progress.rejected += finished.rejected
    for table in parts.tables() if parts.done else ():
        _count(progress, table)
    if done.position:
        told(progress)
    part: PartWriter | None = None
    try:
        with closing(scored(done)) as batches:
            for table, rejected, reached in batches:
                if strict and rejected:
                    raise stopped(rejected[0].position, rejected[0].reasons, is_begun=bool(parts.done))
                # By it a part has its name, and a resumed run its place.
                assert reached.position > done.position or not (table.num_rows or rejected)
                part = part or parts.begin(done.position + 1)
                part.write(table, rejected)
                done = Done(max(done.position, reached.position), reached.mark)
                progress.done += table.num_rows
                progress.rejected += len(rejected)
                _count(progress, table)
                told(progress)
                if part.rows + part.rejected >= part_rows:
                    parts.finish(part, done=done)
                    part = None
        if part is not None:
            parts.finish(part, done=done)
            part = None
    finally:
        if part is not None:
            part.close()
    return progress


def _check_done(parts: Parts) -> None:
    first = next(parts.rejected(), None)
    if first is not None:
        said = json.loads(first)
        raise stopped(said["position"], said["reasons"], is_begun=True)


def stopped(position: int, reasons: Sequence[str], *, is_begun: bool) -> StrictError:
    """How a strict run ends. What is done cannot be gone on with once the input is another: so it is said how."""
    told = f"row {position}: {'; '.join(reasons)}"
    return StrictError(f"{told}\nonce it is mended, begin anew with --again" if is_begun else told)


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
