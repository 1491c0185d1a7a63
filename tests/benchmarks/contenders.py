"""Servers under measurement: started as programs of their own, called over their own channels, their CPU time read."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, TypeAlias

import grpc

ROOT: Final = Path(__file__).parents[2]
CHANNELS: Final = 16
DECIDE: Final = "/amends.v1.DecisionService/Decide"
LOG_BYTES: Final = 1_000_000

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PATIENCE_SECONDS: Final = 60.0

Said: TypeAlias = tuple[tuple[str, str], ...]
"""Metadata of a call."""


@dataclass(slots=True)
class Contender:
    """A server under measurement, and what was measured of it."""

    name: str
    process: subprocess.Popen[bytes]
    address: str
    channels: list[grpc.aio.Channel]
    said: Said = ()
    cpu: list[float] = field(default_factory=list)
    batch_cpu: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def cpu_seconds(self) -> float:
        """User and system time of the process and of those that it started, ended threads included."""
        return sum(seconds for _, seconds in self.cpu_by_process())

    def cpu_by_process(self) -> list[tuple[int, float]]:
        """The same, each with its process id; the first is the server itself."""
        return [(pid, _cpu_seconds(pid)) for pid in (self.process.pid, *_children(self.process.pid))]


async def start(  # noqa: PLR0913 -- all but three by name
    name: str,
    program: Sequence[str],
    log: IO[bytes],
    *,
    said: Said = (),
    channels: int = CHANNELS,
    port_file: Path | None = None,
) -> Contender:
    """Its log goes to a file, as a service's does; the line that says where it listens is read from there.

    One that does not log so much writes its port to `port_file`.
    """
    # This checkout's own code, whichever is installed.
    path = os.pathsep.join([str(ROOT / "service"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "AMENDS_RECORDING": "off"}
    process = subprocess.Popen([sys.executable, *program], stderr=log, env=environment)  # noqa: ASYNC220 -- at once
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (address := _address(os.pread(log.fileno(), LOG_BYTES, 0)) or _told(port_file)) is None:
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise SystemExit(f"{name} did not start:\n{os.pread(log.fileno(), LOG_BYTES, 0).decode()}")
        await asyncio.sleep(0.05)
    return Contender(name, process, address, _channels(address, channels), said)


def _channels(address: str, number: int) -> list[grpc.aio.Channel]:
    own = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1))
    return [grpc.aio.insecure_channel(address, options=own) for _ in range(number)]


async def connect_anew(contender: Contender) -> None:
    """Other connections in place of those that it has, so that the system spreads them over its processes anew."""
    for channel in contender.channels:
        await channel.close()
    contender.channels = _channels(contender.address, len(contender.channels))


async def end(contender: Contender) -> None:
    """Stop it, and wait until it has."""
    for channel in contender.channels:
        await channel.close()
    contender.process.terminate()
    contender.process.wait(_PATIENCE_SECONDS)


async def ask(contender: Contender, request: bytes, log: IO[bytes]) -> bytes:
    """One answer; the benchmark ends where there is none."""
    decide: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = contender.channels[0].unary_unary(DECIDE)
    try:
        return await decide(request, metadata=contender.said)
    except grpc.aio.AioRpcError as error:
        print(os.pread(log.fileno(), LOG_BYTES, 0).decode())
        raise SystemExit(f"{contender.name} cannot be measured: {error.details()}") from None


async def call_all(contender: Contender, requests: list[bytes], *, calls: int, in_flight: int = 1) -> float:
    """So many calls, shared over its channels, each with so many callers who wait for their answers; the server's CPU
    microseconds a call.
    """
    callers = list(contender.channels) * in_flight
    share = calls // len(callers)
    before = contender.cpu_seconds()
    await asyncio.gather(
        *(
            _caller(contender, channel, requests[index:] + requests[:index], calls=share)
            for index, channel in enumerate(callers)
        )
    )
    return (contender.cpu_seconds() - before) / (share * len(callers)) * 1e6


async def _caller(contender: Contender, channel: grpc.aio.Channel, requests: list[bytes], *, calls: int) -> None:
    decide: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(DECIDE)
    for number in range(calls):
        began = time.perf_counter()
        await decide(requests[number % len(requests)], metadata=contender.said)
        contender.latencies.append(time.perf_counter() - began)


def _address(logged: bytes) -> str | None:
    lines = [
        json.loads(line) for line in logged.splitlines(keepends=True) if line.startswith(b"{") and line.endswith(b"\n")
    ]
    return next((str(line["address"]) for line in lines if line["event"] == "ready"), None)


def _told(port_file: Path | None) -> str | None:
    port = port_file.read_text(encoding="ascii").strip() if port_file is not None and port_file.exists() else ""
    return f"127.0.0.1:{port}" if port else None


def _children(pid: int) -> Iterable[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return (int(child) for child in listed.split())


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
