"""Puts a bug into a copy of the service and sees whether the agreement tests find it.

A test whose laws no bug can break holds nothing. The bugs are listed in `seeded_bugs` and `seeded_engine_bugs`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
SERVICE: Final = ROOT / "service"
_TESTS_FAILED: Final = 1
"""pytest's exit code where tests ran and some failed; others say that they did not run."""


class Bug(NamedTuple):
    """One change of one place: `old` stands once in `file` (of `layer`), and `new` breaks what `breaks` says."""

    step: str
    file: str
    old: str
    new: str
    breaks: str
    found_by: str = "test_plain_resolution"
    layer: str = "resolution"


def place(bug: Bug, service: Path = SERVICE) -> Path:
    """The file that the bug is put into."""
    return service / "amends" / bug.layer / bug.file


def is_found(bug: Bug) -> bool:
    """Whether its test module fails on a copy of the service with the bug in it."""
    with tempfile.TemporaryDirectory() as folder:
        service = Path(folder) / "service"
        shutil.copytree(SERVICE, service, ignore=shutil.ignore_patterns("__pycache__"))
        file = place(bug, service)
        file.write_text(file.read_text(encoding="utf-8").replace(bug.old, bug.new), encoding="utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                f"tests/agreement/{bug.found_by}.py",
            ],
            cwd=ROOT,
            env={
                # Examples of its own, and enough of them for the rarest: a run ends with the first that shows the bug.
                "AMENDS_TEST_EXAMPLES": "3000",
                **os.environ,
                "AMENDS_TEST_SHRINK": "no",
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": str(service),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode not in {0, _TESTS_FAILED}:
        raise RuntimeError(f"{bug.found_by} did not run:\n{done.stdout}{done.stderr}")
    return done.returncode == _TESTS_FAILED


def hunt(bugs: Sequence[Bug]) -> int:
    """Try them all, one after the other; 1 if any is not found."""
    unfound = 0
    for bug in bugs:
        begun = time.monotonic()
        found = is_found(bug)
        unfound += not found
        word = "found" if found else "NOT FOUND"
        sys.stdout.write(f"{word:9} {time.monotonic() - begun:5.1f} s  {bug.step}: {bug.breaks} ({bug.found_by})\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(bugs) - unfound} of {len(bugs)} found\n")
    return min(unfound, 1)
