"""Runs the peers, each in a process of its own: what they answer without a fact, what they tell, what it all costs."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from tests.benchmarks.engine_race.stable import OutOfTheRaceError, Runner, start
from tests.benchmarks.peers import explanations, missing
from tests.benchmarks.peers.cases import POLICIES, REFUND, Case
from tests.benchmarks.peers.figures import Figures
from tests.benchmarks.peers.missing import Question
from tests.benchmarks.peers.peer import Peer

PROGRAM: Final = "tests.benchmarks.peers.child"
MEMORY: Final = 6 * 1024**3
PATIENCE_SECONDS: Final = 60.0
_MEBIBYTE: Final = 1024**2
_FEW: Final = 20


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds of so many seconds each, after so many decisions that nobody counts."""

    rounds: int
    round_seconds: float
    warm_up: int
    later: int


FULL: Final = Effort(9, 0.15, 10_000, 20_000)
QUICK: Final = Effort(5, 0.03, 300, 1000)


@contextmanager
def running(peer: Peer) -> Iterator[Runner]:
    """The peer's process, all policies loaded."""
    runner = start(peer.name, seconds=PATIENCE_SECONDS, memory=MEMORY, program=PROGRAM)
    try:
        yield runner
    finally:
        runner.close()


def loaded(runner: Runner) -> float:
    """MiB that loading took."""
    return round(float(runner.ask({"load": True})["grown"]) / _MEBIBYTE, 1)


def answers(runner: Runner, policy: str, cases: Sequence[Case]) -> list[Mapping[str, Any]]:
    """What it makes of each case."""
    found: list[Mapping[str, Any]] = runner.ask({"answers": policy, "cases": list(cases)})["answers"]
    return found


def show(runner: Runner, questions: Sequence[Question], into: Figures) -> None:
    """What running shows, whatever the machine: no fact, explanations, small questions."""
    told = [
        answer
        for policy in POLICIES
        for answer in answers(runner, policy, [one.case for one in questions if one.policy == policy])
    ]
    into.missing[runner.name] = missing.outcomes(questions, told)
    why = {policy: runner.ask({"why": policy, "case": case})["why"] for policy, case in explanations.ASKED.items()}
    into.told[runner.name] = explanations.told(why)
    into.probes[runner.name] = runner.ask({"probes": True})["probes"]


def compare(peers: Sequence[Peer], ours: Peer, effort: Effort, into: Figures) -> None:
    """All of them at once, timed in turns; who falls out is named."""
    questions = missing.questions(ours)
    runners = [start(peer.name, seconds=PATIENCE_SECONDS, memory=MEMORY, program=PROGRAM) for peer in peers]
    try:
        ready = []
        for runner in runners:
            try:
                into.memory[runner.name] = [loaded(runner)]
                show(runner, questions, into)
                ready.append(runner)
            except OutOfTheRaceError as error:
                into.out[runner.name] = str(error)
        for policy in POLICIES:
            _time(ready, policy, effort, into)
        for runner in ready:
            if runner.name not in into.out:
                into.memory[runner.name].append(_grown(runner, effort))
    finally:
        for runner in runners:
            runner.close()


def _time(runners: Sequence[Runner], policy: str, effort: Effort, into: Figures) -> None:
    counts: dict[str, int] = {}
    found: dict[str, list[float]] = {runner.name: [] for runner in runners}
    for turn in range(-1, effort.rounds):
        # Who goes first changes: a machine that warms up or slows down favours nobody.
        first = turn % len(runners)
        for runner in (*runners[first:], *runners[:first]):
            if runner.name in into.out:
                continue
            try:
                if turn < 0:
                    runner.ask({"time": policy, "count": effort.warm_up})
                    us = runner.ask({"time": policy, "count": _FEW})["us"]
                    counts[runner.name] = int(max(_FEW, effort.round_seconds * 1e6 / us))
                else:
                    found[runner.name].append(runner.ask({"time": policy, "count": counts[runner.name]})["us"])
            except OutOfTheRaceError as error:
                into.out[runner.name] = str(error)
    for name, rounds in found.items():
        if name not in into.out:
            middle = statistics.median(rounds)
            into.time.setdefault(name, {})[policy] = [round(us, 1) for us in (middle, min(rounds), max(rounds))]


def _grown(runner: Runner, effort: Effort) -> float:
    """MiB that many decisions more add."""
    before = runner.ask({"resident": True})["resident"]
    runner.ask({"time": REFUND, "count": effort.later})
    after = runner.ask({"resident": True})["resident"]
    return round(float(after - before) / _MEBIBYTE, 1)
