"""A benchmark that does not run measures nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(600)  # nine servers start, on a busy machine after one another
def test_the_service_benchmark_measures_and_says_so_in_one_line_of_json() -> None:
    """Few calls: the figures mean little here, but each is there, and the loads were those that are meant."""
    program = str(Path(__file__).with_name("service.py"))
    few = ("--rounds", "1", "--calls", "320", "--seconds", "0.3")

    done = subprocess.run([sys.executable, program, "--quick", *few], check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["echo_cpu_over_decide_cpu_full"] > 0
    assert said["cpu_2_workers_over_1"] > 0
    assert said["overload_ratio"] > 0
    assert {"log_adds_us", "api_key_adds_us", "numbers_adds_us", "full_adds_us"} <= said.keys()
    # Both workers have answered, and callers too many were told to come back.
    assert said["least_share_of_2_workers_spread"][1] > 0
    assert said["overload_refused"] > 0
    assert said["channels"] >= 16
