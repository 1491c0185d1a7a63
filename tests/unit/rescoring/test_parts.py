"""Parts of a run: what has its name is whole, what was left unfinished is removed, no run goes on with another's."""

from pathlib import Path

import pyarrow as pa
import pytest

from amends.rescoring.parts import OutputError, Parts
from amends.rescoring.read_rows import START, Done
from amends.rescoring.score_rows import Rejected


def parts_of(folder: Path, run: str = "a", *, now: int = 1) -> Parts:
    return Parts(folder / "out.parts", run=run, now=now)


def write(parts: Parts, first: int, last: int, *, rejected: tuple[Rejected, ...] = ()) -> None:
    part = parts.begin(first)
    part.write(pa.table({"position": pa.array(range(first, last + 1), pa.int64())}), rejected)
    parts.finish(part, done=Done(last, f"mark-{last}"))


def test_a_run_goes_on_behind_what_is_finished(tmp_path: Path) -> None:
    """By the row and the mark of its last part, and by the moment at which it began first."""
    first = parts_of(tmp_path)
    assert first.resume() == START
    write(first, 1, 3)
    write(first, 4, 5, rejected=(Rejected(5, ("why",), {"a": 1}),))

    again = parts_of(tmp_path, now=99)

    assert (again.resume(), again.began) == (Done(5, "mark-5"), 1)
    assert [row for table in again.tables() for row in table["position"].to_pylist()] == [1, 2, 3, 4, 5]
    assert list(again.rejected()) == ['{"position": 5, "reasons": ["why"], "row": {"a": 1}}\n']


def test_what_was_left_unfinished_is_removed(tmp_path: Path) -> None:
    """With the rejected rows that belong to it: they will be rejected again."""
    first = parts_of(tmp_path)
    write(first, 1, 3)
    left = first.begin(4)
    left.write(pa.table({"position": pa.array([4], pa.int64())}), (Rejected(5, ("why",), {}),))
    left.close()

    again = parts_of(tmp_path)

    assert again.resume() == Done(3, "mark-3")
    assert sorted(path.name for path in again.folder.iterdir()) == ["part-000000000001.parquet", "run.json"]


def test_another_run_does_not_go_on_with_it(tmp_path: Path) -> None:
    """It is said which way there is out of it; so it is of parts of which nobody knows the run."""
    write(parts_of(tmp_path), 1, 3)

    with pytest.raises(OutputError, match=r"another run .* --again"):
        parts_of(tmp_path, "b")

    (tmp_path / "out.parts" / "run.json").unlink()
    with pytest.raises(OutputError, match="nobody knows of which run it is"):
        parts_of(tmp_path)


def test_a_part_that_is_none_is_told(tmp_path: Path) -> None:
    """Somebody else's file under such a name is not taken for a part."""
    parts = parts_of(tmp_path)
    (parts.folder / "part-000000000001.parquet").write_bytes(b"no part")

    with pytest.raises(OutputError, match="no part of a run"):
        parts.resume()
