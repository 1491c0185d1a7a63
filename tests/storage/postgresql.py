"""A real PostgreSQL for tests, from the server's programs on this machine: started once, a fresh database a test.

It refuses to be missed in silence: see `tests.lacking`.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
import pytest
from psycopg import sql

from amends.storage.migrate import upgrade
from tests.in_memory import in_memory
from tests.lacking import Lack, do_without

INSTALL = "apt-get install postgresql"
SERVER_LACKS = Lack("PostgreSQL", f"This installs the server: {INSTALL}")
PATIENCE = 60.0
"""Seconds that a machine under load may take; a passing test needs far less."""

_INITDB: Sequence[str] = ("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")


@dataclass(frozen=True)
class _Account:
    """Whom the server runs as: it refuses root. None: whoever runs the tests."""

    user: int | None = None
    group: int | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """What a command begins with.

        A program of the system changes the account, since Python would have to fork for it, and a fork beside calls of
        gRPC may end in gRPC's handlers of forks.
        """
        if self.user is None:
            return ()
        return ("setpriv", f"--reuid={self.user}", f"--regid={self.group}", "--clear-groups", "--")

    def own(self, path: Path) -> None:
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


class PostgresqlServer:
    """A cluster in a folder of its own, with a port of its own on loopback; `fsync` as in production, if asked for."""

    def __init__(self, programs: Path, *, fsync: bool = False) -> None:
        """Initialise the cluster. `programs` is the folder of `postgres` and `initdb`."""
        self._programs = programs
        self._fsync = fsync
        self._account = _account()
        self._password = secrets.token_urlsafe(12)
        # Not pytest's own folders: those are closed to the account that the server runs as when root runs the tests.
        self._folder = Path(tempfile.mkdtemp(prefix="amends-postgresql-", dir=None if fsync else in_memory()))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._account.own(self._folder)
        password = self._folder / "password"
        password.write_text(self._password)
        self._account.own(password)
        self._run("initdb", "--pgdata=data", "--username=amends", f"--pwfile={password}", *_INITDB)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = (self._folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [
                    *self._account.command,
                    str(self._programs / "postgres"),
                    *("-D", "data", "-h", "127.0.0.1", "-p", str(self._port), "-k", str(self._folder)),
                    *("-c", f"fsync={'on' if self._fsync else 'off'}", "-c", "max_connections=200"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: connections are cut and all is tidied up. SIGQUIT: as if the machine had lost its power."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def url(self, database: str) -> str:
        return f"postgresql://amends:{self._password}@127.0.0.1:{self._port}/{database}"

    def create(self, template: str = "template1") -> str:
        """A new database: its name. It is empty, or as the `template` is, to which nobody may be connected."""
        name = f"test_{secrets.token_hex(6)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._administer(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, database: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._account.command, str(self._programs / program), *arguments],
            cwd=self._folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _account() -> _Account:
    if os.geteuid() != 0:
        return _Account()
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return _Account(entry.pw_uid, entry.pw_gid)


def free_port() -> int:
    """None of those that the system gives to clients: while a server is stopped, one of them could take it."""
    while True:
        port = 16_384 + secrets.randbelow(16_384)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def find_programs() -> Path | None:
    """The folder of `postgres` and `initdb`: on the path, where Debian puts them, or where pg_config says."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path, pg_config = shutil.which("postgres"), shutil.which("pg_config")
    if on_path:
        candidates.insert(0, Path(on_path).resolve().parent)
    if pg_config:
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(told.stdout.strip()))
    return next((folder for folder in candidates if _has_server(folder)), None)


def _version(folder: Path) -> list[int]:
    return [int(part) for part in folder.parent.name.split(".") if part.isdigit()]


def _has_server(folder: Path) -> bool:
    return (folder / "initdb").exists() and (folder / "postgres").exists()


@pytest.fixture(scope="session")
def postgresql_programs() -> Path | None:
    return find_programs()


@pytest.fixture(scope="session")
def postgresql_session(postgresql_programs: Path | None) -> Iterator[PostgresqlServer | None]:
    if postgresql_programs is None:
        yield None
        return
    with PostgresqlServer(postgresql_programs) as server:
        yield server


@pytest.fixture
def postgresql_server(request: pytest.FixtureRequest, postgresql_session: PostgresqlServer | None) -> PostgresqlServer:
    """The server of this run: never stop it; make one of your own for that."""
    if postgresql_session is None:
        do_without(request, SERVER_LACKS)
    return postgresql_session


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The URL of an empty database."""
    name = postgresql_server.create()
    yield postgresql_server.url(name)
    postgresql_server.drop(name)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_session: PostgresqlServer | None) -> str:
    """A database with the newest schema, to be copied."""
    if postgresql_session is None:
        return ""
    name = postgresql_session.create()
    upgrade(postgresql_session.url(name))
    return name


@pytest.fixture
def migrated_postgresql_url(postgresql_server: PostgresqlServer, postgresql_template: str) -> Iterator[str]:
    """The URL of a database with the newest schema."""
    name = postgresql_server.create(postgresql_template)
    yield postgresql_server.url(name)
    postgresql_server.drop(name)
