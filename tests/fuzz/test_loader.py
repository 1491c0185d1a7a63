"""The loader holds its law on the corpus, and for half a minute of inputs that nobody wrote."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fuzz.loader import HERE, check

CORPUS = sorted((HERE / "corpus").iterdir())
SECONDS = int(os.environ.get("AMENDS_FUZZ_SECONDS", "30"))
LEAST_INPUTS = 2 * len(CORPUS)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_input_of_the_corpus_ends_in_a_pack_or_in_errors(path: Path) -> None:
    """Among them is whatever once broke it."""
    check(path.read_bytes())


def test_the_corpus_holds_packs_and_broken_ones() -> None:
    """From both sides mutations reach what lies between."""
    loaded = [check(path.read_bytes()) is not None for path in CORPUS]
    assert loaded.count(True) >= 20
    assert loaded.count(False) >= 60


@pytest.mark.timeout(SECONDS + 120)
def test_no_input_breaks_the_loader(tmp_path: Path) -> None:
    """Guided by coverage; where atheris isn't built for the platform, only the corpus is tried, and that is said."""
    if find_spec("atheris") is None:
        assert os.environ.get("CI") != "true", "the machine that proves a change must be able to fuzz it"
        pytest.skip("atheris is built for Linux on x86-64 and Python before 3.14 only")
    options = (f"-max_total_time={SECONDS}", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1")
    # By a shell that forks: what a process began as counts as its memory, and that would be all that these tests hold.
    apart = ["sh", "-c", '"$@"; exit $?', "sh"]
    program = [*apart, sys.executable, "-m", "tests.fuzz.run"]
    command = [*program, *options, f"-artifact_prefix={tmp_path}/", str(tmp_path)]

    ran = subprocess.run([*command, str(HERE / "corpus")], check=False, capture_output=True, text=True)

    found = [path.read_bytes()[:2_000] for path in tmp_path.glob("*-*") if not path.name.isalnum()]
    assert ran.returncode == 0, f"{ran.stderr[-4_000:]}\n{found}"
    executed = re.search(r"number_of_executed_units: (\d+)", ran.stderr)
    assert executed is not None
    assert int(executed[1]) >= LEAST_INPUTS
