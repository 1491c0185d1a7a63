"""A machine without PostgreSQL's programs: nobody takes the tests that did not run for passed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CONFTEST = """
import pytest
from tests.conftest import *

@pytest.fixture(scope="session")
def postgresql_programs():
    return None
"""
TEST = """
def test_that_needs_a_server(postgresql_url):
    raise AssertionError("there is none")
"""


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_tests_without_a_server_are_named(tmp_path: Path, ci: str, code: int) -> None:
    """The end of the run names them and the line that installs the server; on a build server they fail."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TEST)
    environment = {name: value for name, value in os.environ.items() if name != "CI"}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT), **({"CI": ci} if ci else {})},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code, done.stdout + done.stderr
    assert "test_it.py::test_that_needs_a_server\n1 tests did not run" in done.stdout
    assert "apt-get install postgresql" in done.stdout
