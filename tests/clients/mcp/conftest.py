"""One recording service for all tests of the server for agents: with the foundation alone, which is quickly there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.recording import recording_server, sqlite_url

RULES = Path(__file__).parents[3] / "rules"


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service."""
    folder = tmp_path_factory.mktemp("agents")
    shutil.copytree(RULES / "foundation", folder / "rules" / "foundation")
    with recording_server(folder / "rules", sqlite_url(folder)) as running:
        yield running.target
