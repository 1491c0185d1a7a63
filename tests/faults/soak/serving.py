"""The service that a soak is about: two workers that record, and where to call them."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grpc

from tests.service.packs import SHOP
from tests.service.recording import recording_server
from tests.service.running import PATIENCE, RunningServer, write_pack

_WORKERS: Final = 2


@dataclass(frozen=True, slots=True)
class Service:
    """A running service and its ports, of gRPC and of HTTP."""

    server: RunningServer
    ports: tuple[int, int]

    @contextmanager
    def channel(self) -> Iterator[grpc.Channel]:
        """A connection of its own."""
        options = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1))
        with grpc.insecure_channel(f"127.0.0.1:{self.ports[0]}", options=options) as channel:
            yield channel

    def workers(self) -> list[int]:
        """The processes that answer, the one that has lived longest first."""
        pid = self.server.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        started = {int(child): _started(int(child)) for child in children}
        # Who has ended since is none of them.
        living = {child: moment for child, moment in started.items() if moment is not None}
        return sorted(living, key=living.__getitem__)


@contextmanager
def serving(folder: Path, url: str) -> Iterator[Service]:
    """It logs what is wrong alone: a line for each call of hours would be held by who watches it."""
    write_pack(folder / "rules", "shop", SHOP)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        http_port = free.getsockname()[1]
    told = folder / "port"
    options = ("--workers", str(_WORKERS), "--http-port", str(http_port), "--port-file", str(told))
    with recording_server(folder / "rules", url, *options, "--log-level", "warning") as server:
        until = time.monotonic() + PATIENCE
        while not (told.exists() and told.read_text()):
            assert time.monotonic() < until, server.text
            assert server.process.poll() is None, server.text
            time.sleep(0.05)
        yield Service(server, (int(told.read_text()), http_port))


def _started(pid: int) -> int | None:
    """Clock ticks from the machine's start to the process's; None where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
    except (FileNotFoundError, ProcessLookupError):
        return None
