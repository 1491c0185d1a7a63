"""How long an engine takes to say which rules match: ours against those of others, in one run, on the same policies.

Policies of 40, 400 and 4,000 rules over 6 and 20 facts, of which five match on the average at any size. Every contender
is a process of its own (see `engine_race`), is compared with the reference before it is timed, and is timed in turns
with the others, on situations that it has not met before. A peer that is not installed (`make benchmark-setup` installs
them), that crashes or takes too long is named. The last line is JSON; table, CSV and plot go to build/benchmarks.

    python tests/benchmarks/engines.py [--quick]
"""

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from tests.benchmarks.engine_race import report
from tests.benchmarks.engine_race.contender import Entry
from tests.benchmarks.engine_race.entries import entries
from tests.benchmarks.engine_race.ours import Ours
from tests.benchmarks.engine_race.policies import MEAN_MATCHES, assert_five_match, draw_situations, write_policy
from tests.benchmarks.engine_race.report import Row
from tests.benchmarks.engine_race.stable import FEWEST, OutOfTheRaceError, Runner, start

ROOT: Final = Path(__file__).parents[2]
SIZES: Final = (40, 400, 4000)
WIDTHS: Final = (6, 20)
MOST_A_ROUND: Final = 512
MEMORY: Final = 6 * 1024**3


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured. `situations` are distinct ones; `expected` of them are decided by the reference first.

    `seconds` a contender may take for any one thing; `check_seconds` are spent on comparing it with the reference.
    """

    rounds: int
    round_seconds: float
    situations: int
    expected: int
    check_seconds: float
    seconds: float
    slow_up_to: int


FULL: Final = Effort(9, 0.15, 4096, 512, 5.0, 60.0, SIZES[-1])
QUICK: Final = Effort(9, 0.02, 1536, 32, 0.2, 20.0, SIZES[0])


def race(rules: int, facts: int, contenders: Sequence[Entry], effort: Effort) -> list[Row]:
    """All contenders on one policy."""
    policy = write_policy(rules, facts)
    situations = draw_situations(policy, effort.situations)
    reference = Ours(ReferenceEngine(), policy)
    expected = [sorted(reference.names(reference.decide(one))) for one in situations[: effort.expected]]
    bitmap = Ours(BitmapEngine(), policy)
    mean = assert_five_match([bitmap.names(bitmap.decide(one)) for one in situations])
    print(f"{rules:,} rules over {facts} facts: {mean:.2f} match on the average", flush=True)
    asked = {
        "rules": rules,
        "facts": facts,
        "situations": effort.situations,
        "expected": expected,
        "check_seconds": effort.check_seconds,
    }
    notes: dict[str, str] = {}
    runners = [start(entry.name, seconds=effort.seconds, memory=MEMORY) for entry in contenders]
    try:
        ready = _ready(runners, asked, notes)
        for turn in range(effort.rounds):
            # Who goes first changes: a machine that warms up or slows down favours nobody.
            for runner in ready[turn % len(ready) :] + ready[: turn % len(ready)]:
                _round(runner, effort, notes)
    finally:
        for runner in runners:
            runner.close()
    return [_row(rules, facts, entry, runner, notes) for entry, runner in zip(contenders, runners, strict=True)]


def _ready(runners: Sequence[Runner], asked: dict[str, object], notes: dict[str, str]) -> list[Runner]:
    for runner in runners:
        runner.send(asked)
    ready = []
    for runner in runners:
        try:
            runner.about = runner.receive()
            ready.append(runner)
        except OutOfTheRaceError as error:
            notes[runner.name] = str(error)
    return ready


def _round(runner: Runner, effort: Effort, notes: dict[str, str]) -> None:
    if runner.name in notes:
        return
    count = int(min(MOST_A_ROUND, max(FEWEST, effort.round_seconds * 1e6 / runner.about["us"])))
    try:
        runner.rounds.append(runner.ask({"count": count, "repeated": False})["us"])
        runner.repeated.append(runner.ask({"count": count, "repeated": True})["us"])
    except OutOfTheRaceError as error:
        notes[runner.name] = str(error)


def _row(rules: int, facts: int, entry: Entry, runner: Runner, notes: dict[str, str]) -> Row:
    version = entry.version or ""
    if entry.name in notes:
        row = Row(facts, rules, entry.name, version, note=notes[entry.name])
    else:
        row = Row(
            facts,
            rules,
            entry.name,
            version,
            median_us=round(statistics.median(runner.rounds), 2),
            lowest_us=round(min(runner.rounds), 2),
            highest_us=round(max(runner.rounds), 2),
            repeated_us=round(statistics.median(runner.repeated), 2),
            build_s=round(runner.about["built_s"], 3),
            checked=runner.about["checked"],
        )
    print(f"  {row.engine}: {row.note or f'{row.median_us} ({row.lowest_us} to {row.highest_us}) us'}", flush=True)
    return row


def main() -> None:
    """Race on every policy, then print a table and the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="smaller samples, slow engines at 40 rules only: under 50 s"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="rules of the policies")
    parser.add_argument("--facts", type=int, nargs="+", default=WIDTHS, help="facts of the policies")
    parser.add_argument("--engines", nargs="+", help="only these, of those that would take part")
    parser.add_argument("--into", type=Path, default=ROOT / "build" / "benchmarks", help="where table, CSV and plot go")
    asked = parser.parse_args()
    effort = QUICK if asked.quick else FULL
    invited = [entry for entry in entries() if not asked.engines or entry.name in asked.engines]
    missing = [entry.name for entry in invited if entry.version is None]
    for name in missing:
        print(f"{name} is not installed: it does not take part (make benchmark-setup)")
    rows = []
    for facts in asked.facts:
        for rules in asked.sizes:
            here = [
                entry
                for entry in invited
                if entry.version is not None and (rules <= effort.slow_up_to or not entry.slow)
            ]
            rows += race(rules, facts, here, effort)
    asked.into.mkdir(parents=True, exist_ok=True)
    text = report.table(rows)
    (asked.into / "engines.md").write_text(text + "\n", encoding="utf-8")
    report.write_csv(rows, asked.into / "engines.csv")
    if not report.draw(rows, asked.into / "engines.png"):
        print("matplotlib is not installed: no plot")
    print(text)
    said = {**report.figures(rows), "missing": missing, "rounds": effort.rounds, "mean_matches_wanted": MEAN_MATCHES}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
