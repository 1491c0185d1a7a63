"""Runs `amends rescore` as the program that a user starts, and reads what the system says it took."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from examples.flight_rows import MAPPING

ROOT: Final = Path(__file__).parents[2]
MEBIBYTE: Final = 2**20
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_LOOK_SECONDS: Final = 0.1


class Held(NamedTuple):
    """Memory at one moment: rows done by then, and bytes held."""

    rows: int
    resident: int


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds of all processors and by the clock, the most memory at once, and its curve."""

    cpu: float
    wall: float
    peak: int
    curve: Sequence[Held]


def rescore(source: Path, out: Path) -> Run:
    """One run, Parquet to Parquet by the airline pack; SystemExit where it fails."""
    program = [sys.executable, "-m", "amends", "rescore", str(source), "--mapping", str(MAPPING), "--out", str(out)]
    options = ["--policy", "airline", "--rules", str(ROOT / "rules"), "--progress", "json", "--again"]
    # This checkout's own code, whichever is installed.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "service"), str(ROOT / "clients")])}
    began = time.perf_counter()
    process = subprocess.Popen(
        [*program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
    )
    watch = _Watch(process.pid)
    said = watch.read(process)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"amends rescore failed:\n{said}")
    wall = time.perf_counter() - began
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, watch.curve)


class _Watch:
    """Looks at a process's memory while it tells how far it is."""

    def __init__(self, pid: int) -> None:
        self.curve: list[Held] = []
        self._pid, self._rows = pid, 0
        self._over = threading.Event()

    def read(self, process: "subprocess.Popen[str]") -> str:
        """What it said on stderr, but for how far it is."""
        assert process.stderr is not None
        looking = threading.Thread(target=self._look)
        looking.start()
        said = []
        with process.stderr as lines:
            for line in lines:
                if line.startswith('{"rows"'):
                    self._rows = json.loads(line)["rows"]
                else:
                    said.append(line)
        self._over.set()
        looking.join()
        return "".join(said)

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            try:
                resident = int(Path(f"/proc/{self._pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
            except (OSError, IndexError):  # it has ended
                return
            if not resident:  # it has ended, and nobody has asked yet how
                return
            self.curve.append(Held(self._rows, resident))
