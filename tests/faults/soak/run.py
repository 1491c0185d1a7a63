"""Hours of mixed load on one service: two workers and PostgreSQL, callers of every kind, rules that change, faults.

python -m tests.faults.soak.run --minutes 120 --report docs/soak.md
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from amends.storage.migrate import upgrade
from tests.faults.soak.acknowledged import Acknowledged
from tests.faults.soak.audit import audit
from tests.faults.soak.callers import Shift
from tests.faults.soak.crew import Crew, Pace
from tests.faults.soak.faults import KINDS, Faults
from tests.faults.soak.report import is_good, line_of, report_of
from tests.faults.soak.serving import serving
from tests.faults.soak.soaked import Soaked
from tests.faults.soak.watching import Sample, Watch
from tests.storage.postgresql import INSTALL, PostgresqlServer, find_programs


def soak(programs: Path, *, seconds: float, pace: Pace, told: Callable[[Sample], None]) -> Soaked:
    """Work for so long, and look afterwards whether all that was acknowledged is there. `told` hears how it goes."""
    with (
        tempfile.TemporaryDirectory() as name,
        PostgresqlServer(programs, fsync=True) as database,
        Acknowledged(Path(name) / "acknowledged.db") as kept,
    ):
        url = database.url(database.create())
        upgrade(url)
        soaked = Soaked(since=datetime.now(UTC), seconds=seconds)
        with serving(Path(name), url) as service:
            crew = Crew(Shift(service, kept, threading.Event()), pace)
            watch = Watch(service, kept, crew)
            crew.start()
            for sample in _befall(watch, Faults(service, database), soaked, pace=pace):
                told(sample)
            crew.end()
            soaked.samples.append(watch.sample())
            soaked.accidents = [str(line) for line in service.server.lines("unexpected_error")]
        soaked.calls, soaked.asked_again, soaked.reloads = crew.calls, crew.asked_again, crew.reloads
        soaked.broken = crew.broken
        soaked.audit = audit(url, kept, since=soaked.since.isoformat())
        return soaked


def _befall(watch: Watch, faults: Faults, soaked: Soaked, *, pace: Pace) -> Iterator[Sample]:
    """One fault after the other, and a look at the service from time to time: for so long, and until each came once."""
    now = time.monotonic()
    end, next_fault, next_sample = now + soaked.seconds, now + pace.fault, now + pace.sample
    while (now := time.monotonic()) < end or len(soaked.faults) < KINDS:
        if now >= next_sample:
            soaked.samples.append(watch.sample())
            next_sample += pace.sample
            yield soaked.samples[-1]
        elif now >= next_fault:
            soaked.faults[faults.following()] += 1
            next_fault += pace.fault
        else:
            time.sleep(min(next_fault, next_sample) - now)


def _say(sample: Sample) -> None:
    sys.stdout.write(f"{line_of(sample)}\n")
    sys.stdout.flush()


def main() -> int:
    """Soak, and say what came of it; 1 where anything was lost, changed, broken, or grew."""
    parser = argparse.ArgumentParser(description="Load a service for hours, and audit its log afterwards.")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--report", type=Path, help="write it here, too, in Markdown")
    given = parser.parse_args()
    programs = find_programs()
    if programs is None:
        sys.stderr.write(f"PostgreSQL is not installed; this installs it: {INSTALL}\n")
        return 1
    soaked = soak(programs, seconds=given.minutes * 60, pace=Pace(), told=_say)
    report = report_of(soaked)
    sys.stdout.write(report)
    if given.report is not None:
        given.report.write_text(report, encoding="utf-8")
    return 0 if is_good(soaked) else 1


if __name__ == "__main__":
    sys.exit(main())
