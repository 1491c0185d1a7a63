"""Rounds of SIGKILL on re-scoring: a run is killed at random moments, again and again, and started again each time.

Whatever the moment, the output in the end is, byte for byte, that of a run that nobody killed: of the rows and of the
rejected ones. A run that ends before it is killed often enough is compared, and another one is begun.

    python -m tests.faults.rescore_kills --rounds 20
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from examples.flight_rows import MAPPING, Month

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 120.0
"""Seconds that a machine under load may take; a passing run needs far less."""
EVERY_NTH_IS_BAD: Final = 97
_EARLIEST: Final = 0.7
_LATEST: Final = 0.95
"""Of the seconds that an unbroken run took to begin and to end: a machine is not always as quick."""
_REJECTS: Final = ".rejects.jsonl"


@dataclass(slots=True)
class Found:
    """What the rounds came to. `different` are files that are not those of the unbroken run: to be none."""

    kills: int = 0
    kept_parts: int = 0
    """Kills that left finished parts behind."""
    compared: int = 0
    different: list[str] = field(default_factory=list)


class Runs:
    """Runs of one command, each a process of its own."""

    def __init__(self, folder: Path, *, rows: int) -> None:
        month = Month(2).table()
        table = pa.concat_tables([month] * (rows // month.num_rows + 1)).slice(0, rows)
        fares = [
            -1 if place % EVERY_NTH_IS_BAD == 0 else cents
            for place, cents in enumerate(table["fare_cents"].to_pylist())
        ]
        index = table.schema.get_field_index("fare_cents")
        self._source = folder / "flights.parquet"
        pq.write_table(table.set_column(index, "fare_cents", pa.array(fares, pa.int64())), self._source)
        self._part_rows = rows // 12

    def begin(self, out: Path) -> "subprocess.Popen[bytes]":
        """A process that writes, or goes on to write, this output."""
        sizes = ["--part-rows", str(self._part_rows), "--batch-rows", str(self._part_rows // 4)]
        told = ["--mapping", str(MAPPING), "--rules", str(ROOT / "rules"), "--policy", "airline", "--progress", "none"]
        command = ["rescore", str(self._source), "--out", str(out), *told, *sizes]
        return subprocess.Popen(
            [sys.executable, "-m", "amends", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


def kill_rounds(folder: Path, *, rounds: int, rows: int, seed: int) -> Found:
    """So many kills; `seed` chooses the moments."""
    chance = random.Random(seed)  # noqa: S311 -- moments, not secrets
    runs, found = Runs(folder, rows=rows), Found()
    whole = folder / "whole.parquet"
    start, end = _watched(runs, whole)
    while found.kills < rounds:
        out = folder / f"out-{found.compared}.parquet"
        while found.kills < rounds and _killed(runs.begin(out), chance.uniform(start * _EARLIEST, end * _LATEST)):
            found.kills += 1
            found.kept_parts += bool(list(_parts(out).glob("part-*.parquet")))
        if not out.exists() or _parts(out).exists():
            _ended(runs.begin(out))
        found.compared += 1
        found.different += different(whole, out)
    return found


def _killed(process: "subprocess.Popen[bytes]", after: float) -> bool:
    """Whether it was still there to be killed so many seconds after its start."""
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.wait(PATIENCE) == -signal.SIGKILL
    _ended(process)
    return False


def _ended(process: "subprocess.Popen[bytes]") -> None:
    if process.wait(PATIENCE) != 0:
        raise RuntimeError(f"the run ended with {process.returncode}")


def _watched(runs: Runs, out: Path) -> tuple[float, float]:
    """When an unbroken run begins to work, and when it ends, in seconds."""
    began = time.monotonic()
    process = runs.begin(out)
    start = 0.0
    while process.poll() is None:
        if not start and _parts(out).exists():
            start = time.monotonic() - began
        time.sleep(0.002)
    _ended(process)
    return start, time.monotonic() - began


def _parts(out: Path) -> Path:
    return out.with_name(out.name + ".parts")


def different(whole: Path, out: Path) -> list[str]:
    """The files that differ; what a run needs while it goes on counts too."""
    suffixes = ("", _REJECTS)
    found = [one for one in suffixes if _named(whole, one).read_bytes() != _named(out, one).read_bytes()]
    left = [path.name for path in out.parent.glob(f"{out.name}.*") if path != _named(out, _REJECTS)]
    return [*(out.name + one for one in found), *left]


def _named(out: Path, suffix: str) -> Path:
    return out.with_name(out.name + suffix)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 1 where an output was another."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rescore_kills")
    parser.add_argument("--rounds", type=int, default=20, help="how often a run is killed")
    parser.add_argument("--rows", type=int, default=400_000, help="rows of the input")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="chooses the moments")
    said = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = kill_rounds(Path(folder), rounds=said.rounds, rows=said.rows, seed=said.seed)
    sys.stdout.write(
        f"seed {said.seed}: {found.kills} kills over {said.rows:,} rows, {found.kept_parts} of them with parts done; "
        f"{found.compared} outputs compared, different: {', '.join(found.different) or 'none'}\n"
    )
    return 1 if found.different else 0


if __name__ == "__main__":
    sys.exit(main())
