"""Rows come in order from any row on, however a file is cut into groups or blocks, and what is broken in its place."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.rescoring import read_csv
from amends.rescoring.read_arrow import ParquetRows
from amends.rescoring.read_csv import CsvRows
from amends.rescoring.read_rows import Done

ROWS = 2_300_000


@pytest.fixture(scope="module", params=[70_000, ROWS])
def numbered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More rows than are read together, in many groups or in one; each holds its own number."""
    path = tmp_path_factory.mktemp("rows") / "numbered.parquet"
    table = pa.table({"number": np.arange(1, ROWS + 1), "other": np.zeros(ROWS, dtype=np.int8)})
    pq.write_table(table, path, row_group_size=request.param)
    return path


@pytest.mark.parametrize("after", [0, 1, 69_999, 70_000, 1_234_567, 2_299_999, ROWS])
def test_rows_come_in_order_from_any_row_on(numbered: Path, after: int) -> None:
    """None twice and none left out; each with its place in the file, at most so many at once."""
    batches = list(ParquetRows(numbered).batches(["number"], size=100_000, after=Done(after)))

    numbers = np.concatenate([batch.columns["number"].to_numpy() for batch in batches] or [np.array([])])
    positions = np.concatenate([batch.positions for batch in batches] or [np.array([])])
    assert np.array_equal(numbers, np.arange(after + 1, ROWS + 1))
    assert np.array_equal(positions, numbers)
    assert all(len(batch.positions) <= 100_000 for batch in batches)


def test_what_was_read_is_let_go(numbered: Path) -> None:
    """At the end no more is held than in the middle: a file of any size is read in the same memory."""
    held = [pa.total_allocated_bytes() for _ in ParquetRows(numbered).batches(["number", "other"], size=100_000)]

    assert max(held[len(held) // 2 :]) < max(held[: len(held) // 2]) + 2**21


@settings(deadline=None)  # a file each time, on a busy disk
@given(
    rows=st.integers(1, 200),
    every=st.sampled_from((1, 2, 3, 10, 70, 1_000)),
    cut=st.tuples(st.sampled_from((1, 7, 50, 1_000)), st.sampled_from((64, 300, 100_000))),
    after=st.integers(0, 200),
)
def test_broken_lines_stand_among_the_rows_around_them(
    rows: int, every: int, cut: tuple[int, int], after: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each line once and in its place, whatever is read ahead: the last of a batch tells how far everything is done."""
    path = tmp_path_factory.getbasetemp() / "broken.csv"
    broken = set(range(every, rows + 1, every))
    lines = [f"row {row},x{',too many' if row in broken else ''}" for row in range(1, rows + 1)]
    path.write_text("\n".join(["name,other", *lines]) + "\n", encoding="utf-8")

    (size, block), told = cut, list[int]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(read_csv, "_BLOCK_BYTES", block)
        for batch in CsvRows(path).batches(["name"], size=size, after=Done(after)):
            positions = batch.positions.tolist()
            assert batch.columns["name"].to_pylist() == [f"row {row}" for row in positions]
            bad = [one.position for one in batch.broken]
            assert broken.issuperset(bad)
            assert broken.isdisjoint(positions)
            assert len(positions) <= size
            told += sorted((*positions, *bad))

    assert told == list(range(after + 1, rows + 1))
