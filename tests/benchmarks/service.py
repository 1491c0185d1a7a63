"""What the service costs as it is run: with callers that are known, numbers and logs; with two workers; and with four
times the callers it has room for.

Processes of their own are called in turns over 16 channels, and their CPU time is what counts (but for throughput under
overload). Nothing is recorded. The last line is JSON:

- `echo_cpu_over_decide_cpu_full`: an echo's CPU a call over that of Decide with API key, numbers and log lines;
  `*_us` what each of them adds to a Decide without;
- `cpu_2_workers_over_1`: CPU a call with two workers over that with one; `least_share_of_2_workers`: of the calls,
  those of the one that got fewer, by the lines of their logs;
- `overload_ratio`: answers a second with four times the callers for which there is room, over those with just as many;
  refused callers come back after the delay that they are told.

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
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from google.rpc import error_details_pb2, status_pb2

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.server.api_keys import new_key
from tests.benchmarks.contenders import CHANNELS, DECIDE, ROOT, Contender, Said, ask, call_all, end, start
from tests.benchmarks.situations import misread_text

SITUATIONS: Final = 256
QUICK: Final = (3, 1_600, 2.0)
FULL: Final = (11, 6_400, 5.0)
ROOM: Final = 16
"""Calls that the service of the overload takes at once: as many as keep it busy."""

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
async def service(name: str, features: Features, folder: Path) -> AsyncIterator[Contender]:
    """A running service; its log is `NAME.log` in the folder."""
    with (folder / f"{name}.log").open("w+b") as log:
        program = ("-m", "amends", "serve", "--port", "0", "--rules", str(folder / "rules"), "--recording", "off")
        running = await start(name, (*program, *features.options), log, said=features.said)
        try:
            yield running
        finally:
            await end(running)


async def features_cost(folder: Path, requests: list[bytes], *, rounds: int, calls: int) -> dict[str, object]:
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
    async with service("first", kinds["full"], folder) as first:
        with (folder / "first.log").open("rb") as log:
            answers = [await ask(first, request, log) for request in requests]
    (folder / "answer").write_bytes(sorted(answers, key=len)[len(answers) // 2])
    for turn in range(rounds):
        for name in list(cpu) if turn % 2 else list(reversed(cpu)):
            cpu[name].append(await _once(name, kinds.get(name), folder, requests, calls=calls))
        print(f"round {turn + 1}/{rounds}: " + ", ".join(f"{name} {found[-1]:.0f}" for name, found in cpu.items()))
    ratios = [one / other for one, other in zip(cpu["echo"], cpu["full"], strict=True)]
    return {
        "echo_cpu_over_decide_cpu_full": round(statistics.median(ratios), 3),
        "echo_cpu_over_decide_cpu_full_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        **{f"{name}_cpu_us": round(statistics.median(found), 1) for name, found in cpu.items()},
        **{f"{name}_adds_us": _adds(cpu[name], cpu["bare"]) for name in ("log", "api_key", "numbers", "full")},
    }


def _adds(found: Sequence[float], bare: Sequence[float]) -> float:
    return round(statistics.median(one - other for one, other in zip(found, bare, strict=True)), 1)


async def _once(name: str, kind: Features | None, folder: Path, requests: list[bytes], *, calls: int) -> float:
    """One round of one contender, warmed up first."""
    if kind is not None:
        async with service(name, kind, folder) as running:
            await call_all(running, requests, calls=SITUATIONS * 4)
            return await call_all(running, requests, calls=calls)
    with (folder / "echo.log").open("w+b") as log:
        running = await start("echo", (str(ROOT / "tests/benchmarks/echo_server.py"), str(folder / "answer")), log)
        try:
            await call_all(running, requests, calls=SITUATIONS * 4)
            return await call_all(running, requests, calls=calls)
        finally:
            await end(running)


async def two_workers(folder: Path, requests: list[bytes], *, rounds: int, calls: int) -> dict[str, object]:
    """One worker and two, in turns; each time with new connections, so that the system spreads them anew."""
    cpu: dict[str, list[float]] = {"1": [], "2": []}
    shares: list[float] = []
    for turn in range(rounds):
        for workers in ("1", "2") if turn % 2 else ("2", "1"):
            async with service(f"workers-{workers}", Features(("--workers", workers)), folder) as running:
                await call_all(running, requests, calls=SITUATIONS * 4)
                cpu[workers].append(await call_all(running, requests, calls=calls))
            if workers == "2":
                shares.append(_least_share(folder / "workers-2.log"))
    ratios = [two / one for one, two in zip(cpu["1"], cpu["2"], strict=True)]
    return {
        "cpu_2_workers_over_1": round(statistics.median(ratios), 3),
        "cpu_2_workers_over_1_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "least_share_of_2_workers": round(statistics.median(shares), 3),
        "least_share_of_2_workers_spread": [round(min(shares), 3), round(max(shares), 3)],
    }


def _least_share(log: Path) -> float:
    calls = Counter(line["pid"] for line in map(json.loads, log.read_bytes().splitlines()) if line["event"] == "call")
    return min(calls.values()) / sum(calls.values()) if len(calls) > 1 else 0.0


async def overload(folder: Path, requests: list[bytes], *, rounds: int, seconds: float) -> dict[str, object]:
    """A service with little room: as many callers as there is room for, then four times as many."""
    features = Features(("--max-concurrent-rpcs", str(ROOM), "--log-level", "warning"))
    ratios, refused = [], 0
    async with service("overload", features, folder) as running:
        await call_all(running, requests, calls=SITUATIONS * 4)
        for _ in range(rounds):
            peak, _none = await _throughput(running, requests, callers=ROOM, seconds=seconds)
            over, told = await _throughput(running, requests, callers=4 * ROOM, seconds=seconds)
            ratios.append(over / peak)
            refused += told
    return {
        "overload_ratio": round(statistics.median(ratios), 3),
        "overload_ratio_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "overload_refused": refused,
    }


async def _throughput(
    contender: Contender, requests: list[bytes], *, callers: int, seconds: float
) -> tuple[float, int]:
    """Answers a second, and how many calls were refused."""
    until = time.perf_counter() + seconds
    answered = refused = 0

    async def caller(number: int) -> None:
        nonlocal answered, refused
        decide: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = contender.channels[number % CHANNELS].unary_unary(
            DECIDE
        )
        while time.perf_counter() < until:
            try:
                await decide(requests[answered % len(requests)])
                answered += 1
            except grpc.aio.AioRpcError as error:
                refused += 1
                await asyncio.sleep(_told_to_wait(error))

    began = time.perf_counter()
    await asyncio.gather(*(caller(number) for number in range(callers)))
    return answered / (time.perf_counter() - began), refused


def _told_to_wait(error: grpc.aio.AioRpcError) -> float:
    if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
        raise error
    details: Any = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    wait: Any = error_details_pb2.RetryInfo()
    for detail in status_pb2.Status.FromString(details).details:
        detail.Unpack(wait)
    return float(wait.retry_delay.seconds + wait.retry_delay.nanos / 1e9)


async def measure(*, rounds: int, calls: int, seconds: float) -> dict[str, object]:
    """All three."""
    requests = [misread_text(number).SerializeToString() for number in range(SITUATIONS)]
    with tempfile.TemporaryDirectory() as folder:
        # The one pack that is asked: a service is started anew in every round.
        (Path(folder) / "rules").mkdir()
        (Path(folder) / "rules/foundation").symlink_to(ROOT / "rules/foundation")
        found = await features_cost(Path(folder), requests, rounds=rounds, calls=calls)
        found |= await two_workers(Path(folder), requests, rounds=rounds, calls=calls)
        found |= await overload(Path(folder), requests, rounds=rounds, seconds=seconds)
    return {**found, "rounds": rounds, "channels": CHANNELS, "processors": os.cpu_count()}


def main() -> None:
    parser = argparse.ArgumentParser(description="What the service costs as an operations team runs it.")
    parser.add_argument("--quick", action="store_true", help="Fewer rounds: under 50 seconds.")
    given = parser.parse_args()
    rounds, calls, seconds = QUICK if given.quick else FULL
    print(json.dumps(asyncio.run(measure(rounds=rounds, calls=calls, seconds=seconds))))


if __name__ == "__main__":
    main()
