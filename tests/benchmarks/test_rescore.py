"""A benchmark that does not run measures nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.rescore_curve import growth, sparkline
from tests.benchmarks.rescore_runs import MEBIBYTE, Held

FIGURES = ("rows_per_second_core", "rows_per_second_wall", "times_reference")


def test_the_benchmark_of_rescoring_measures_and_says_so_in_one_line_of_json(tmp_path: Path) -> None:
    """Few rows: the figures mean little here, but each is there and above zero, and the plot too where it can be."""
    program, plot = str(Path(__file__).with_name("rescore.py")), tmp_path / "memory.svg"
    few = ("--rounds", "1", "--rows", "20000", "--long", "30000", "--plot", str(plot))

    done = subprocess.run([sys.executable, program, "--quick", *few], check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert all(said[name] > 0 for name in (*FIGURES, "peak_rss_mib", "all_different_rows_per_second_core"))
    assert all(low <= said[name] <= high for name in FIGURES for low, high in [said[f"{name}_spread"]])
    assert "times_zen" in said
    assert sum(said["shares"].values()) == pytest.approx(1, abs=0.01)
    assert set(said["shares"]) == {"reading", "matching", "resolving", "writing", "other"}
    assert plot.exists() or "matplotlib is not installed" in done.stdout


def test_a_memory_that_grows_is_seen() -> None:
    """By as much as it grew behind the first quarter; one that stays grows by nothing."""
    flat = [Held(row, 300 * MEBIBYTE) for row in range(100)]
    growing = [Held(row, (300 + row) * MEBIBYTE) for row in range(100)]

    assert growth(flat) == 0
    assert 60 < growth(growing) < 75
    assert "up to 399 MiB, 399 at the end" in sparkline(growing)
    assert sparkline(growing)[0] < sparkline(growing)[59]
