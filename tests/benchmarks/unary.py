"""What one Decide costs the server, against an echo that parses and serialises messages of the same size.

Both are processes of their own, called in turns by this one over the same number of channels, each channel waiting for
its answer before it asks again. What counts is the processes' own CPU time, so that a busy machine moves the ratio
little. The last line is JSON; `echo_cpu_over_decide_cpu` of 0.5 means that deciding costs as much as moving messages.
Measured on the plainest situation, then on an everyday one with money (the keys that begin with `everyday_`) and on a
heavy one (`heavy_`), each with an echo of its own. Nothing is recorded: what a log costs is measured elsewhere.

In each round the service also decides batches of 500 of the same situations: `batch_500_cpu_over_unary_cpu` is what a
decision costs there, of what it costs alone.

    python tests/benchmarks/unary.py [--quick]
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import grpc

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.v1 import decision_service_pb2 as service_pb2
from tests.benchmarks import parts
from tests.benchmarks.situations import damaged, misread_text, missed_visit

ROOT: Final = Path(__file__).parents[2]
CHANNELS: Final = 16
SITUATIONS: Final = 256
QUICK: Final = (7, 2_400)
FULL: Final = (15, 8_000)
LEAST_ACTIONS: Final = 5
TICKS: Final = os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS: Final = 30.0
BATCH: Final = 500
BATCHES: Final = 10
LOG_BYTES: Final = 1_000_000


@dataclass(slots=True)
class Contender:
    """A server under measurement, and what was measured of it."""

    name: str
    process: subprocess.Popen[bytes]
    channels: list[grpc.aio.Channel]
    cpu: list[float] = field(default_factory=list)
    batch_cpu: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def cpu_seconds(self) -> float:
        """User and system time of the whole process, ended threads included."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


async def measure(make: Callable[[int], service_pb2.DecideRequest], *, rounds: int, calls: int) -> dict[str, object]:
    """The service and an echo that answers with the service's own median answer, on many situations of one make."""
    requests = [make(number).SerializeToString() for number in range(SITUATIONS)]
    with tempfile.TemporaryFile("w+b") as decide_log, tempfile.TemporaryFile("w+b") as echo_log:
        serve = ("-m", "amends", "serve", "--port", "0", "--rules", str(ROOT / "rules"), "--recording", "off")
        decide = await _start("decide", serve, decide_log)
        try:
            answers = [await _ask(decide, request, decide_log) for request in requests]
            actions, median = _fewest_actions(answers), sorted(answers, key=len)[len(answers) // 2]
            with tempfile.NamedTemporaryFile() as answer:
                answer.write(median)
                answer.flush()
                echo = await _start("echo", (str(ROOT / "tests/benchmarks/echo_server.py"), answer.name), echo_log)
            try:
                await _race(decide, echo, requests, rounds=rounds, calls=calls)
            finally:
                await _end(echo)
        finally:
            await _end(decide)
    return {
        "actions": actions,
        "request_bytes": round(statistics.median(map(len, requests))),
        "response_bytes": len(median),
        **_result(decide, echo),
    }


def _fewest_actions(answers: Sequence[bytes]) -> int:
    """Of actions with texts: with too few of them these are not the decisions that are to be measured."""
    decisions = [service_pb2.DecideResponse.FromString(answer).decision for answer in answers]
    fewest = min(sum(bool(action.reason_for_agent) for action in decision.actions) for decision in decisions)
    if fewest < LEAST_ACTIONS:
        raise SystemExit(f"only {fewest} actions with texts: not the decision that is to be measured")
    return fewest


async def _race(decide: Contender, echo: Contender, requests: list[bytes], *, rounds: int, calls: int) -> None:
    contenders = (decide, echo)
    for contender in contenders:
        await _round(contender, requests, calls=SITUATIONS * 4)
        contender.cpu.clear()
        contender.latencies.clear()
    for turn in range(rounds):
        # Who goes first changes: a machine that warms up or slows down favours neither.
        for contender in contenders if turn % 2 else tuple(reversed(contenders)):
            await _round(contender, requests, calls=calls)
        await _batch_round(decide, requests)
        done = ", ".join(f"{one.name} {one.cpu[-1]:.0f}" for one in contenders)
        batched = f"{decide.batch_cpu[-1]:.0f} a decision of a batch"
        print(f"round {turn + 1}/{rounds}: server CPU microseconds a call: {done}; {batched}")


async def _round(contender: Contender, requests: list[bytes], *, calls: int) -> None:
    share = calls // len(contender.channels)
    before = contender.cpu_seconds()
    await asyncio.gather(
        *(
            _caller(contender, channel, requests[index:] + requests[:index], calls=share)
            for index, channel in enumerate(contender.channels)
        )
    )
    contender.cpu.append((contender.cpu_seconds() - before) / (share * len(contender.channels)) * 1e6)


async def _batch_round(contender: Contender, requests: list[bytes]) -> None:
    decide: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = contender.channels[0].unary_unary(
        "/amends.v1.DecisionService/BatchDecide"
    )
    items = [
        service_pb2.BatchDecideItem(correlation_id=str(number), request=service_pb2.DecideRequest.FromString(request))
        for number, request in zip(range(BATCH), itertools.cycle(requests), strict=False)
    ]
    batch = service_pb2.BatchDecideRequest(items=items).SerializeToString()
    before = contender.cpu_seconds()
    answers = [await decide(batch) for _ in range(BATCHES)]
    contender.batch_cpu.append((contender.cpu_seconds() - before) / (BATCH * BATCHES) * 1e6)
    results = service_pb2.BatchDecideResponse.FromString(answers[-1]).results
    if len(results) != BATCH or not all(result.HasField("response") for result in results):
        raise SystemExit("a batch was not decided: not what is to be measured")


async def _caller(contender: Contender, channel: grpc.aio.Channel, requests: list[bytes], *, calls: int) -> None:
    decide: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary("/amends.v1.DecisionService/Decide")
    for number in range(calls):
        began = time.perf_counter()
        await decide(requests[number % len(requests)])
        contender.latencies.append(time.perf_counter() - began)


async def _ask(contender: Contender, request: bytes, log: IO[bytes]) -> bytes:
    decide: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = contender.channels[0].unary_unary(
        "/amends.v1.DecisionService/Decide"
    )
    try:
        return await decide(request)
    except grpc.aio.AioRpcError as error:
        print(os.pread(log.fileno(), LOG_BYTES, 0).decode())
        raise SystemExit(f"{contender.name} cannot be measured: {error.details()}") from None


async def _start(name: str, program: Sequence[str], log: IO[bytes]) -> Contender:
    """Its log goes to a file, as a service's does; the line that says where it listens is read from there."""
    # This checkout's own code, whichever is installed.
    path = os.pathsep.join([str(ROOT / "service"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path, "AMENDS_RECORDING": "off"}
    process = subprocess.Popen([sys.executable, *program], stderr=log, env=environment)  # noqa: ASYNC220 -- at once
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (address := _address(os.pread(log.fileno(), LOG_BYTES, 0))) is None:
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{name} did not start")
        await asyncio.sleep(0.05)
    own = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1))
    return Contender(name, process, [grpc.aio.insecure_channel(address, options=own) for _ in range(CHANNELS)])


def _address(logged: bytes) -> str | None:
    lines = [json.loads(line) for line in logged.splitlines(keepends=True) if line.endswith(b"\n")]
    return next((str(line["address"]) for line in lines if line["event"] == "ready"), None)


async def _end(contender: Contender) -> None:
    for channel in contender.channels:
        await channel.close()
    contender.process.terminate()
    contender.process.wait(PATIENCE_SECONDS)


def _result(decide: Contender, echo: Contender) -> dict[str, object]:
    ratios = [one / other for one, other in zip(echo.cpu, decide.cpu, strict=True)]
    batched = [one / other for one, other in zip(decide.batch_cpu, decide.cpu, strict=True)]
    return {
        "echo_cpu_over_decide_cpu": round(statistics.median(ratios), 3),
        "ratio_spread": [round(min(ratios), 3), round(max(ratios), 3)],
        "batch_500_cpu_over_unary_cpu": round(statistics.median(batched), 3),
        "batch_500_cpu_us": round(statistics.median(decide.batch_cpu), 1),
        "rounds": len(ratios),
        "channels": CHANNELS,
        **{
            f"{one.name}_{what}": value
            for one in (decide, echo)
            for what, value in (
                ("cpu_us", round(statistics.median(one.cpu), 1)),
                ("cpu_us_spread", [round(min(one.cpu), 1), round(max(one.cpu), 1)]),
                ("p50_us", round(statistics.median(one.latencies) * 1e6)),
                ("p99_us", round(statistics.quantiles(one.latencies, n=100)[98] * 1e6)),
            )
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="What one Decide costs the server, against an echo.")
    parser.add_argument("--quick", action="store_true", help="Fewer rounds: under 50 seconds.")
    parser.add_argument("--rounds", type=int, help="How often each is measured.")
    parser.add_argument("--calls", type=int, help="Calls a round.")
    given = parser.parse_args()
    usual_rounds, usual_calls = QUICK if given.quick else FULL
    rounds, calls = given.rounds or usual_rounds, given.calls or usual_calls
    found: dict[str, object] = {}
    for prefix, make, turns in (
        ("", misread_text, rounds),
        ("everyday_", missed_visit, (rounds + 1) // 2),
        ("heavy_", damaged, (rounds + 1) // 2),
    ):
        print(f"{make.__name__}:")
        measured = asyncio.run(measure(make, rounds=turns, calls=calls))
        where = parts.measure(ROOT / "rules", make)
        found |= {f"{prefix}{key}": value for key, value in {**measured, "parts_us": where}.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
