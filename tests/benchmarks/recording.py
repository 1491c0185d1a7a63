"""What recording costs: one worker that records in SQLite, one in PostgreSQL and one not at all, called in turns.

The load comes from this process, by so many callers at once as it says: each waits for its answer before it asks again.
A round lasts a moment; the servers take turns within each, so that a busy machine slows all of them down. Both
databases sync to disk before an answer leaves. What is measured is a service's second day: its pack counts as proved,
as it does on any but its first, when it is proved beside the calls for a minute. The last line is JSON:
`sqlite_required_ratio` of 0.8 means that with 64 callers a server that records in SQLite answers 80 calls while one
that records nothing answers 100.

    python tests/benchmarks/recording.py [--quick]
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import grpc

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.application.activation import Proved
from amends.packs.load import load_pack
from amends.resolution.fill import SEMANTICS
from amends.storage.database import Database
from amends.storage.migrate import upgrade
from amends.storage.proofs import DatabaseProofs
from tests.benchmarks.situations import missed_visit
from tests.storage.postgresql import INSTALL, PostgresqlServer, find_programs

ROOT: Final = Path(__file__).parents[2]
PACK: Final = "foundation"
CALLERS: Final = (64, 8, 1)
CHANNELS: Final = 8
SITUATIONS: Final = 512
TICKS: Final = os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS: Final = 60.0
WARM_UP_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a round of one server lasts, and how many there are with 64 callers; with fewer there is one in four."""

    seconds: float
    rounds: int


QUICK: Final = Effort(0.8, 8)
FULL: Final = Effort(3.0, 20)


@dataclass(slots=True)
class Measured:
    """What one server did with one number of callers: a value a round, latencies of all rounds together."""

    throughput: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Contender:
    """A server under measurement."""

    name: str
    process: subprocess.Popen[bytes]
    address: str
    database: str = ""
    measured: dict[int, Measured] = field(default_factory=lambda: {callers: Measured() for callers in CALLERS})

    def cpu_seconds(self) -> float:
        """User and system time of the whole process, and of the one beside it that writes."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task").glob("*/children")
        beside = [int(child) for one in children for child in one.read_text(encoding="ascii").split()]
        return sum(map(_cpu_seconds, (pid, *beside)))


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def make_ready(database: str, rules: Path, packs: Sequence[str]) -> None:
    """The tables, and the note that engines agreed on these packs."""
    upgrade(database)
    with Database(database) as opened:
        proofs = DatabaseProofs(opened)
        for pack in packs:
            digest = load_pack(rules, pack).digest
            proved = Proved(digest, SEMANTICS, ("bitmap", "reference"), situations=0, independently_verified=False)
            asyncio.run(proofs.keep(proved, now=time.time_ns()))


@contextmanager
def contender(name: str, recording: str, database: str, *, rules: Path) -> Iterator[Contender]:
    """A server of one worker, with its log in a file, as a service's is."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMENDS_")}
    environment |= {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "service"), str(ROOT)]),
        "AMENDS_RECORDING": recording,
        "AMENDS_DATABASE": database,
        "AMENDS_RULES": str(rules),
        "AMENDS_PORT": "0",
    }
    with tempfile.TemporaryDirectory() as folder, Path(folder, "log").open("wb") as log:
        port_file = Path(folder, "port")
        environment["AMENDS_PORT_FILE"] = str(port_file)
        process = subprocess.Popen([sys.executable, "-m", "amends", "serve"], stderr=log, env=environment)
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not port_file.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{name} did not start:\n{Path(log.name).read_text()[-2000:]}")
                time.sleep(0.05)
            yield Contender(name, process, f"127.0.0.1:{port_file.read_text().strip()}", database)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@contextmanager
def contenders(only: str, *, with_off: bool = True, packs: Sequence[str] = (PACK,)) -> Iterator[list[Contender]]:
    """The servers that are compared: nothing recorded, SQLite, and PostgreSQL where its programs are found."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        rules = Path(folder, "rules")
        rules.mkdir()
        for pack in packs:
            (rules / pack).symlink_to(ROOT / "rules" / pack)
        found = [stack.enter_context(contender("off", "off", "", rules=rules))] if with_off else []
        if only in {"", "sqlite"}:
            sqlite = f"sqlite:///{folder}/amends.db"
            make_ready(sqlite, rules, packs)
            found.append(stack.enter_context(contender("sqlite", "required", sqlite, rules=rules)))
        programs = find_programs()
        if only in {"", "postgresql"} and programs is None:
            print(f"PostgreSQL is not measured: {INSTALL}")
        elif only in {"", "postgresql"} and programs is not None:
            server = stack.enter_context(PostgresqlServer(programs, fsync=True))
            url = server.url(server.create())
            make_ready(url, rules, packs)
            found.append(stack.enter_context(contender("postgresql", "required", url, rules=rules)))
        yield found


async def race(found: Sequence[Contender], effort: Effort) -> None:
    requests = [missed_visit(number).SerializeToString() for number in range(SITUATIONS)]
    for one in found:
        await _round(one, requests, callers=CALLERS[0], seconds=WARM_UP_SECONDS, into=Measured())
    for callers in CALLERS:
        for turn in range(effort.rounds if callers == CALLERS[0] else max(effort.rounds // 4, 2)):
            # Who goes first changes: a machine that warms up or slows down favours nobody.
            for one in found if turn % 2 else tuple(reversed(found)):
                await _round(one, requests, callers=callers, seconds=effort.seconds, into=one.measured[callers])
            rates = ", ".join(f"{one.name} {one.measured[callers].throughput[-1]:.0f}" for one in found)
            print(f"{callers} callers: answers a second: {rates}", flush=True)


async def _round(one: Contender, requests: list[bytes], *, callers: int, seconds: float, into: Measured) -> None:
    own = (("grpc.use_local_subchannel_pool", 1),)
    channels = [grpc.aio.insecure_channel(one.address, options=own) for _ in range(min(CHANNELS, callers))]
    await asyncio.gather(*(channel.channel_ready() for channel in channels))
    latencies: list[float] = []
    cpu, began = one.cpu_seconds(), time.perf_counter()
    await asyncio.gather(
        *(
            _caller(channels[number % len(channels)], requests, number, end=began + seconds, latencies=latencies)
            for number in range(callers)
        )
    )
    elapsed, used = time.perf_counter() - began, one.cpu_seconds() - cpu
    for channel in channels:
        await channel.close()
    into.throughput.append(len(latencies) / elapsed)
    into.cpu.append(used / len(latencies) * 1e6)
    into.latencies += latencies


async def _caller(
    channel: grpc.aio.Channel, requests: list[bytes], number: int, *, end: float, latencies: list[float]
) -> None:
    decide: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary("/amends.v1.DecisionService/Decide")
    began = time.perf_counter()
    while began < end:
        await decide(requests[number % len(requests)])
        now = time.perf_counter()
        latencies.append(now - began)
        began, number = now, number + 1


def result(found: Sequence[Contender]) -> dict[str, object]:
    off, *recording = found
    figures: dict[str, object] = {}
    for one in recording:
        for callers in CALLERS:
            ours, theirs = one.measured[callers].throughput, off.measured[callers].throughput
            ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
            at = "" if callers == CALLERS[0] else f"_at_{callers}"
            figures[f"{one.name}_required_ratio{at}"] = round(statistics.median(ratios), 3)
            figures[f"{one.name}_required_ratio{at}_spread"] = [round(min(ratios), 3), round(max(ratios), 3)]
    for one in found:
        for callers, measured in one.measured.items():
            figures[f"{one.name}_at_{callers}"] = {
                "answers_a_second": round(statistics.median(measured.throughput)),
                "server_cpu_us": round(statistics.median(measured.cpu), 1),
                "p50_us": round(statistics.median(measured.latencies) * 1e6),
                "p99_us": round(statistics.quantiles(measured.latencies, n=100)[98] * 1e6),
            }
    return figures | {"rounds": len(off.measured[CALLERS[0]].throughput), "cores": os.cpu_count()}


def main() -> None:
    parser = argparse.ArgumentParser(description="What recording decisions costs, against not recording them.")
    parser.add_argument("--quick", action="store_true", help="Shorter rounds, and fewer: under 50 seconds.")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default="", help="Leave the other one out.")
    parser.add_argument("--seconds", type=float, help="How long a round of one server lasts.")
    parser.add_argument("--rounds", type=int, help="How many there are with 64 callers.")
    given = parser.parse_args()
    usual = QUICK if given.quick else FULL
    with contenders(given.only) as found:
        asyncio.run(race(found, Effort(given.seconds or usual.seconds, given.rounds or usual.rounds)))
        print(json.dumps(result(found)))


if __name__ == "__main__":
    main()
