"""The queue of the bridge on each database: every law of it is held on both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amends_client.bridge.queue.queue import Queue
from tests.fakes.clock import FakeClock


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
