"""Deliveries while the service, the helpdesk and the bridge are killed in turn: each case gets exactly one note.

`make bridge-kills` runs it with 1,000 deliveries; `make test` with few.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from tests.clients.bridge.bridging import configured, metric, payload, send, serving
from tests.clients.bridge.desk import Desk
from tests.service.recording import sqlite_url
from tests.service.running import PATIENCE, RunningServer
from tests.storage.postgresql import free_port

STARTER: Final = Path(__file__).parents[3] / "rules" / "starter"
VENDORS: Final = ("generic", "zendesk", "hubspot", "salesforce")
_ACCEPTED: Final = (200, 202, 409)


class House:
    """The three processes, each at a port of its own that it has again after it was killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = {name: free_port() for name in ("service", "desk", "bridge")}
        shutil.copytree(STARTER, folder / "rules" / "starter")
        self._database = sqlite_url(folder)
        self._file = folder / "desk.db"
        self.desk = Desk(self._file)
        desk = f"http://127.0.0.1:{self._ports['desk']}"
        amends = f"127.0.0.1:{self._ports['service']}"
        self._config = configured(folder, amends=amends, desk=desk, timeout=1, lease=12, workers=4)
        self.running: dict[str, RunningServer | subprocess.Popen[bytes]] = {}

    @property
    def bridge(self) -> str:
        return f"127.0.0.1:{self._ports['bridge']}"

    def __enter__(self) -> Self:
        for name in self._ports:
            self.start(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        for name in list(self.running):
            self.kill(name)

    def start(self, name: str) -> None:
        port = self._ports[name]
        match name:
            case "service":
                program = ("-m", "amends", "serve", "--port", str(port), "--rules", str(self._folder / "rules"))
                environment = {"AMENDS_RECORDING": "required", "AMENDS_DATABASE": self._database}
                self.running[name] = RunningServer(program=program, environment=environment)
            case "desk":
                module = [sys.executable, "-m", "tests.clients.bridge.desk"]
                self.running[name] = subprocess.Popen([*module, str(self._file), str(port)])
            case _:
                self.running[name] = serving(self._config, port)

    def kill(self, name: str) -> None:
        """As if the machine had lost it."""
        one = self.running.pop(name)
        if isinstance(one, RunningServer):
            one.signal(signal.SIGKILL)
            one.__exit__(None, None, None)
        else:
            one.kill()
            one.wait(PATIENCE)


@dataclass
class Result:
    """What came of it."""

    notes: dict[str, int]
    kills: dict[str, int] = field(default_factory=dict)
    dead: int = 0
    seconds: float = 0.0


def run(folder: Path, *, deliveries: int, rounds: int, seed: int) -> Result:
    """Send each delivery once or twice, kill each process so many times meanwhile, then wait until nothing waits."""
    tickets = [f"t{number}" for number in range(deliveries)]
    began = time.monotonic()
    with House(folder) as house, ThreadPoolExecutor(4) as pool:
        sending = [pool.submit(_deliver, house, ticket, seed) for ticket in tickets]
        chance = random.Random(seed)  # noqa: S311  # when to kill, again the same by its seed
        kills = dict.fromkeys(house.running, 0)
        for _ in range(rounds):
            for name in kills:
                _wait_for_work(house, chance)
                house.kill(name)
                kills[name] += 1
                house.start(name)
        for one in sending:
            one.result()
        _wait_until_idle(house, deliveries)
        dead = int(metric(house.bridge, 'amends_bridge_deliveries{state="dead"}'))
        return Result(house.desk.counts(), kills, dead, time.monotonic() - began)


def _deliver(house: House, ticket: str, seed: int) -> None:
    """As a helpdesk does: again until it is accepted; and some of them once more though they were."""
    vendor = VENDORS[hash_of(ticket, seed) % len(VENDORS)]
    times = 1 + hash_of(ticket, seed + 1) % 2
    deadline = time.monotonic() + 10 * PATIENCE
    while times:
        try:
            accepted = send(house.bridge, payload(ticket), vendor=vendor).status_code in _ACCEPTED
        except httpx.HTTPError:
            accepted = False
        times -= accepted
        assert time.monotonic() < deadline, f"{ticket} was never accepted"
        if not accepted:
            time.sleep(0.05)


def hash_of(ticket: str, seed: int) -> int:
    """A number that is the same in every process."""
    return random.Random(f"{ticket}/{seed}").randrange(2**31)  # noqa: S311  # no secret


def _wait_for_work(house: House, chance: random.Random) -> None:
    """Until some more notes are written, so that a kill hits work; or a moment, where nothing can be."""
    before, more = sum(house.desk.counts().values()), chance.randint(1, 10)
    deadline = time.monotonic() + 3 * chance.random()
    while sum(house.desk.counts().values()) < before + more and time.monotonic() < deadline:
        time.sleep(0.002)


def _wait_until_idle(house: House, deliveries: int) -> None:
    deadline = time.monotonic() + PATIENCE + deliveries
    while time.monotonic() < deadline:
        try:
            waiting = metric(house.bridge, 'amends_bridge_deliveries{state="waiting"}')
            if waiting == 0 and len(house.desk.counts()) >= deliveries:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)


def main() -> int:
    """Run it, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="amends-bridge-") as folder:
        result = run(Path(folder), deliveries=asked.deliveries, rounds=asked.rounds, seed=asked.seed)
    wrong = {ticket: count for ticket, count in result.notes.items() if count != 1}
    missing = asked.deliveries - len(result.notes)
    sys.stdout.write(
        f"{asked.deliveries} deliveries, killed {result.kills}, in {result.seconds:.0f} s:\n"
        f"{len(result.notes) - len(wrong)} cases with one note, {missing} without, {len(wrong)} with more {wrong}, "
        f"{result.dead} dead letters\n"
    )
    return 0 if not wrong and not missing and not result.dead else 1


if __name__ == "__main__":
    sys.exit(main())
