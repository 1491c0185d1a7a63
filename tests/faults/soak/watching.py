"""Looks at a server while it works: what its processes hold in memory, what they cost, how long its callers wait."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_health.v1.health_pb2_grpc import HealthStub

from tests.faults.soak.acknowledged import Acknowledged
from tests.faults.soak.crew import Crew
from tests.faults.soak.latencies import middle, near_worst
from tests.faults.soak.serving import Service
from tests.service.running import PATIENCE

_PROBES: Final = 50
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGESIZE")


@dataclass(frozen=True, slots=True)
class Sample:
    """A moment of the run. Times in ms, of calls since the sample before that nothing befell; memory in bytes.

    `nothing_p50` is what a call takes that does nothing, health's: how busy the machine is shows in it.
    """

    minute: float
    decisions: int
    outcomes: int
    decide_p50: float
    decide_p99: float
    batch_p50: float
    outcome_p50: float
    nothing_p50: float
    worker_bytes: int
    supervisor_bytes: int
    worker_seconds: float
    load: float
    asked_again: int
    broken: int


class Watch:
    """Takes samples of one server; `eldest` is the worker that no fault kills."""

    def __init__(self, service: Service, kept: Acknowledged, crew: Crew) -> None:
        self._service = service
        self._kept = kept
        self._crew = crew
        self._began = time.monotonic()
        self.eldest = service.workers()[0]

    def sample(self) -> Sample:
        crew = self._crew
        decide, batch, outcome = (each.since_last() for each in (crew.decided, crew.batches, crew.outcomes))
        decisions, outcomes = self._kept.counts()
        return Sample(
            minute=(time.monotonic() - self._began) / 60,
            decisions=decisions,
            outcomes=outcomes,
            decide_p50=middle(decide),
            decide_p99=near_worst(decide),
            batch_p50=middle(batch),
            outcome_p50=middle(outcome),
            nothing_p50=self._nothing(),
            worker_bytes=memory_of(self.eldest),
            supervisor_bytes=memory_of(self._service.server.process.pid),
            worker_seconds=processor_of(self.eldest),
            load=os.getloadavg()[0],
            asked_again=crew.asked_again.total(),
            broken=len(crew.broken),
        )

    def _nothing(self) -> float:
        took = []
        with self._service.channel() as channel:
            stub: Any = HealthStub(channel)
            for _ in range(_PROBES):
                began = time.perf_counter()
                try:
                    stub.Check(HealthCheckRequest(), timeout=PATIENCE)
                except grpc.RpcError:
                    continue
                took.append(time.perf_counter() - began)
        return middle(took)


def memory_of(pid: int) -> int:
    """Bytes that the process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def processor_of(pid: int) -> float:
    """Seconds of a processor that the process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
