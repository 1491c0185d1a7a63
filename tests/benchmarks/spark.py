"""What re-scoring by Spark costs beside the local engine: the same flights, Parquet to Parquet, by the airline pack.

In turns: the local engine, Spark with one task at a time, Spark with two. Of each the processor time of all its
processes (Java's and the workers' among them) and the time by the clock; what it takes to start and do one row is told
by itself and taken off the rates. With `--long`, so many rows once more. The last line is JSON.

    python tests/benchmarks/spark.py [--quick] [--rows 1000000] [--rounds 3] [--long 10000000]
"""

import argparse
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from examples.flight_rows import MAPPING
from tests.benchmarks.rescore_rows import Flights

ROOT: Final = Path(__file__).parents[2]
ENGINES: Final = {
    "local": (),
    "spark_1": ("--engine", "spark", "--master", "local[1]"),
    "spark_2": ("--engine", "spark", "--master", "local[2]"),
}
_BECOME_REAPER: Final = 36
_MEBIBYTE: Final = 2**20


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds of processors, all its processes together, and seconds by the clock."""

    cpu: float
    wall: float


def rescore(source: Path, out: Path, *options: str) -> Run:
    """One run as a program of its own; SystemExit where it fails."""
    told = ["--mapping", str(MAPPING), "--policy", "airline", "--rules", str(ROOT / "rules"), "--progress", "none"]
    program = [sys.executable, "-m", "amends", "rescore", str(source), "--out", str(out), "--again", *told, *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "service"), str(ROOT / "clients")])}
    before, began = _spent(), time.perf_counter()
    done = subprocess.run(program, capture_output=True, text=True, env=environment, check=False)
    wall = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"amends rescore failed:\n{done.stderr}")
    _wait_for_java()
    return Run(_spent() - before, wall)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait_for_java() -> None:
    """It outlives who started it by a moment, is then this process's child, and its time counts once it has ended."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def become_reaper() -> None:
    """Processes whose parent has ended become this one's."""
    if ctypes.CDLL(None, use_errno=True).prctl(_BECOME_REAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def measure(
    flights: Flights, folder: Path, engines: Mapping[str, tuple[str, ...]], *, rows: int, rounds: int
) -> dict[str, object]:
    """All rounds; medians, and the spread of the rates."""
    source, one = flights.write(folder / "rows.parquet", rows), flights.write(folder / "one.parquet", 1)
    found: dict[str, list[tuple[Run, Run]]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name, options in engines.items():
            out = folder / f"{name}.parquet"
            start, run = rescore(one, out, *options), rescore(source, out, *options)
            found[name].append((start, run))
            rate = (rows - 1) / (run.cpu - start.cpu)
            print(f"{name}: {rate:,.0f} rows a second of a processor; {run.wall:.1f} s by the clock", flush=True)
    return {name: _figures(runs, rows) for name, runs in found.items()}


def _figures(runs: list[tuple[Run, Run]], rows: int) -> dict[str, object]:
    rates = sorted((rows - 1) / (run.cpu - start.cpu) for start, run in runs)
    walls = [(rows - 1) / max(run.wall - start.wall, 0.001) for start, run in runs]
    return {
        "rows_per_second_core": round(statistics.median(rates)),
        "spread": [round(rates[0]), round(rates[-1])],
        "rows_per_second_wall": round(statistics.median(walls)),
        "start_cpu_seconds": round(statistics.median(start.cpu for start, _ in runs), 1),
        "start_seconds": round(statistics.median(start.wall for start, _ in runs), 1),
    }


def long_runs(flights: Flights, folder: Path, rows: int) -> dict[str, object]:
    """Each engine once, its start included."""
    source = flights.write(folder / "long.parquet", rows)
    found: dict[str, object] = {"rows": rows, "input_mib": round(source.stat().st_size / _MEBIBYTE)}
    for name, options in ENGINES.items():
        out = folder / f"{name}.parquet"
        run = rescore(source, out, *options)
        written = out.stat().st_size if out.is_file() else sum(path.stat().st_size for path in out.glob("*.parquet"))
        found[name] = {
            "cpu_seconds": round(run.cpu, 1),
            "seconds": round(run.wall, 1),
            "output_mib": round(written / _MEBIBYTE),
        }
        print(f"{name}: {rows:,} rows: {run.cpu:.1f} s of processors, {run.wall:.1f} s by the clock", flush=True)
    return found


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rows, once, by one task at a time")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--long", type=int, default=0, help="so many rows once more")
    asked = parser.parse_args()
    rows, rounds = (100_000, 1) if asked.quick else (1_000_000, 3)
    rows, rounds = asked.rows or rows, asked.rounds or rounds
    load = os.getloadavg()
    become_reaper()
    with tempfile.TemporaryDirectory() as name:
        folder, flights = Path(name), Flights((2,) if asked.quick else tuple(range(1, 13)))
        said: dict[str, object] = {"rows": rows, "rounds": rounds}
        # Each start of Spark takes ten seconds.
        engines = {name: how for name, how in ENGINES.items() if name != "spark_2" or not asked.quick}
        said |= measure(flights, folder, engines, rows=rows, rounds=rounds)
        if asked.long:
            said["long"] = long_runs(flights, folder, asked.long)
    said |= {"cores": os.cpu_count(), "load_before_and_after": [round(load[0], 1), round(os.getloadavg()[0], 1)]}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
