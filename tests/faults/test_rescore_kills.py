"""A run of re-scoring that is killed goes on where it was: in the end nobody can tell."""

from pathlib import Path

from tests.faults.rescore_kills import kill_rounds


def test_whatever_the_moment_a_killed_run_ends_as_if_nobody_had_killed_it(tmp_path: Path) -> None:
    """Three kills of a real process; `make rescore-kills` does more of them."""
    found = kill_rounds(tmp_path, rounds=3, rows=4_000, seed=1)

    assert found.kills == 3
    assert found.compared >= 1
    assert found.different == []
