"""The real service, with the packs of this repository, for the tests of the client that call it.

One records nothing, the other keeps its log in a file.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.recording import recording_server, sqlite_url
from tests.service.running import RunningServer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """The address of a server process."""
    with RunningServer("--rules", str(ROOT / "rules")) as running:
        yield running.target


@pytest.fixture(scope="session")
def recording_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server process that records."""
    with recording_server(ROOT / "rules", sqlite_url(tmp_path_factory.mktemp("log"))) as running:
        yield running.target
