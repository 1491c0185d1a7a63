"""A benchmark that does not run measures nothing."""

import json
import subprocess
import sys
from pathlib import Path


def test_the_unary_benchmark_measures_and_says_so_in_one_line_of_json() -> None:
    """Few calls: the figures mean little here, but each is there, above zero, of a decision worth measuring."""
    program = str(Path(__file__).with_name("unary.py"))

    done = subprocess.run(
        [sys.executable, program, "--rounds", "2", "--calls", "640"], check=False, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["echo_cpu_over_decide_cpu"] > 0
    assert said["batch_500_cpu_over_unary_cpu"] > 0
    assert said["channels"] >= 16
    assert said["actions"] >= 5
    assert all(value > 0 for value in said["parts_us"].values())
    for harder in ("everyday_", "heavy_"):
        assert said[f"{harder}echo_cpu_over_decide_cpu"] > 0
        assert said[f"{harder}batch_500_cpu_over_unary_cpu"] > 0
        assert said[f"{harder}actions"] > said["actions"]
        assert said[f"{harder}response_bytes"] > said["response_bytes"]
        assert all(value > 0 for value in said[f"{harder}parts_us"].values())
