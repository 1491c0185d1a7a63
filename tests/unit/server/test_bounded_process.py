"""A bound program ends within what it is given, and inherits nothing."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from amends.server.bounded_process import FAILED, GAVE_UP, LEAST_URGENT, last_words, start

PROGRAM = """
import os, sys
from amends.server.bounded_process import run_bound

def work():
    {work}

raise SystemExit(run_bound(work, seconds={seconds}, mebibytes=512))
"""


@pytest.fixture(name="run")
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    """Runs some work in a bound program, as `start` does."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return Run(tmp_path / "bound_work.py")


class Run:
    def __init__(self, program: Path) -> None:
        self._program = program

    def __call__(self, work: str, *, seconds: int = 20, niceness: int = 0) -> tuple[int, bytes, bytes]:
        self._program.write_text(PROGRAM.format(work=work, seconds=seconds), encoding="utf-8")
        with start("bound_work", niceness=niceness) as process:
            out, told = process.communicate(timeout=60)
        return process.returncode, out, told


def test_what_it_does_in_time_is_done(run: Run) -> None:
    """With its three streams, and no other descriptor of whoever started it."""
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)  # noqa: FBT003 -- as the standard library has it
    try:
        code, out, told = run("print(sorted(os.listdir('/proc/self/fd')))")
    finally:
        os.close(reading)
        os.close(writing)
    assert (code, told) == (0, b"")
    # The fourth is that of the listing itself.
    assert out.decode() == "['0', '1', '2', '3']\n"


@pytest.mark.parametrize("niceness", [0, LEAST_URGENT])
def test_what_nobody_waits_for_takes_what_others_leave(run: Run, niceness: int) -> None:
    """And whoever is waited for is as urgent as who asks. It is told once all of its input is there."""
    own = os.getpriority(os.PRIO_PROCESS, 0)

    _, out, _ = run("sys.stdin.read(); print(os.getpriority(os.PRIO_PROCESS, 0))", niceness=niceness)

    assert int(out) == (niceness or own)


@pytest.mark.parametrize(
    "work", ["bytearray(1 << 40)", "[bytearray(1 << 24) for _ in iter(int, 1)]", "raise MemoryError"]
)
def test_too_much_memory_is_given_up(run: Run, work: str) -> None:
    """Asked for at once or little by little."""
    assert run(work)[0] == GAVE_UP


def test_too_much_time_ends_it(run: Run) -> None:
    """Of the processor, whatever it does."""
    assert run("while True: pass", seconds=1)[0] in {-signal.SIGXCPU, -signal.SIGKILL}


def test_a_bug_is_told_without_its_message(run: Run) -> None:
    """Its type and its place; what it says may quote what was sent."""
    code, _, told = run("raise ValueError('secret')")

    assert code == FAILED
    assert "ValueError" in json.dumps(last_words(told))
    assert "secret" not in told.decode()
    assert last_words(b"") == last_words(b"[]") == last_words(b"{") == []


def test_a_crash_leaves_no_core(run: Run) -> None:
    """What was sent is not to lie around on the disk."""
    code, _, _ = run("import resource; assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0); os.abort()")
    assert code == -signal.SIGABRT


def test_a_limit_that_is_lower_already_stays() -> None:
    """Nobody may raise what the system holds them to."""
    program = (
        "import resource; from amends.server.bounded_process import run_bound; "
        "run_bound(lambda: print(resource.getrlimit(resource.RLIMIT_CPU)), seconds=50, mebibytes=4096)"
    )

    def held_lower() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))

    done = subprocess.run(
        [sys.executable, "-c", program], preexec_fn=held_lower, capture_output=True, check=True, text=True
    )
    assert done.stdout == "(20, 20)\n"
