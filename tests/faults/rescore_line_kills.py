"""SIGKILL on re-scoring of CSV and JSON lines of which some are broken, beside an earlier output or another pack.

Unlike `rescore_kills`, which kills at moments by chance, a process is killed when it is seen to be at something: with
some parts done, or while it compares. In the end its files are, byte for byte, those of a run that nobody killed.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from tests.faults.rescore_kills import PATIENCE, different
from tests.service.packs import SHOP
from tests.service.running import write_pack

ROWS: Final = 6_000
PARTS: Final = 12
_TRIES: Final = 5
_LOOK_EVERY_SECONDS: Final = 0.001


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that a run is at: so many files of that name in the folder of its parts."""

    pattern: str
    files: int = 1

    def in_folder(self, parts: Path) -> bool:
        """Whether it is."""
        return len(list(parts.glob(self.pattern))) >= self.files


class Lines:
    """Runs over one file of lines, each a process of its own. `suffix` is that of input and output."""

    def __init__(self, folder: Path, *, suffix: str, beside_pack: bool) -> None:
        self._folder, self._suffix = folder, suffix
        self._source = folder / f"rows{suffix}"
        write_pack(folder / "was", "shop", SHOP)
        write_pack(folder / "rules", "shop", SHOP.replace("at_least: 3", "at_least: 5"))
        lines = csv_lines() if suffix == ".csv" else json_lines()
        self._source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if beside_pack:
            self._beside = ["--against-pack", str(folder / "was" / "shop")]
        else:
            earlier = folder / "earlier.parquet"
            assert self._begin(earlier, "was", []).wait(PATIENCE) == 0
            self._beside = ["--against", str(earlier)]

    def out(self, name: str) -> Path:
        """An output of that name."""
        return self._folder / f"{name}{self._suffix}"

    def begin(self, out: Path) -> "subprocess.Popen[bytes]":
        """A process that writes, or goes on to write, this output."""
        return self._begin(out, "rules", self._beside)

    def _begin(self, out: Path, rules: str, options: Sequence[str]) -> "subprocess.Popen[bytes]":
        place = ["--rules", str(self._folder / rules), "--policy", "shop", "--observe-time", "2027-01-01"]
        sizes = ["--part-rows", str(ROWS // PARTS), "--batch-rows", str(ROWS // PARTS // 2), "--progress", "none"]
        command = ["rescore", str(self._source), "--out", str(out), *place, *sizes, *options]
        return subprocess.Popen(
            [sys.executable, "-m", "amends", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


def csv_lines() -> Iterator[str]:
    """Rows; some have too many cells, some go over two lines, and some are no situations."""
    yield "case_id,fault,facts.delay_days,shipping_fee"
    for place in range(ROWS):
        row = f"c-{place},company,{place % 9},{place % 7}.50 USD"
        if place % 61 == 0:
            row += ",one too many"
        elif place % 67 == 0:
            row = f'"c\n{place}",company,4,1.00 USD'
        elif place % 71 == 0:
            row = f"c-{place},nobody knows,4,1.00 USD"
        yield row


def json_lines() -> Iterator[str]:
    """Rows; some are no JSON, some no objects, and some are no situations."""
    for place in range(ROWS):
        row = {"case_id": f"c-{place}", "fault": "company", "facts.delay_days": place % 9, "shipping_fee": "1.50 USD"}
        if place % 61 == 60:
            yield json.dumps(row)[:-1]
        elif place % 67 == 66:
            yield "[1, 2]"
        else:
            yield json.dumps(row | ({"fault": "nobody knows"} if place % 71 == 0 else {}))


def killed_when(runs: Lines, moments: Sequence[Seen]) -> list[str]:
    """The files that differ in the end, of a run that was killed once at each moment."""
    whole, out = runs.out("whole"), runs.out("out")
    assert runs.begin(whole).wait(PATIENCE) == 0
    for moment in moments:
        _kill_at(runs, out, moment)
    assert runs.begin(out).wait(PATIENCE) == 0
    return different(whole, out)


def _kill_at(runs: Lines, out: Path, moment: Seen) -> None:
    """A run that was quicker than who looked is begun again."""
    for tried in count():
        assert tried < _TRIES, f"never seen: {moment}"
        process = runs.begin(out)
        parts = out.with_name(out.name + ".parts")
        while process.poll() is None:
            if moment.in_folder(parts):
                process.send_signal(signal.SIGKILL)
                if process.wait(PATIENCE) == -signal.SIGKILL:
                    return
            time.sleep(_LOOK_EVERY_SECONDS)
        assert process.returncode == 0
