"""Parts of a run: what has its name is whole, what was left unfinished is removed, no run goes on with another's."""

from pathlib import Path

import pyarrow as pa
import pytest

from amends.rescoring.own_folder import OutputError
from amends.rescoring.parts import Parts, Run, Said
from amends.rescoring.read_rows import START, Done
from amends.rescoring.score_rows import Rejected


def parts_of(folder: Path, run: str = "a", *, now: int = 1, said: Said | None = None, again: bool = False) -> Parts:
    return Parts(folder / "out.parts", Run({"input": run}, now, said), again=again)


def write(parts: Parts, first: int, last: int, *, rejected: tuple[Rejected, ...] = ()) -> None:
    part = parts.begin(first)
    part.write(pa.table({"position": pa.array(range(first, last + 1), pa.int64())}), rejected)
    parts.finish(part, done=Done(last, f"mark-{last}"))


def test_a_run_goes_on_behind_what_is_finished(tmp_path: Path) -> None:
    """By the row and the mark of its last part, and by the moment at which it began first."""
    with parts_of(tmp_path) as first:
        assert first.resume() == START
        write(first, 1, 3)
        write(first, 4, 5, rejected=(Rejected(5, ("why",), {"a": 1}),))

    with parts_of(tmp_path, now=99) as again:
        assert (again.resume(), again.began, again.observe_time) == (Done(5, "mark-5"), 1, 1)
        assert [row for table in again.tables() for row in table["position"].to_pylist()] == [1, 2, 3, 4, 5]
        assert list(again.rejected()) == ['{"position": 5, "reasons": ["why"], "row": {"a": 1}}\n']


def test_what_was_left_unfinished_is_removed(tmp_path: Path) -> None:
    """With the rejected rows that belong to it: they will be rejected again; and with a comparison that was killed."""
    with parts_of(tmp_path) as first:
        write(first, 1, 3)
        left = first.begin(4)
        left.write(pa.table({"position": pa.array([4], pa.int64())}), (Rejected(5, ("why",), {}),))
        left.close()
        (first.folder / "changes-x").mkdir()

    with parts_of(tmp_path) as again:
        assert again.resume() == Done(3, "mark-3")
        assert sorted(path.name for path in again.folder.iterdir()) == ["lock", "part-000000000001.parquet", "run.json"]


def test_another_run_does_not_go_on_with_it(tmp_path: Path) -> None:
    """It is said in what it is another, and which way there is out of it."""
    with parts_of(tmp_path) as first:
        write(first, 1, 3)

    with pytest.raises(OutputError, match=r"another run \(another input\); .* --again"):
        parts_of(tmp_path, "b")
    with parts_of(tmp_path, "b", again=True) as anew:
        assert anew.resume() == START


def test_of_another_run_of_which_nothing_is_done_nothing_is_lost(tmp_path: Path) -> None:
    """The new one takes its place without a word, and begins at its own time."""
    with parts_of(tmp_path) as first:
        first.begin(1).close()

    with parts_of(tmp_path, "b", now=7) as other:
        assert (other.resume(), other.began) == (START, 7)


def test_a_moment_that_was_said_stays_what_it_was(tmp_path: Path) -> None:
    """`An hour ago` is that of the first start; said otherwise it is another run, said not at all it is kept."""
    hour = Said("1h", lambda began: began - 3_600)
    with parts_of(tmp_path, now=10_000, said=hour) as first:
        write(first, 1, 3)

    for said in (hour, None, Said("6400", lambda _: 6_400)):
        with parts_of(tmp_path, now=99_999, said=said) as again:
            assert (again.began, again.observe_time) == (10_000, 6_400)
    with pytest.raises(OutputError, match=r"another --observe-time\)"):
        parts_of(tmp_path, said=Said("2h", lambda began: began - 7_200))


def test_a_part_that_is_gone_is_told(tmp_path: Path) -> None:
    """No row may be missing from an output: neither one that was decided, nor one that was rejected."""
    with parts_of(tmp_path) as first:
        write(first, 1, 3)
        write(first, 4, 5, rejected=(Rejected(5, ("why",), {}),))
        (first.folder / "part-000000000004.rejects.jsonl").rename(tmp_path / "away")
        with pytest.raises(OutputError, match="the rows that it rejected are gone"):
            first.resume()
        (tmp_path / "away").rename(first.folder / "part-000000000004.rejects.jsonl")

        (first.folder / "part-000000000001.parquet").unlink()
        with pytest.raises(OutputError, match=r"the part before part-000000000004\.parquet is gone"):
            first.resume()


def test_a_part_that_is_none_is_told(tmp_path: Path) -> None:
    """Somebody else's file under such a name is not taken for a part."""
    with parts_of(tmp_path) as parts:
        (parts.folder / "part-000000000001.parquet").write_bytes(b"no part")

        with pytest.raises(OutputError, match="no part of a run"):
            parts.resume()
