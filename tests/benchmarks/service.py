"""What the service costs as it is run: with callers that are known, numbers and logs; with two workers; and with four
times the callers it has room for.

Processes of their own are called in turns over 16 channels, and their CPU time is what counts (but for throughput under
overload). Nothing is recorded (but under overload, where calls have to wait for something). The last line is JSON:

- `echo_cpu_over_decide_cpu_full`: an echo's CPU a call over that of Decide with API key, numbers and log lines;
  `*_us` what each of them adds to a Decide without;
- `cpu_2_workers_over_1`: CPU a call with two workers over that with one; `least_share_of_2_workers`: of the calls,
  those of the one that got fewer, by the lines of their logs;
- `overload_ratio`: answers a second with four times the callers for which there is room, over those with just as many;
  refused callers come back after the delay that they are told. `overload_cpu_an_answer_over_peak` is the same in CPU
  time, on which neighbours have less of a say.

    python tests/benchmarks/service.py [--quick]
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final

import grpc
from google.rpc import error_details_pb2, status_pb2

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.server.api_keys import new_key
from tests.benchmarks.contenders import CHANNELS, DECIDE, ROOT, Contender, Said, ask, call_all, connect_anew, end, start
from tests.benchmarks.recording import make_ready
from tests.benchmarks.situations import misread_text

SITUATIONS: Final = 256
IN_FLIGHT: Final = 4
"""Calls on each channel at once where workers are compared: enough that none of them ever waits for callers."""
ROOM: Final = 16
"""Calls that the service of the overload takes at once: as many as keep it busy."""
CALLS_ARE_LOGGED_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: services are started so many times, and called in turns for so many rounds each time."""

    starts: int
    rounds: int
    calls: int
    seconds: float


QUICK: Final = Effort(starts=1, rounds=2, calls=1_280, seconds=1.0)
FULL: Final = Effort(starts=4, rounds=4, calls=4_800, seconds=3.0)

ACCESS: Final = """
[[identity]]
name = "benchmark"
api_keys = ["{kept}"]
permissions = ["decide"]
policies = ["*"]
role = "frontline"
"""


@dataclass(frozen=True, slots=True)
class Features:
    """What a service is started with."""

    options: tuple[str, ...] = ()
    said: Said = ()


@asynccontextmanager
async def echo(folder: Path) -> AsyncIterator[Contender]:
    """A running echo of the file `answer` in the folder."""
    with (folder / "echo.log").open("w+b") as log:
        running = await start("echo", (str(ROOT / "tests/benchmarks/echo_server.py"), str(folder / "answer")), log)
        try:
            yield running
        finally:
            await end(running)


@asynccontextmanager
async def service(name: str, features: Features, folder: Path) -> AsyncIterator[Contender]:
    """A running service; its log is `NAME.log` in the folder."""
    port_file = folder / f"{name}.port"
    port_file.unlink(missing_ok=True)
    with (folder / f"{name}.log").open("w+b") as log:
        program = ("-m", "amends", "serve", "--port", "0", "--rules", str(folder / "rules"), "--recording", "off")
        options = (*features.options, "--port-file", str(port_file))
        running = await start(name, (*program, *options), log, said=features.said, port_file=port_file)
        try:
            yield running
        finally:
            await end(running)


async def features_cost(folder: Path, requests: list[bytes], effort: Effort) -> dict[str, object]:
    """Decide bare, with each feature alone and with all, and an echo, in turns."""
    key = new_key()
    (folder / "access.toml").write_text(ACCESS.format(kept=key.kept), encoding="utf-8")
    said = (("authorization", f"Bearer {key.key}"),)
    access, numbers = ("--access", str(folder / "access.toml")), ("--http-port", "0")
    kinds = {
        "bare": Features(("--log-level", "warning")),
        "log": Features(),
        "api_key": Features(("--log-level", "warning", *access), said),
        "numbers": Features(("--log-level", "warning", *numbers)),
        "full": Features((*access, *numbers), said),
    }
    cpu: dict[str, list[float]] = {name: [] for name in (*kinds, "echo")}
    for _ in range(effort.starts):
        async with AsyncExitStack() as stack:
            running = await _all_of(stack, kinds, folder)
            await _write_answer(running["full"], requests, folder)
            running["echo"] = await stack.enter_async_context(echo(folder))
            await _race(running, requests, cpu, effort)
    ratios = [one / other for one, other in zip(cpu["echo"], cpu["full"], strict=True)]
    return {
        "echo_cpu_over_decide_cpu_full": round(statistics.median(ratios), 3),
        "echo_cpu_over_decide_cpu_full_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        **{f"{name}_cpu_us": round(statistics.median(found), 1) for name, found in cpu.items()},
        **{f"{name}_adds_us": _adds(cpu[name], cpu["bare"]) for name in ("log", "api_key", "numbers", "full")},
    }


async def _all_of(stack: AsyncExitStack, kinds: Mapping[str, Features], folder: Path) -> dict[str, Contender]:
    started = await asyncio.gather(
        *(stack.enter_async_context(service(name, features, folder)) for name, features in kinds.items())
    )
    return dict(zip(kinds, started, strict=True))


async def _write_answer(contender: Contender, requests: list[bytes], folder: Path) -> None:
    """The median answer, for the echo."""
    with (folder / f"{contender.name}.log").open("rb") as log:
        answers = [await ask(contender, request, log) for request in requests]
    (folder / "answer").write_bytes(sorted(answers, key=len)[len(answers) // 2])


async def _race(
    running: Mapping[str, Contender], requests: list[bytes], cpu: Mapping[str, list[float]], effort: Effort
) -> None:
    for contender in running.values():
        await call_all(contender, requests, calls=SITUATIONS * 4)
    for turn in range(effort.rounds):
        # Who goes first changes: a machine that warms up or slows down favours nobody.
        for name in running if turn % 2 else reversed(list(running)):
            cpu[name].append(await call_all(running[name], requests, calls=effort.calls))
        print("server CPU microseconds a call: " + ", ".join(f"{name} {found[-1]:.0f}" for name, found in cpu.items()))


def _adds(found: Sequence[float], bare: Sequence[float]) -> float:
    return round(statistics.median(one - other for one, other in zip(found, bare, strict=True)), 1)


async def two_workers(folder: Path, requests: list[bytes], effort: Effort) -> dict[str, object]:
    """One worker and two, in turns; each time over new connections, so that the system spreads them anew."""
    cpu: dict[str, list[float]] = {"1": [], "2": []}
    shares: list[float] = []
    for _ in range(effort.starts):
        async with AsyncExitStack() as stack:
            running = await _all_of(stack, {workers: Features(("--workers", workers)) for workers in cpu}, folder)
            log = stack.enter_context((folder / "2.log").open("rb"))
            # A worker is warm when its connections have called, and each round brings it others.
            for contender in running.values():
                await call_all(contender, requests, calls=SITUATIONS * 8)
            for turn in range(effort.rounds):
                for workers in cpu if turn % 2 else reversed(list(cpu)):
                    await connect_anew(running[workers])
                    await _all_logged(log)
                    cpu[workers].append(
                        await call_all(running[workers], requests, calls=effort.calls, in_flight=IN_FLIGHT)
                    )
                    if workers == "2":
                        shares.append(_least_share(await _all_logged(log)))
                print(
                    f"CPU microseconds a call: {cpu['1'][-1]:.0f} and {cpu['2'][-1]:.0f}, {shares[-1]:.2f} of the calls"
                )
    ratios = [two / one for one, two in zip(cpu["1"], cpu["2"], strict=True)]
    return {
        "cpu_2_workers_over_1": round(statistics.median(ratios), 3),
        "cpu_2_workers_over_1_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "least_share_of_2_workers": round(statistics.median(shares), 3),
        "least_share_of_2_workers_spread": [round(min(shares), 3), round(max(shares), 3)],
    }


async def _all_logged(log: IO[bytes]) -> list[bytes]:
    """The lines since the last look, with those of calls that have just ended."""
    await asyncio.sleep(CALLS_ARE_LOGGED_SECONDS)
    return log.readlines()


def _least_share(lines: Iterable[bytes]) -> float:
    calls = Counter(line["pid"] for line in map(json.loads, lines) if line["event"] == "call")
    return min(calls.values()) / calls.total() if len(calls) > 1 else 0.0


async def overload(folder: Path, requests: list[bytes], effort: Effort) -> dict[str, object]:
    """A service with little room: as many callers as there is room for, then four times as many."""
    database = f"sqlite:///{folder}/overload.db"
    # In a thread: it has an event loop of its own.
    await asyncio.to_thread(make_ready, database, folder / "rules", ("foundation",))
    # Calls that are recorded wait for the disk, so that there are several at once; without it one follows the other.
    recorded = ("--recording", "required", "--database", database)
    features = Features(("--max-concurrent-rpcs", str(ROOM), "--log-level", "warning", *recorded))
    peak, over = Load(ROOM), Load(4 * ROOM)
    async with service("overload", features, folder) as running:
        await call_all(running, requests, calls=SITUATIONS * 4)
        for turn in range(effort.starts * effort.rounds):
            for load in (peak, over) if turn % 2 else (over, peak):
                await load.put_on(running, requests, seconds=effort.seconds)
            print(f"answers a second: {peak.answers[-1]:.0f} at peak, {over.answers[-1]:.0f} under overload")
    ratios = [one / other for one, other in zip(over.answers, peak.answers, strict=True)]
    costs = [one / other for one, other in zip(over.cpu, peak.cpu, strict=True)]
    return {
        "overload_ratio": round(statistics.median(ratios), 3),
        "overload_ratio_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "overload_cpu_an_answer_over_peak": round(statistics.median(costs), 3),
        "overload_refused": over.refused,
    }


@dataclass(slots=True)
class Load:
    """So many callers at once, and what came of it: answers a second and the server's CPU an answer, by round."""

    callers: int
    answers: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    refused: int = 0
    answered: int = 0

    async def put_on(self, contender: Contender, requests: list[bytes], *, seconds: float) -> None:
        """One round. Who is refused comes back after the delay that they are told."""
        self.answered, cpu, began = 0, contender.cpu_seconds(), time.perf_counter()
        await asyncio.gather(
            *(
                self._caller(contender.channels[number % CHANNELS], requests, until=began + seconds)
                for number in range(self.callers)
            )
        )
        self.answers.append(self.answered / (time.perf_counter() - began))
        self.cpu.append((contender.cpu_seconds() - cpu) / max(self.answered, 1))

    async def _caller(self, channel: grpc.aio.Channel, requests: list[bytes], *, until: float) -> None:
        decide: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(DECIDE)
        while (left := until - time.perf_counter()) > 0:
            try:
                await decide(requests[self.answered % len(requests)])
                self.answered += 1
            except grpc.aio.AioRpcError as error:
                self.refused += 1
                await asyncio.sleep(min(_told_to_wait(error), left))


def _told_to_wait(error: grpc.aio.AioRpcError) -> float:
    if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
        raise error
    details: Any = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    wait: Any = error_details_pb2.RetryInfo()
    for detail in status_pb2.Status.FromString(details).details:
        detail.Unpack(wait)
    return float(wait.retry_delay.seconds + wait.retry_delay.nanos / 1e9)


async def measure(effort: Effort) -> dict[str, object]:
    """All three."""
    requests = [misread_text(number).SerializeToString() for number in range(SITUATIONS)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # The one pack that is asked.
        (folder / "rules").mkdir()
        (folder / "rules/foundation").symlink_to(ROOT / "rules/foundation")
        found = await features_cost(folder, requests, effort)
        found |= await two_workers(folder, requests, effort)
        found |= await overload(folder, requests, effort)
    rounds = effort.starts * effort.rounds
    return {**found, "rounds": rounds, "calls": effort.calls, "channels": CHANNELS, "processors": os.cpu_count()}


def main() -> None:
    parser = argparse.ArgumentParser(description="What the service costs as an operations team runs it.")
    parser.add_argument("--quick", action="store_true", help="one start and fewer rounds: under 50 seconds")
    parser.add_argument("--rounds", type=int, help="rounds of each start")
    parser.add_argument("--calls", type=int, help="calls of a round")
    parser.add_argument("--seconds", type=float, help="seconds of a round of the overload")
    given = parser.parse_args()
    effort = QUICK if given.quick else FULL
    asked = {"rounds": given.rounds, "calls": given.calls, "seconds": given.seconds}
    effort = replace(effort, **{name: value for name, value in asked.items() if value is not None})
    print(json.dumps(asyncio.run(measure(effort))))


if __name__ == "__main__":
    main()
