"""A benchmark that does not run measures nothing."""

import json
import subprocess
import sys
from pathlib import Path


def test_the_benchmark_of_recording_measures_and_says_so_in_one_line_of_json() -> None:
    """Short rounds: the figures mean little here, but each is there and above zero, with 1, 8 and 64 callers."""
    program = str(Path(__file__).with_name("recording.py"))

    done = subprocess.run(
        [sys.executable, program, "--only", "sqlite", "--rounds", "2", "--seconds", "0.3"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["sqlite_required_ratio"] > 0
    for server in ("off", "sqlite"):
        for callers in (1, 8, 64):
            assert all(value > 0 for value in said[f"{server}_at_{callers}"].values())
