"""Fixtures for tests of who calls Amends: `pytest_plugins = ["amends_client.pytest_plugin"]` in your `conftest.py`.

Override `amends_rules` to decide by packs of your own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from amends_client.client import AmendsClient
from amends_client.testing import TestService, running_service


@pytest.fixture(scope="session")
def amends_rules() -> Path | dict[str, str] | None:
    """The folder of packs, or packs by path; None: a small one, `amends_client.testing.SMALL_PACK`."""
    return None


@pytest.fixture(scope="session")
def amends_service(amends_rules: Path | dict[str, str] | None) -> Iterator[TestService]:
    """A real service, one for all tests of a session: give each test's cases ids of their own."""
    with running_service(amends_rules) as service:
        yield service


@pytest.fixture
def amends(amends_service: TestService) -> Iterator[AmendsClient]:
    """A client of it."""
    with amends_service.client() as client:
        yield client
