"""Serving in several processes: what the workers are told, and who watches over them. Never imports gRPC."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from tempfile import TemporaryDirectory

from prometheus_client.multiprocess import mark_process_dead

from amends import log
from amends.bootstrap.database import check_log
from amends.config import PREFIX, RecordingMode, Settings
from amends.server.ready import announce_ready
from amends.server.supervisor import Supervisor, WorkerProgram, reserve_port
from amends.storage.migrate import upgrade
from amends.telemetry import FOLDER


def _reserve_http(settings: Settings) -> AbstractContextManager[socket.socket | None]:
    """The port of the HTTP side, kept for the workers like the other."""
    return nullcontext() if settings.http_port is None else reserve_port(settings.host, settings.http_port)


@contextmanager
def _shared_policies(settings: Settings) -> Iterator[str | None]:
    """Where workers that record nothing keep what their policies decide by, so that all follow the folder as one.

    It is gone when they are: the next start begins with the folder.
    """
    if settings.recording is not RecordingMode.OFF or not settings.watch:
        yield None
        return
    with TemporaryDirectory(prefix="amends-policies-") as folder:
        url = f"sqlite:///{folder}/policies.db"
        upgrade(url)
        yield url


def supervise(settings: Settings) -> int:
    """Serve in several processes until told to stop; their exit code. CannotListenError if the address is not free."""
    logger = log.get()
    # Said once, before there are workers to say it.
    check_log(settings)
    with (
        reserve_port(settings.host, settings.port) as held,
        _reserve_http(settings) as held_http,
        TemporaryDirectory(prefix="amends-numbers-") as numbers,
        _shared_policies(settings) as shared,
    ):
        port = held.getsockname()[1]
        settings = settings.model_copy(update={"http_port": held_http and held_http.getsockname()[1]})
        # The workers are whole services of one process each; only the supervisor speaks of the port.
        worker = settings.model_copy(
            update={
                "workers": 1,
                "sharing": settings.workers,
                "port": port,
                "port_file": None,
                "shared_policies": shared,
            }
        )
        program = WorkerProgram(
            command=(sys.executable, "-P", "-m", "amends", "serve"),
            environment={**os.environ, **worker.environment(), FOLDER: numbers},
            link_variable=f"{PREFIX}SUPERVISOR_FD",
            rules_variable=f"{PREFIX}RULES_DIGEST",
            drain_seconds=settings.drain_seconds,
            on_end=lambda pid: mark_process_dead(pid, numbers),  # type: ignore[no-untyped-call]
        )
        supervisor = Supervisor(
            program, settings.workers, log=logger, on_ready=lambda: announce_ready(settings, port, logger)
        )
        return supervisor.run()
