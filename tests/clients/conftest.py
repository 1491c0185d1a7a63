"""The real service, with the packs of this repository, for the tests of the client that call it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.running import RunningServer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """The address of a server process."""
    with RunningServer("--rules", str(ROOT / "rules")) as running:
        yield running.target
