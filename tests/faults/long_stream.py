"""Decides a very long stream, and looks whether the server minds: every situation is answered in its place, and no more
memory is held at the end than after the first tenth.

    python -m tests.faults.long_stream --count 1000000
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import RunningServer, write_pack

MEBIBYTE: Final = 2**20
_PAGE: Final = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Streamed:
    """What came of it: how many situations were not answered in their place by a decision, and the server's memory."""

    astray: int
    memory_before: int
    memory_after: int
    seconds: float

    @property
    def growth(self) -> int:
        """Bytes of memory that the server took on since the first tenth."""
        return self.memory_after - self.memory_before


def stream(situations: int, *, recorded: bool = False) -> Streamed:
    """One stream of so many situations, each another case, against a server of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pack(folder / "rules", "shop", SHOP)
        server = (
            recording_server(folder / "rules", sqlite_url(folder))
            if recorded
            else RunningServer("--rules", str(folder / "rules"))
        )
        with server, server.channel() as channel:
            return _measured(server, DecisionServiceStub(channel), situations)


def _measured(server: RunningServer, decisions: DecisionServiceStub, situations: int) -> Streamed:
    answered = astray = before = 0
    began = time.monotonic()
    for answered, answer in enumerate(decisions.StreamDecide(_cases(situations)), start=1):
        astray += answer.correlation_id != str(answered) or not answer.response.decision_id
        if answered == situations // 10:
            before = memory_of(server)
    return Streamed(
        astray=astray + situations - answered,
        memory_before=before,
        memory_after=memory_of(server),
        seconds=time.monotonic() - began,
    )


def _cases(situations: int) -> Iterator[service_pb2.StreamDecideRequest]:
    """A delay, a fee and a case of its own for each."""
    for number in range(1, situations + 1):
        request = late(number % 366, case_id=f"case {number}")
        request.situation.shipping_fee.units = number % 5_000
        yield service_pb2.StreamDecideRequest(correlation_id=str(number), request=request)


def memory_of(server: RunningServer) -> int:
    """Bytes that the server's process holds in memory."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def main() -> int:
    """Stream, and say what came of it; 1 where it was anything but decisions in their places, in the same memory."""
    parser = argparse.ArgumentParser(description="Decide a very long stream.")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--recorded", action="store_true", help="record it, in SQLite: 4 kB each in a temporary folder")
    parser.add_argument("--most-growth", type=int, default=8, help="MiB that the server may take on after a tenth")
    options = parser.parse_args()
    found = stream(options.count, recorded=options.recorded)
    before, after = (held / MEBIBYTE for held in (found.memory_before, found.memory_after))
    sys.stdout.write(
        f"{options.count} situations in {found.seconds:.0f} s, {options.count / found.seconds:.0f} a second; "
        f"not answered in their place: {found.astray}\n"
        f"memory: {before:.1f} MiB after a tenth, {after:.1f} at the end\n"
    )
    return 0 if not found.astray and found.growth <= options.most_growth * MEBIBYTE else 1


if __name__ == "__main__":
    sys.exit(main())
