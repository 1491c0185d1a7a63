"""A run of re-scoring that is killed goes on where it was: in the end nobody can tell."""

from pathlib import Path

import pytest

from tests.faults.rescore_kills import kill_rounds
from tests.faults.rescore_line_kills import ROWS, Lines, Seen, killed_when


def test_whatever_the_moment_a_killed_run_ends_as_if_nobody_had_killed_it(tmp_path: Path) -> None:
    """Three kills of a real process; `make rescore-kills` does more of them."""
    found = kill_rounds(tmp_path, rounds=3, rows=4_000, seed=1)

    assert found.kills == 3
    assert found.compared >= 1
    assert found.different == []


@pytest.mark.parametrize(("suffix", "beside_pack"), [(".csv", False), (".jsonl", True)])
def test_broken_lines_and_comparisons_survive_kills(tmp_path: Path, *, suffix: str, beside_pack: bool) -> None:
    """With few parts done, with most of them, and while it compares: no line is lost, none is told twice."""
    runs = Lines(tmp_path, suffix=suffix, beside_pack=beside_pack)
    moments = [Seen("part-*.parquet", 2), Seen("part-*.parquet", 9), Seen("changes-*")]
    if beside_pack:
        moments.insert(2, Seen("against.parts/part-*.parquet", 4))

    assert killed_when(runs, moments) == []

    rejected = runs.out("out").with_name(runs.out("out").name + ".rejects.jsonl").read_text("utf-8").splitlines()
    assert len(rejected) > ROWS // 61
