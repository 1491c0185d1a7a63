"""Databases with the newest schema, and the logs on them: each law of the log is held on all of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amends.storage.database import Database
from amends.storage.migrate import upgrade
from tests.storage.logs import DatabaseLog, LogUnderTest, MemoryLog
from tests.storage.records import records

__all__ = ["records"]

DATABASES = ("sqlite", "postgresql")


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any tables; parametrise it indirectly with the names of databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'amends.db'}"
    url = request.getfixturevalue("postgresql_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
def url(empty_url: str) -> str:
    """The URL of a database with the newest schema."""
    upgrade(empty_url)
    return empty_url


@pytest.fixture
def open_database(url: str) -> Iterator[Callable[[], Database]]:
    """Opens the database as one more worker does."""
    opened: list[Database] = []

    def open_one() -> Database:
        opened.append(Database(url))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: Callable[[], Database]) -> Database:
    return open_database()


@pytest.fixture(params=["memory", *DATABASES])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LogUnderTest]:
    """A log of each kind."""
    if request.param == "memory":
        yield MemoryLog()
        return
    path = f"sqlite:///{tmp_path / 'amends.db'}"
    url = path if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    upgrade(url)
    with Database(url) as opened:
        yield DatabaseLog(opened)


on_each_database = pytest.mark.parametrize("empty_url", DATABASES, indirect=True)
