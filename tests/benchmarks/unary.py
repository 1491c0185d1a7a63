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
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import grpc

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "service"))

from amends.v1 import decision_service_pb2 as service_pb2
from tests.benchmarks import parts
from tests.benchmarks.contenders import CHANNELS, ROOT, Contender, ask, call_all, end, start
from tests.benchmarks.situations import damaged, misread_text, missed_visit

SITUATIONS: Final = 256
QUICK: Final = (7, 2_400)
FULL: Final = (15, 8_000)
LEAST_ACTIONS: Final = 5
BATCH: Final = 500
BATCHES: Final = 10


async def measure(make: Callable[[int], service_pb2.DecideRequest], *, rounds: int, calls: int) -> dict[str, object]:
    """The service and an echo that answers with the service's own median answer, on many situations of one make."""
    requests = [make(number).SerializeToString() for number in range(SITUATIONS)]
    with tempfile.TemporaryFile("w+b") as decide_log, tempfile.TemporaryFile("w+b") as echo_log:
        serve = ("-m", "amends", "serve", "--port", "0", "--rules", str(ROOT / "rules"), "--recording", "off")
        decide = await start("decide", serve, decide_log)
        try:
            answers = [await ask(decide, request, decide_log) for request in requests]
            actions, median = _fewest_actions(answers), sorted(answers, key=len)[len(answers) // 2]
            with tempfile.NamedTemporaryFile() as answer:
                answer.write(median)
                answer.flush()
                echo = await start("echo", (str(ROOT / "tests/benchmarks/echo_server.py"), answer.name), echo_log)
            try:
                await _race(decide, echo, requests, rounds=rounds, calls=calls)
            finally:
                await end(echo)
        finally:
            await end(decide)
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
        await call_all(contender, requests, calls=SITUATIONS * 4)
        contender.latencies.clear()
    for turn in range(rounds):
        # Who goes first changes: a machine that warms up or slows down favours neither.
        for contender in contenders if turn % 2 else tuple(reversed(contenders)):
            contender.cpu.append(await call_all(contender, requests, calls=calls))
        await _batch_round(decide, requests)
        done = ", ".join(f"{one.name} {one.cpu[-1]:.0f}" for one in contenders)
        batched = f"{decide.batch_cpu[-1]:.0f} a decision of a batch"
        print(f"round {turn + 1}/{rounds}: server CPU microseconds a call: {done}; {batched}")


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
