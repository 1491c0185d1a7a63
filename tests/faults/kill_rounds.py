"""Rounds of SIGKILL: a server under load is killed at a random moment, and what it has answered is looked for.

Each round has a server of its own on the same database; the next one is started while this one is still answering, so
that a round lasts no longer than a start. Requests that had no answer are sent again to the next server under their
ids, and so are some that had: whichever of the two it was, there is one decision.

    python -m tests.faults.kill_rounds --rounds 1000
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import grpc

from amends.storage.migrate import upgrade
from amends.storage.opened import OpenedLog
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.packs import SHOP
from tests.service.recording import look, recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import RunningServer, write_pack
from tests.storage.postgresql import INSTALL, PostgresqlServer, find_programs

CALLERS: Final = 8
LONGEST_SECONDS: Final = 0.25
SENT_AGAIN: Final = 8


@dataclass(slots=True)
class Found:
    """What the rounds came to. `lost` and `changed` are ids of decisions; both are to be empty."""

    rounds: int = 0
    answered: dict[str, bytes] = field(default_factory=dict)
    unanswered: int = 0
    lost: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def kill_rounds(rules: Path, url: str, *, rounds: int, seed: int) -> Found:
    """So many rounds on one database; `seed` chooses the moments."""
    chance = random.Random(seed)  # noqa: S311 -- moments, not secrets
    found = Found()
    again: dict[str, bytes] = {}
    following = recording_server(rules, url)
    for _ in range(rounds):
        server, following = following, recording_server(rules, url)
        with server:
            answers = _round(server, again, seconds=chance.uniform(0, LONGEST_SECONDS), first=found.rounds * 1_000_000)
        found.rounds += 1
        found.changed += [
            request_id for request_id, answer in again.items() if answer and answers[request_id] != answer
        ]
        found.answered |= {request_id: answer for request_id, answer in answers.items() if answer}
        found.unanswered += sum(not answer for answer in answers.values())
        unanswered = {request_id: b"" for request_id, answer in answers.items() if not answer}
        known = chance.sample(sorted(found.answered), min(SENT_AGAIN, len(found.answered)))
        again = unanswered | {request_id: found.answered[request_id] for request_id in known}
    with following:
        found.lost = _missing(url, found.answered)
    return found


def _round(server: RunningServer, again: Mapping[str, bytes], *, seconds: float, first: int) -> dict[str, bytes]:
    """The answers by request ids, empty where there was none, up to the moment at which the server is killed."""
    answers: dict[str, bytes] = {}
    with server.channel() as channel:
        decide = DecisionServiceStub(channel).Decide
        # Before anything is killed: what was asked before has its answer, and keeps it.
        for request_id in again:
            answers[request_id] = _answer(decide(_request(request_id)))
        killed = threading.Event()

        def call(caller: int) -> None:
            number = first + caller
            while not killed.is_set():
                answers[str(number)] = b""
                try:
                    answers[str(number)] = _answer(decide(_request(str(number))))
                except grpc.RpcError:
                    return
                number += CALLERS

        with ThreadPoolExecutor(CALLERS) as callers:
            calls = [callers.submit(call, caller) for caller in range(CALLERS)]
            time.sleep(seconds)  # the moment is the point
            server.process.kill()
            killed.set()
            for one in calls:
                one.result()
    return answers


def _request(request_id: str) -> service_pb2.DecideRequest:
    request = late(int(request_id) % 9, case_id=f"case-{request_id}")
    request.request_id = request_id
    return request


def _answer(answer: service_pb2.DecideResponse) -> bytes:
    assert answer.recorded
    return answer.SerializeToString(deterministic=True)


def _missing(url: str, answered: Mapping[str, bytes]) -> list[str]:
    """The decisions that were answered and are not in the log as they were answered."""
    answers = [service_pb2.DecideResponse.FromString(answer) for answer in answered.values()]

    async def missing(log: OpenedLog) -> list[str]:
        lost = []
        for answer in answers:
            entry = await log.decisions.decision(answer.decision_id)
            if entry is None or entry.decision != answer.decision.SerializeToString(deterministic=True):
                lost.append(answer.decision_id)
        return lost

    return look(url, missing)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """An empty database of each kind that can be had here, by name; PostgreSQL syncs, as it does in production."""
    programs = find_programs()
    with tempfile.TemporaryDirectory() as folder:
        sqlite = {"sqlite": sqlite_url(Path(folder))}
        if programs is None:
            sys.stdout.write(f"PostgreSQL is left out: {INSTALL}\n")
            yield sqlite
            return
        with PostgresqlServer(programs, fsync=True) as server:
            url = server.url(server.create())
            upgrade(url)
            yield sqlite | {"postgresql": url}


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill servers under load, and look for what they have answered.")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases() as found:
        write_pack(Path(folder), "shop", SHOP)
        for name, url in found.items():
            report = kill_rounds(Path(folder), url, rounds=given.rounds, seed=given.seed)
            sys.stdout.write(
                f"{name}: {report.rounds} kills, {len(report.answered)} decisions answered,"
                f" {report.unanswered} calls cut off, {len(report.lost)} lost, {len(report.changed)} changed\n"
            )
            sys.stdout.flush()
            if report.lost or report.changed:
                raise SystemExit(1)


if __name__ == "__main__":
    main()
