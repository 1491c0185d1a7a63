"""How fast rows are re-scored: `amends rescore`, Parquet to Parquet, on real flights by the airline pack.

In turns with the same flights one by one: by the reference engine, and by ZEN on a table of the same conditions
(`rescore_peers.py` says what is equivalent, and what ZEN is spared). Then one long run, made of the flights day after
day, whose memory is watched; rows of which no two are alike; and where the time of a run goes. Rates are rows a second
of processor time, all threads of the process. What it takes to start, load the packs and do one row is taken off, but
for the long run. The last line is JSON; the plot goes to `--plot`.

    python tests/benchmarks/rescore.py [--quick] [--plot FILE.png]
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.application.compiled_pack import CompiledPack
from amends.engines.bitmap import BitmapEngine
from tests.benchmarks.rescore_curve import draw, growth, sparkline
from tests.benchmarks.rescore_parts import shares
from tests.benchmarks.rescore_peers import OneByOne, Zen
from tests.benchmarks.rescore_rows import Flights
from tests.benchmarks.rescore_runs import MEBIBYTE, Run, rescore


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: of the months' flights so many rows in each round, single cases a round, rows of the long
    run, and rows that are all different.
    """

    months: tuple[int, ...]
    rounds: int
    rows: int
    cases: int
    long: int
    different: int


FULL: Final = Effort(tuple(range(1, 13)), 5, 3_000_000, 300, 10_000_000, 50_000)
QUICK: Final = Effort((2,), 2, 1_000_000, 40, 1_500_000, 2_000)


class Race:
    """Rounds of all contenders on the same flights."""

    def __init__(self, flights: Flights, effort: Effort, folder: Path) -> None:
        self.effort, self.folder = effort, folder
        self.one_by_one = OneByOne(list(flights.situations(effort.cases * effort.rounds)))
        self.facts = self.one_by_one.facts()
        self.zen: Zen | None = None
        with suppress(ImportError):
            self.zen = Zen(self.one_by_one.pack, self.facts)
            self.zen.check(self.facts)
        self.rows = flights.write(folder / "rows.parquet", effort.rows)
        self.one = flights.write(folder / "one.parquet", 1)
        self.columns: list[float] = []
        self.walls: list[float] = []
        self.reference: list[float] = []
        self.others: list[float] = []

    def run(self) -> None:
        """All rounds; of one by one each has other cases."""
        for turn in range(self.effort.rounds):
            starting = rescore(self.one, self.folder / "out.parquet")
            run = rescore(self.rows, self.folder / "out.parquet")
            self.columns.append((self.effort.rows - 1) / (run.cpu - starting.cpu))
            self.walls.append((self.effort.rows - 1) / (run.wall - starting.wall))
            own = slice(turn * self.effort.cases, (turn + 1) * self.effort.cases)
            self.reference.append(1 / self.one_by_one.seconds(self.one_by_one.cases[own]))
            if self.zen is not None:
                self.others.append(1 / self.zen.seconds(self.facts[own]))
            said = f"{self.columns[-1]:,.0f} rows a second; one by one: reference {self.reference[-1]:,.0f}"
            print(said + (f", ZEN {self.others[-1]:,.0f}" if self.others else ""), flush=True)

    def figures(self) -> dict[str, object]:
        """Medians and spreads. How many times faster is by round, and its median."""
        found: dict[str, object] = {
            **_figure("rows_per_second_core", self.columns),
            **_figure("rows_per_second_wall", self.walls),
            **_figure("reference_per_second_core", self.reference),
            **_figure(
                "times_reference", [ours / other for ours, other in zip(self.columns, self.reference, strict=True)]
            ),
        }
        if not self.others:
            return found | {"times_zen": None, "missing": ["ZEN"]}
        times = _times(self.columns, self.others)
        return found | _figure("zen_per_second_core", self.others) | _figure("times_zen", times)


def _figure(name: str, values: list[float]) -> dict[str, object]:
    return {name: _rounded(statistics.median(values)), f"{name}_spread": [_rounded(min(values)), _rounded(max(values))]}


def _times(ours: list[float], others: list[float]) -> list[float]:
    return [mine / other for mine, other in zip(ours, others, strict=True)]


def _rounded(value: float) -> float:
    return round(value) if value >= 1_000 else round(value, 1)


def long_run(flights: Flights, effort: Effort, folder: Path, plot: Path | None) -> dict[str, object]:
    """Memory over many rows, and what a whole run takes, its start included."""
    run = rescore(flights.write(folder / "long.parquet", effort.long), folder / "out.parquet")
    print(f"memory over {effort.long:,} rows: {sparkline(run.curve)}")
    if plot is not None and not draw(run.curve, plot):
        print("matplotlib is not installed: no plot")
    return {
        "long_rows": effort.long,
        "long_rows_per_second_core": round(effort.long / run.cpu),
        "long_seconds": round(run.wall, 1),
        "peak_rss_mib": round(run.peak / MEBIBYTE),
        "memory_growth_mib": round(growth(run.curve), 1),
        "memory_mib": _curve(run),
    }


def _curve(run: Run) -> list[int]:
    """The memory at some moments, the same time apart."""
    step = max(len(run.curve) // 20, 1)
    return [round(one.resident / MEBIBYTE) for one in run.curve[::step]]


def different_rows(flights: Flights, effort: Effort, folder: Path) -> dict[str, object]:
    """Where no two rows count alike, each is decided by itself: the worst that a file can be."""
    run = rescore(flights.write(folder / "different.parquet", effort.different, own_fares=True), folder / "out.parquet")
    starting = rescore(folder / "one.parquet", folder / "out.parquet")
    return {"all_different_rows_per_second_core": round(effort.different / (run.cpu - starting.cpu))}


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one month and fewer rows: under 50 seconds")
    parser.add_argument("--plot", type=Path, help="where the plot of the memory goes (.png or .svg)")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--rows", type=int, help="rows of a round")
    parser.add_argument("--long", type=int, help="rows of the long run")
    asked = parser.parse_args()
    usual = QUICK if asked.quick else FULL
    effort = Effort(
        usual.months,
        asked.rounds or usual.rounds,
        asked.rows or usual.rows,
        usual.cases,
        asked.long or usual.long,
        usual.different,
    )
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as name:
        folder, flights = Path(name), Flights(effort.months)
        race = Race(flights, effort, folder)
        race.run()
        pack = CompiledPack(race.one_by_one.pack, BitmapEngine())
        said = {
            **race.figures(),
            **long_run(flights, effort, folder, asked.plot),
            **different_rows(flights, effort, folder),
            "shares": shares(race.rows, folder / "out.parquet", pack),
            "rounds": effort.rounds,
            "rows": effort.rows,
            "cores": os.cpu_count(),
            "load_before_and_after": [round(load[0], 1), round(os.getloadavg()[0], 1)],
        }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
