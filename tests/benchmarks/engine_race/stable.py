"""One contender on one policy, in a process of its own: a crash, a hang or a leak is its own, and told.

The parent writes a line of JSON and reads one: first the policy, then a round at a time. Between its rounds a process
is stopped, so that nobody's background threads run while another is timed.
"""

import gc
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.engine_race.contender import Entry
from tests.benchmarks.engine_race.entries import entries
from tests.benchmarks.engine_race.policies import draw_situations, write_policy
from tests.benchmarks.engine_race.timed import Timed, end_with_the_parent

ROOT: Final = Path(__file__).parents[3]
PROGRAM: Final = "tests.benchmarks.engine_race.stable"
FEWEST: Final = 4
LOOK_SECONDS: Final = 0.25
NANOS: Final = 1_000_000_000


class OutOfTheRaceError(Exception):
    """The contender crashed, answered wrongly or took too long; the message says which."""


@dataclass(slots=True)
class Runner:
    """The parent's end of one process, and what was measured of it: microseconds a decision, a figure a round."""

    name: str
    process: subprocess.Popen[bytes]
    seconds: float
    memory: int
    about: Mapping[str, Any] = field(default_factory=dict)
    rounds: list[float] = field(default_factory=list)
    repeated: list[float] = field(default_factory=list)

    def ask(self, what: Mapping[str, object]) -> Any:  # noqa: ANN401  # JSON
        """One line there, one back."""
        self.send(what)
        return self.receive()

    def send(self, what: Mapping[str, object]) -> None:
        """Let it go on, with something to do."""
        assert self.process.stdin is not None
        self.process.send_signal(signal.SIGCONT)
        with suppress(BrokenPipeError):  # `receive` will say how it ended
            self.process.stdin.write(json.dumps(what).encode() + b"\n")
            self.process.stdin.flush()

    def receive(self) -> Any:  # noqa: ANN401  # JSON
        """The answer, within the limit; then it is stopped until it is asked again."""
        assert self.process.stdout is not None
        until = time.monotonic() + self.seconds
        while not select.select([self.process.stdout], [], [], LOOK_SECONDS)[0]:
            if time.monotonic() > until:
                self.close()
                raise OutOfTheRaceError(f"too slow (> {self.seconds:.0f} s)")
            if self._resident() > self.memory:
                self.close()
                raise OutOfTheRaceError(f"too large (> {self.memory // 1024**3} GiB)")
        answer = self.process.stdout.readline()
        if not answer:
            raise OutOfTheRaceError(self._end())
        self.process.send_signal(signal.SIGSTOP)
        found = json.loads(answer)
        if "failed" in found:
            self.close()
            raise OutOfTheRaceError(f"failed: {found['failed']}")
        return found

    def close(self) -> None:
        """End the process; it has nothing to lose."""
        self.process.kill()
        with suppress(BrokenPipeError):
            self.process.communicate()

    def _resident(self) -> int:
        """Bytes in memory. What is reserved says nothing: some allocators reserve much, and do not start without."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * resource.getpagesize()

    def _end(self) -> str:
        code = self.process.wait()
        return f"crashed ({signal.Signals(-code).name})" if code < 0 else f"crashed (exit {code})"


def start(name: str, *, seconds: float, memory: int, program: str = PROGRAM) -> Runner:
    """A process for a contender; `memory` in bytes is all that it may fill. `program` is the module that serves it."""
    process = subprocess.Popen(
        [sys.executable, "-m", program, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "service"), str(ROOT)])},
    )
    return Runner(name, process, seconds, memory)


def main() -> None:
    """Serve rounds until the parent is gone."""
    end_with_the_parent()
    entry = next(one for one in entries() if one.name == sys.argv[1])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    sys.stdout = sys.stderr
    timed: Timed | None = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if timed is None:
                entry.example()
                timed, found = _ready(entry, asked)
            else:
                found = {"us": (timed.repeated if asked["repeated"] else timed.round)(asked["count"])}
        except Exception as error:  # noqa: BLE001  # whatever a stranger's engine raises is reported
            found = {"failed": f"{type(error).__name__}: {error}"[:200]}
        answers.write(json.dumps(found) + "\n")
        answers.flush()


def _ready(entry: Entry, asked: Mapping[str, Any]) -> tuple[Timed, dict[str, object]]:
    """Build, compare with what the reference said, and find out how long a decision takes."""
    policy = write_policy(asked["rules"], asked["facts"])
    situations = draw_situations(policy, asked["situations"])
    gc.collect()
    gc.freeze()
    began = time.process_time_ns()
    contender = entry.build(policy)
    built = time.process_time_ns() - began
    given = [contender.given(one) for one in situations]
    until = time.monotonic_ns() + int(asked["check_seconds"] * NANOS)
    checked = 0
    for one, expected in zip(given, asked["expected"], strict=False):
        found = sorted(contender.names(contender.decide(one)))
        assert found == expected, f"{found} match where the reference says {expected}"
        checked += 1
        if checked >= FEWEST and time.monotonic_ns() > until:
            break
    timed = Timed(contender, given)
    timed.warm_up(entry.warm_up_seconds)
    return timed, {"built_s": built / NANOS, "checked": checked, "us": timed.round(FEWEST)}


if __name__ == "__main__":
    main()
