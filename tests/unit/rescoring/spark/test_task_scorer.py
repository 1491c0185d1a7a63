"""What workers of Spark run: the same rows whatever comes together, built once, and sent as what it is built of."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pytest

from amends.packs.canonical import canonical_bytes
from amends.packs.from_canonical import pack_of
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.rescoring.spark import task_scorer
from amends.rescoring.spark.task_scorer import REJECTED, SCORED, Asked, TaskScorer

RULES: Final = Path(__file__).parents[4] / "rules"
NAMES: Final = ("fault", "facts.delay_days", "case_id")
ROWS: Final = 40


def scorer() -> TaskScorer:
    pack = load_pack(RULES, "retail")
    return TaskScorer(Asked(canonical_bytes(pack), NAMES, None, pack.authority[0].role, 0))


def batches(sizes: Sequence[int]) -> list[pa.RecordBatch]:
    """Rows, cut so. Every seventh has a fault that there is not; positions count down."""
    faults = ["the moon's" if row % 7 == 3 else ("company", "customer", None)[row % 3] for row in range(ROWS)]
    arrays = [
        pa.array(faults, pa.string()),
        pa.array([row % 5 for row in range(ROWS)], pa.int32()),
        pa.array([f"c-{row}" for row in range(ROWS)]),
        pa.array([100 - row for row in range(ROWS)], pa.int64()),
    ]
    whole = pa.RecordBatch.from_arrays(arrays, names=["c0", "c1", "c2", "position"])
    ends = [sum(sizes[:place]) for place in range(len(sizes) + 1)]
    return [whole.slice(start, size) for start, size in zip(ends, sizes, strict=False)]


def scored(found: TaskScorer, *sizes: int) -> pa.Table:
    return pa.Table.from_batches(list(found(iter(batches(sizes)))), SCORED).sort_by("position")


def test_rows_say_the_same_whatever_comes_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each keeps its own position, and is decided or rejected, never both."""
    whole = scored(scorer(), ROWS)
    monkeypatch.setattr(task_scorer, "AT_ONCE", 4)

    assert scored(scorer(), 1, 2, 0, 3, ROWS - 6).equals(whole)
    assert whole["position"].to_pylist() == list(range(61, 101))
    rejected = [row for row in whole.to_pylist() if row[REJECTED] is not None]
    assert [row["position"] for row in rejected] == [62, 69, 76, 83, 90, 97]
    assert {row["outcome"] for row in rejected} == {None}
    assert all(row["outcome"] for row in whole.to_pylist() if row[REJECTED] is None)


def test_what_travels_is_what_it_is_built_of() -> None:
    """Never what a task has built and remembers; it decides the same where it arrives."""
    sent, fresh = scorer(), len(pickle.dumps(scorer()))
    whole = scored(sent, ROWS)

    assert len(pickle.dumps(sent)) == fresh
    assert scored(pickle.loads(pickle.dumps(sent)), ROWS).equals(whole)  # noqa: S301 -- our own, from the line before


def test_it_is_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many tasks a worker is given."""
    built: list[str] = []

    def read(canonical: bytes) -> Pack:
        pack = pack_of(canonical)
        built.append(pack.pack_id)
        return pack

    monkeypatch.setattr(task_scorer, "pack_of", read)
    found = scorer()

    for _ in range(3):
        scored(found, ROWS)

    assert built == ["retail"]
