"""Databases with the newest schema, and the logs on them: each law of the log is held on all of them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amends.storage.database import Database
from amends.storage.migrate import upgrade
from tests.storage.logs import DatabaseLog, LogUnderTest, MemoryLog, migrated_url
from tests.storage.records import records

__all__ = ["records"]

DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "amends.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """The name of a database; a test is parametrised with it by `on_each_database` or a mark of its own."""
    name = request.param
    assert name in DATABASES
    return str(name)


@pytest.fixture
def empty_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database without any tables."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'amends.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database with the newest schema."""
    return migrated_url(database_kind, tmp_path, request)


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
    with Database(migrated_url(request.param, tmp_path, request)) as opened:
        yield DatabaseLog(opened)


on_each_database = pytest.mark.parametrize("database_kind", DATABASES, indirect=True)
