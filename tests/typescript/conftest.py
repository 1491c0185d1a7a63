"""The TypeScript client, built as it is shipped, and real services with an HTTP side for it to call."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lacking import do_without
from tests.service.callers import make_callers
from tests.service.recording import recording_server, sqlite_url
from tests.typescript.node import NODE_LACKS, PACKAGE, ROOT, lacks_node, npm


@dataclass(frozen=True, slots=True)
class Services:
    """Where they are: one asks nobody who they are, the other wants the key, over TLS of the authority."""

    open: str
    guarded: str
    key: str
    authority: Path


@pytest.fixture(scope="session")
def _package_or_not() -> bool:
    if lacks_node():
        return False
    npm("run", "build")
    npm("run", "build:test")
    return True


@pytest.fixture
def package(request: pytest.FixtureRequest, _package_or_not: bool) -> Path:  # noqa: FBT001  # a fixture
    """The client and its tests, built from the sources as they stand."""
    if not _package_or_not:
        do_without(request, NODE_LACKS)
    return PACKAGE


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Two server processes with the starter's pack, both recording."""
    folder, guarded = tmp_path_factory.mktemp("open"), tmp_path_factory.mktemp("guarded")
    rules = folder / "rules"
    shutil.copytree(ROOT / "rules" / "starter", rules / "starter")
    callers = make_callers(guarded)
    both = ("--http-port", "0", "--policies", "default=starter,starter=starter")
    with (
        recording_server(rules, sqlite_url(folder), *both) as asking_nobody,
        recording_server(rules, sqlite_url(guarded), *both, *callers.options) as guarding,
    ):
        address = str(guarding.wait_for("ready")["http"]).replace("127.0.0.1", "localhost")
        yield Services(
            open=f"http://{asking_nobody.wait_for('ready')['http']}",
            guarded=f"https://{address}",
            key=callers.keys["helpdesk"].key,
            authority=guarded / "ca.pem",
        )
