"""The database goes away under load and comes back: nothing answered is missing, and the service recovers by itself."""

import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from amends.storage.migrate import upgrade
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends_client import AmendsClient, LogUnavailable
from tests.faults.log_faults import asked, own_server, recorded
from tests.service.recording import postgresql_programs, recording_server, shop, sqlite_url
from tests.service.requests import late, refusal
from tests.service.running import PATIENCE, RunningServer

__all__ = ["postgresql_programs", "shop"]
CALLERS = 8


class Load:
    """Callers that never stop asking, and what they were told."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._decide = DecisionServiceStub(channel).Decide
        self._stop = threading.Event()
        self.answers: list[service_pb2.DecideResponse] = []
        self.errors: list[grpc.RpcError] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        with ThreadPoolExecutor(CALLERS) as callers:
            calls = [callers.submit(self._call, caller) for caller in range(CALLERS)]
            try:
                yield
            finally:
                self._stop.set()
            for one in calls:
                one.result()

    def _call(self, caller: int) -> None:
        number = caller
        while not self._stop.is_set():
            try:
                self.answers.append(self._decide(late(case_id=f"case-{number}"), timeout=PATIENCE))
            except grpc.RpcError as error:
                self.errors.append(error)
            number += CALLERS


def wait_until(holds: Callable[[], bool]) -> None:
    """As soon as it holds; a machine under load may take long."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_serving(channel: grpc.Channel) -> bool:
    stub: Any = HealthStub(channel)
    return bool(stub.Check(HealthCheckRequest()).status == HealthCheckResponse.SERVING)


def retry_delay(error: grpc.RpcError) -> Duration | None:
    call: Any = error
    status = status_pb2.Status.FromString(dict(call.trailing_metadata())["grpc-status-details-bin"])
    found: Any = error_details_pb2.RetryInfo()
    return next((found.retry_delay for detail in status.details if detail.Unpack(found)), None)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_postgresql_stops_and_starts_under_load(
    request: pytest.FixtureRequest, postgresql_programs: Path | None, shop: Path, how: signal.Signals
) -> None:
    """Tidily, or as if the power had gone: UNAVAILABLE meanwhile with a time to wait, and health says so."""
    with own_server(request, postgresql_programs) as database:
        url = database.url(database.create())
        upgrade(url)
        with recording_server(shop, url) as server, server.channel() as channel:
            load = Load(channel)
            with load.running():
                wait_until(lambda: len(load.answers) > 50)
                database.stop(how)
                wait_until(lambda: len(load.errors) > 50)
                wait_until(lambda: not is_serving(channel))
                database.start()
                before = len(load.answers)
                wait_until(lambda: len(load.answers) > before + 50)
                wait_until(lambda: is_serving(channel))

        found = recorded(url, load.answers)

    assert len(found) == len(load.answers)
    assert {(refusal(error).code, refusal(error).reason) for error in load.errors} == {
        ("UNAVAILABLE", "LOG_UNAVAILABLE")
    }
    assert all(retry_delay(error) for error in load.errors)
    assert (len(server.lines("log_away")), len(server.lines("log_back"))) == (1, 1)


def test_a_service_without_calls_notices_too(
    request: pytest.FixtureRequest, postgresql_programs: Path | None, shop: Path
) -> None:
    """Health says NOT_SERVING before anybody has met an error, and SERVING again by itself."""
    with own_server(request, postgresql_programs) as database:
        url = database.url(database.create())
        upgrade(url)
        with recording_server(shop, url) as server, server.channel() as channel:
            assert is_serving(channel)
            database.stop()
            wait_until(lambda: not is_serving(channel))
            database.start()
            wait_until(lambda: is_serving(channel))


def test_best_effort_answers_while_the_database_is_away(
    request: pytest.FixtureRequest, postgresql_programs: Path | None, shop: Path
) -> None:
    """Every call is answered, health stays SERVING, and what waits is written when the database is back."""
    with own_server(request, postgresql_programs) as database:
        url = database.url(database.create())
        upgrade(url)
        with (
            recording_server(shop, url, "--recording", "best_effort") as server,
            server.channel() as channel,
        ):
            decide = DecisionServiceStub(channel).Decide
            database.stop()
            answers = [decide(late(case_id=f"case-{number}")) for number in range(10)]
            answers.append(decide(asked("r-1")))
            server.wait_for("log_away")
            assert is_serving(channel)
            database.start()
            wait_until(lambda: len(recorded(url, answers)) == len(answers))

    assert {answer.recorded for answer in answers} == {False}


def test_the_client_asks_again_until_the_log_is_back(
    request: pytest.FixtureRequest, postgresql_programs: Path | None, shop: Path
) -> None:
    """Within its deadline, under the request's id; past it the error has a type of its own."""
    with own_server(request, postgresql_programs) as database:
        url = database.url(database.create())
        upgrade(url)
        with recording_server(shop, url) as server, AmendsClient(server.target, deadline=PATIENCE) as client:
            # Connected, and everything loaded.
            client.decide(late().situation)
            database.stop()
            with pytest.raises(LogUnavailable):
                client.decide(late().situation, deadline=1.0)
            with ThreadPoolExecutor(1) as caller:
                call = caller.submit(client.decide, late().situation, request_id="r-1")
                server.wait_for("call", request_id="r-1", code="UNAVAILABLE")
                database.start()
                answer = call.result(PATIENCE)

            assert answer == client.decide(late().situation, request_id="r-1")


class SmallDisk:
    """A folder with room for little: a file system of its own where one may be mounted, else a limit on the server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._is_mounted = not self._mount("size=2m")
        self._server = 0

    def _mount(self, options: str) -> int:
        command = ["/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode

    def hold(self, server: RunningServer) -> None:
        """The server's files are what is to find no room."""
        self._server = server.process.pid
        if not self._is_mounted:
            self._limit(1_000_000)

    def grow(self) -> None:
        if self._is_mounted:
            assert self._mount("remount,size=64m") == 0
        else:
            self._limit(64_000_000)

    def _limit(self, size: int) -> None:
        _, most = resource.prlimit(self._server, resource.RLIMIT_FSIZE)
        resource.prlimit(self._server, resource.RLIMIT_FSIZE, (size, most))

    def close(self) -> None:
        if self._is_mounted:
            subprocess.run(["/bin/umount", str(self.folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "disk")
    yield disk
    disk.close()


def test_a_full_disk_refuses_what_it_cannot_keep(small_disk: SmallDisk, shop: Path) -> None:
    """Nothing that found no room is answered, all that was answered is there, and with room it goes on by itself."""
    url = sqlite_url(small_disk.folder)
    with recording_server(shop, url) as server, server.channel() as channel:
        decide = DecisionServiceStub(channel).Decide
        answers = [decide(late())]
        small_disk.hold(server)
        load = Load(channel)
        with load.running():
            wait_until(lambda: len(load.errors) > 20)
        small_disk.grow()
        answers += [*load.answers, *(decide(late(case_id=f"more-{number}")) for number in range(10))]

        assert {refusal(error).reason for error in load.errors} == {"LOG_UNAVAILABLE"}
        wait_until(lambda: is_serving(channel))
    assert len(recorded(url, answers)) == len(answers)
