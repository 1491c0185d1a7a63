"""Amends beside its peers: the same three policies in seven languages, and what is found by running them.

All peers decide the same cases, each in a process of its own (see `peers`); what they make of a missing fact, what they
tell about why, their time and memory are found by running them, and how time grows with rules by the race of engines.
The last line is JSON. A full run that every peer finished is recorded, and docs/comparison.md written from it.

    python tests/benchmarks/comparison.py [--quick | --page]
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from tests.benchmarks import engines
from tests.benchmarks.engine_race.entries import BITMAP, entries
from tests.benchmarks.engine_race.report import machine
from tests.benchmarks.engines import Effort
from tests.benchmarks.peers import figures, measure, page
from tests.benchmarks.peers.entries import peers
from tests.benchmarks.peers.figures import Figures
from tests.benchmarks.peers.peer import OURS, Peer

SIZES: Final = (40, 400, 4000)
GROWTH: Final = Effort(3, 0.05, 1536, 32, 0.5, 30.0, SIZES[-1])
GROWTH_QUICK: Final = Effort(3, 0.02, 1536, 16, 0.1, 20.0, SIZES[0])
FACTS: Final = 6


def run(invited: Sequence[Peer], *, quick: bool) -> Figures:
    """Everything that running them shows."""
    found = Figures(measured=datetime.now(tz=UTC).date().isoformat())
    effort = measure.QUICK if quick else measure.FULL
    found.rounds = effort.rounds
    found.versions = {peer.name: peer.version or "" for peer in invited}
    ours = next(peer for peer in peers() if peer.name == OURS)
    measure.compare(invited, ours, effort, found)
    for name, by_policy in found.time.items():
        print(f"{name}: {', '.join(f'{policy} {us[0]}' for policy, us in by_policy.items())} us", flush=True)
    _grow(found, quick=quick)
    found.machine = machine()
    return found


def _grow(found: Figures, *, quick: bool) -> None:
    effort = GROWTH_QUICK if quick else GROWTH
    names = {BITMAP if name == OURS else name for name in found.versions}
    for rules in SIZES[:2] if quick else SIZES:
        slow = rules > effort.slow_up_to
        racing = [entry for entry in entries() if entry.name in names and not (slow and entry.slow)]
        for row in engines.race(rules, FACTS, racing, effort):
            us = row.note.partition(":")[0] if row.median_us is None else row.median_us
            found.growth.setdefault(OURS if row.engine == BITMAP else row.engine, {})[str(rules)] = us


def main() -> None:
    """Compare, and record what a full run found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller samples, recorded nowhere: under 50 s")
    parser.add_argument("--page", action="store_true", help="only write the page anew, from what is recorded")
    parser.add_argument("--only", nargs="+", help="only these peers; nothing is recorded")
    asked = parser.parse_args()
    if asked.page:
        page.write(figures.recorded())
        return
    invited = [peer for peer in peers() if not asked.only or peer.name in asked.only]
    missing = [peer.name for peer in invited if peer.version is None]
    for name in missing:
        print(f"{name} is not installed: it does not take part (make benchmark-setup)")
    found = run([peer for peer in invited if peer.version is not None], quick=asked.quick)
    whole = not (asked.quick or asked.only or missing or found.out)
    if whole:
        figures.record(found)
        page.write(found)
    print(json.dumps({**found.as_json(), "not_installed": missing, "recorded": whole}))


if __name__ == "__main__":
    main()
