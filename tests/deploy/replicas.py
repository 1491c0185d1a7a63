"""Two replicas of two workers each, on one PostgreSQL, behind Envoy as docs/deploy/envoy.yaml sets it up, under load.

Workers and whole replicas are killed, started again and stopped, the rules change; whoever was cut off asks again under
the same id. Afterwards the log is audited. Then, with nothing in the way, what a call costs is measured.

    python -m tests.deploy.replicas --rounds 20
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

import grpc
import psycopg
from psycopg.sql import SQL, Composed, Identifier

from amends.storage.migrate import upgrade
from amends.storage.tables import metadata
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.deploy.envoy import Envoy, envoy_before, issuer
from tests.faults.soak.acknowledged import Acknowledged
from tests.faults.soak.audit import Audit, audit
from tests.faults.soak.callers import Shift
from tests.faults.soak.crew import Crew, Pace
from tests.faults.soak.serving import Service
from tests.faults.soak.watching import processor_of
from tests.service.callers import Callers
from tests.service.packs import SHOP
from tests.service.recording import recording_server
from tests.service.requests import late
from tests.service.running import PATIENCE, write_pack
from tests.storage.postgresql import INSTALL, PostgresqlServer, find_programs, free_port

_WORKERS: Final = 2
_CALLERS: Final = 16
_PAUSE_SECONDS: Final = 1.0
_IDENTITY: Final = """
[[identity]]
name = "everything"
tokens = ["everything"]
permissions = ["decide", "preview", "read", "outcome", "publish"]
policies = ["default"]
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What recorded decisions cost, one a call: of `calls` in `seconds`, by all workers together; `rows` were added."""

    calls: int
    seconds: float
    worker_seconds: float
    rows: int
    connections: int
    workers: int

    @property
    def calls_a_core(self) -> float:
        """Calls a second that a worker answers with a processor of its own."""
        return self.calls / self.worker_seconds


@dataclass(slots=True)
class Found:
    """What came of it. `befell` and `reloads` count by name."""

    befell: Counter[str] = field(default_factory=Counter)
    reloads: Counter[str] = field(default_factory=Counter)
    asked_again: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    broken: list[str] = field(default_factory=list)
    audit: Audit = field(default_factory=Audit)
    cost: Cost | None = None


class House:
    """The replicas, by their ports, behind one Envoy."""

    def __init__(self, folder: Path, url: str, callers: Callers) -> None:
        self._folder = folder
        self._url = url
        self._callers = callers
        self.ports = (free_port(), free_port())
        self._running: dict[int, Service] = {}
        self._envoy: Envoy | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        for port in tuple(self._running):
            self.kill(port)

    @contextmanager
    def behind(self) -> Iterator[None]:
        with envoy_before(self._folder, self.ports) as self._envoy:
            for port in self.ports:
                self.add(port)
            yield

    def channel(self) -> AbstractContextManager[grpc.Channel]:
        """To Envoy, by TLS, with a token that outlasts the run."""
        assert self._envoy is not None
        token = self._callers.token("everything", exp=2**31)
        credentials = grpc.composite_channel_credentials(
            grpc.ssl_channel_credentials(self._callers.authority.cert_pem.bytes()),
            grpc.access_token_call_credentials(token),
        )
        options = (("grpc.use_local_subchannel_pool", 1),)
        return grpc.secure_channel(self._envoy.address, credentials, options)

    def add(self, port: int) -> None:
        """Start a replica there, and wait until it serves and Envoy knows."""
        options = ("--policies", "default=shop", "--port", str(port), "--workers", str(_WORKERS))
        told = self._folder / f"ready-{port}"
        told.unlink(missing_ok=True)
        quiet = ("--log-level", "warning", "--port-file", str(told))
        server = recording_server(self._folder / "rules", self._url, *options, *quiet, *self._callers.options)
        self._running[port] = Service(server, (port, 0))
        assert self._envoy is not None
        until = time.monotonic() + PATIENCE
        # Both: of one that comes back soon Envoy may not have noticed that it was away.
        while not told.exists() or port not in self._envoy.healthy():
            assert time.monotonic() < until, server.text
            time.sleep(0.1)

    def drain(self, port: int) -> None:
        """Tell a replica to stop, as an orchestrator does, and wait until it has."""
        service = self._running.pop(port)
        service.server.signal(signal.SIGTERM)
        code = service.server.end()
        assert code == 0, service.server.text
        service.server.__exit__(None, None, None)

    def kill(self, port: int) -> None:
        """A whole replica at once, its workers with it."""
        service = self._running.pop(port)
        for pid in (service.server.process.pid, *service.workers()):
            os.kill(pid, signal.SIGKILL)
        service.server.__exit__(None, None, None)

    def kill_a_worker(self, port: int) -> None:
        """One of the two that share a port."""
        before = self._running[port].workers()
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while len(now := self._running[port].workers()) < len(before) or before[0] in now:
            assert time.monotonic() < until, self._running[port].server.text
            time.sleep(0.05)

    def workers(self) -> list[int]:
        return [pid for service in self._running.values() for pid in service.workers()]


def replicas(programs: Path, *, rounds: int, pace: Pace, measured: float, told: Callable[[str], None]) -> Found:
    """So many rounds of all that befalls; then what a call costs, over so many seconds. `told` hears how it goes."""
    found = Found()
    with (
        tempfile.TemporaryDirectory() as name,
        PostgresqlServer(programs, fsync=True) as database,
        Acknowledged(Path(name) / "acknowledged.db") as kept,
    ):
        folder, url = Path(name), database.url(database.create())
        upgrade(url)
        write_pack(folder / "rules", "shop", SHOP)
        callers = issuer(folder)
        with callers.access.open("a", encoding="utf-8") as file:
            file.write(_IDENTITY)
        since = datetime.now(UTC)
        with House(folder, url, callers) as house, house.behind():
            crew = Crew(Shift(house, kept, threading.Event()), pace)
            crew.start()
            for number in range(rounds):
                for event in _befall(house, number):
                    found.befell[event] += 1
                    told(event)
                    time.sleep(_PAUSE_SECONDS)  # a moment in which all are there
            crew.end()
            found.calls, found.asked_again, found.reloads = crew.calls, crew.asked_again, crew.reloads
            found.broken = crew.broken
            found.cost = _cost(house, url, seconds=measured)
        found.audit = audit(url, kept, since=since.isoformat())
    return found


def _befall(house: House, number: int) -> Iterator[str]:
    """A round: to one replica and then to the other."""
    one, other = house.ports[number % 2], house.ports[1 - number % 2]
    house.kill_a_worker(one)
    yield "a worker was killed"
    house.kill(one)
    yield "a replica was killed"
    house.add(one)
    yield "a replica was added"
    house.drain(other)
    yield "a replica was stopped"
    house.add(other)
    yield "a replica was added"


def _cost(house: House, url: str, *, seconds: float) -> Cost:
    """Of calls one after the other, by many callers, each over a connection of its own."""
    workers = house.workers()
    processor, rows = sum(map(processor_of, workers)), _rows(url)
    over, began = threading.Event(), time.monotonic()

    def call(caller: int) -> int:
        calls = 0
        with house.channel() as channel:
            decide = DecisionServiceStub(channel).Decide
            while not over.is_set():
                decide(late(calls % 366, case_id=f"cost-{caller}-{calls}"), timeout=PATIENCE)
                calls += 1
        return calls

    with ThreadPoolExecutor(_CALLERS) as threads:
        calling = [threads.submit(call, caller) for caller in range(_CALLERS)]
        time.sleep(seconds)  # that long is measured
        connections = _connections(url)
        over.set()
        calls = sum(one.result() for one in calling)
    took, spent = time.monotonic() - began, sum(map(processor_of, workers)) - processor
    return Cost(calls, took, spent, _rows(url) - rows, connections, len(workers))


def _rows(url: str) -> int:
    """Of all tables, counted: what PostgreSQL's own statistics tell may be ten seconds old."""
    with psycopg.connect(url) as connection:
        return sum(
            _number(connection, SQL("SELECT count(*) FROM {}").format(Identifier(name))) for name in metadata.tables
        )


def _connections(url: str) -> int:
    """To the database, but for this one."""
    with psycopg.connect(url) as connection:
        return _number(
            connection,
            SQL("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"),
        )


def _number(connection: psycopg.Connection, query: SQL | Composed) -> int:
    (number,) = connection.execute(query).fetchone() or (0,)
    return int(number)


def main() -> int:
    """Let it befall, and say what came of it; 1 where anything was lost, changed or failed."""
    parser = argparse.ArgumentParser(description="Kill, add and stop replicas behind Envoy, under load.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20, help="so long what a call costs is measured")
    given = parser.parse_args()
    programs = find_programs()
    if programs is None:
        sys.stderr.write(f"PostgreSQL is not installed; this installs it: {INSTALL}\n")
        return 1
    found = replicas(programs, rounds=given.rounds, pace=Pace(reload=10), measured=given.seconds, told=_say)
    _say(f"{found.calls} calls; befell: {dict(found.befell)}; rules: {dict(found.reloads)}")
    _say(f"asked again: {dict(found.asked_again)}; broken: {len(found.broken)} {found.broken[:5]}")
    _say(
        f"acknowledged: {found.audit.decisions} decisions, {found.audit.outcomes} outcomes; "
        f"lost: {len(found.audit.lost)}, changed: {len(found.audit.changed)}; made again: {dict(found.audit.replayed)}"
    )
    cost = found.cost
    assert cost is not None
    _say(
        f"{cost.calls / cost.seconds:.0f} calls a second by {cost.workers} workers; "
        f"{cost.calls_a_core:.0f} a second a core, {cost.rows / cost.calls:.1f} rows a call, "
        f"{cost.connections} connections; load {os.getloadavg()[0]:.1f}"
    )
    return 0 if found.audit.is_green and not found.broken else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
