"""The queue of the bridge on each database, and a service that decides by one small pack."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amends_client.bridge.queue.queue import Queue
from tests.clients.bridge.bridging import PROMISES
from tests.clients.bridge.desk import RunningDesk
from tests.fakes.clock import FakeClock
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import write_pack

STARTER = Path(__file__).parents[3] / "rules" / "starter"


@pytest.fixture(params=["sqlite", "postgresql"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bridge.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def open_queue(queue_url: str, clock: FakeClock) -> Iterator[Callable[[], Queue]]:
    """Opens the queue as one more process does."""
    opened: list[Queue] = []

    def open_one() -> Queue:
        opened.append(Queue(queue_url, clock.now))
        return opened[-1]

    yield open_one
    for queue in opened:
        queue.close()


@pytest.fixture
def queue(open_queue: Callable[[], Queue]) -> Queue:
    return open_queue()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    """A helpdesk of a test's own."""
    with RunningDesk(tmp_path / "desk.db") as running:
        yield running


@pytest.fixture(scope="session")
def starter_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server process that decides by the starter pack and one that promises, and records."""
    folder = tmp_path_factory.mktemp("starter")
    shutil.copytree(STARTER, folder / "rules" / "starter")
    write_pack(folder / "rules", "promises", PROMISES)
    with recording_server(folder / "rules", sqlite_url(folder)) as running:
        yield running.target
