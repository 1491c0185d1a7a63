"""Parquet and Arrow IPC files that are broken, or hold what is no text: told, each where it is, and never raised."""

from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from amends.rescoring.open_rows import open_rows
from amends.rescoring.raw_columns import Unreadable, coded
from amends.rescoring.read_rows import Done, InputError

TABLE = pa.table({"id": [f"c-{row}" for row in range(1, 1_001)], "n": pa.array(range(1_000))})


def arrow(path: Path, table: pa.Table, *, stream: bool = False, rows: int = 100) -> Path:
    new = pa.ipc.new_stream if stream else pa.ipc.new_file
    with new(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    return path


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("after", [0, 1, 99, 100, 999, 1_000])
def test_rows_of_arrow_come_from_any_row_on(tmp_path: Path, stream: bool, after: int) -> None:  # noqa: FBT001 -- a parameter
    """Whatever batches they were written in."""
    source = open_rows(arrow(tmp_path / "rows.arrow", TABLE, stream=stream))

    read = list(source.batches(["id"], size=30, after=Done(after)))

    assert [name for one in read for name in one.columns["id"].to_pylist()] == TABLE["id"].to_pylist()[after:]
    assert [place for one in read for place in one.positions.tolist()] == list(range(after + 1, 1_001))


@pytest.mark.parametrize("suffix", ["arrow", "parquet"])
def test_a_file_that_is_cut_off_is_told(tmp_path: Path, suffix: str) -> None:
    """At once: its end says what is in it."""
    path = tmp_path / f"rows.{suffix}"
    if suffix == "arrow":
        arrow(path, TABLE)
    else:
        pq.write_table(TABLE, path)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(InputError, match=f"rows.{suffix}: it cannot be read as its name says"):
        list(open_rows(path).batches(["id"], size=30))


def test_what_is_called_text_and_is_none_is_told_row_by_row(tmp_path: Path) -> None:
    """No reader of Arrow looks at it; the rows beside it are read."""
    table = pa.table({"id": pa.array([b"c-1", b"\xff", b"c-3"], pa.binary()).view(pa.string())})

    (batch,) = open_rows(arrow(tmp_path / "rows.arrow", table)).batches(["id"], size=9)

    codes, values = coded(batch.columns["id"])
    assert [values[code] for code in codes] == ["c-1", Unreadable("it is no UTF-8 text", "\\xff"), "c-3"]
    assert [batch.shown(row) for row in range(3)] == [{"id": "c-1"}, {"id": "\\xff"}, {"id": "c-3"}]


@pytest.mark.parametrize("suffix", ["arrow", "parquet"])
def test_two_columns_of_one_name_are_refused(tmp_path: Path, suffix: str) -> None:
    """One of them may be what lies within a third; nobody knows which is meant."""
    path = tmp_path / f"rows.{suffix}"
    table = pa.table({"a": [{"b": 1}], "a.b": [2]})
    if suffix == "arrow":
        arrow(path, table)
    else:
        pq.write_table(table, path)

    with pytest.raises(InputError, match=r"two columns are named a\.b"):
        open_rows(path)
