"""docs/benchmarks.md names what is there: programs, the command that sets up, and every peer in its locked version."""

import re
from pathlib import Path

from tests.benchmarks.engine_race.entries import entries

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def test_programs_and_commands_are_there() -> None:
    """Whatever is told to be run can be run."""
    programs = set(re.findall(r"`?(tests/benchmarks/\w+\.py)", PAGE))
    names = ("unary", "service", "recording", "packs", "engines", "rescore", "spark")
    assert programs == {f"tests/benchmarks/{name}.py" for name in names}
    assert all((ROOT / program).is_file() for program in programs)
    assert re.search(r"^benchmark-setup:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_peer_is_told_of_with_the_version_that_is_locked() -> None:
    """The table of contenders is the race's own: no peer left out, none that does not run."""
    locks = [(ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in ("benchmarks", "durable")]
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", "\n".join(locks), re.MULTILINE))
    peers = {entry.name: locked[entry.distribution] for entry in entries() if entry.page}

    told = dict(re.findall(r"^\| \[([\w-]+)\]\(https://[^)]+\)(?: by \w+)? \| ([\d.]+) \|", PAGE, re.MULTILINE))

    assert told == peers


def test_the_plot_is_there_and_small() -> None:
    """A clone should not carry more for it than the page itself is worth."""
    assert 1_000 < (ROOT / "docs" / "images" / "engines.png").stat().st_size < 100_000
