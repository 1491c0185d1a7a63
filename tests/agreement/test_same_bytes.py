"""The same situation and the same rules give the same bytes: in any process, engine, hash seed and order of files."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from amends.bootstrap.engines import make_engines
from tests.agreement import decide_cases

ROOT: Final = Path(__file__).parents[2]
PROGRAM: Final = Path(decide_cases.__file__)


def bytes_of_all_cases(rules: Path, *, engine: str = "bitmap", seed: str = "0") -> str:
    """The hash over all decisions, from a process of its own."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(rules), engine],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def expected() -> str:
    return bytes_of_all_cases(ROOT / "rules")


@pytest.mark.parametrize(
    ("engine", "seed"), [("bitmap", "1"), ("bitmap", "2"), *((engine, "3") for engine in make_engines().usable)]
)
def test_process_hash_seed_and_engine_change_no_byte(expected: str, engine: str, seed: str) -> None:
    """All cases, decided elsewhere, come out as they came out here."""
    assert bytes_of_all_cases(ROOT / "rules", engine=engine, seed=seed) == expected


def test_the_order_of_rules_and_files_changes_no_byte(expected: str, tmp_path: Path) -> None:
    """Every rule file gets another name, and its rules the reverse order."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules", ignore=shutil.ignore_patterns("tests"))
    themes = [file for file in (tmp_path / "rules").glob("*/*.yaml") if file.name != "pack.yaml"]
    assert len(themes) > 5
    for place, file in enumerate(sorted(themes)):
        text = file.read_text(encoding="utf-8")
        file.unlink()
        # A file may hold derived facts or limits alone: their order is theirs.
        start = text.rindex("\nrules:\n") if "\nrules:\n" in text else len(text)
        head, *rules = re.split(r"(?m)^(?=  - id: )", text[start:])
        text = text[:start] + head + "".join(rule.rstrip("\n") + "\n" for rule in reversed(rules))
        (file.parent / f"{99 - place}.yaml").write_text(text, encoding="utf-8")

    assert bytes_of_all_cases(tmp_path / "rules") == expected
