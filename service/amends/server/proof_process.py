"""The program of one proof, in a process of its own: a pack in its canonical form on stdin, the proof on stdout.

    python -m amends.server.proof_process SECONDS MEBIBYTES < request > answer

durable-rules may crash, hang or leak, and a pack that is to be proved was perhaps written by a stranger: neither may
touch what decides. Each line of the answer is JSON: before each turn of an engine whose it is and what it is given, so
that a process that ends there says by whom; and in the end the proof. It imports neither gRPC nor uvloop, and what it
imports is its own: memory is bounded before it reads a byte that was sent.
"""

import json
import os
import sys
import time
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from amends.application.engine_errors import EngineUnavailableError
from amends.application.ports import Engine
from amends.application.proof import INDEPENDENT as DURABLE
from amends.application.proof import Case, CaseKind, Proof
from amends.domain.errors import InvalidSituationError
from amends.engines.bitmap import BitmapEngine
from amends.engines.durable import DurableEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.from_canonical import pack_of
from amends.packs.model import Pack
from amends.proving.agreement import prove_pack
from amends.resolution.fill import SEMANTICS
from amends.server.bounded_process import run_bound
from amends.server.proof_json import proof_json
from amends.v1.situation_pb2 import Situation
from amends.wire.decode_situation import decode_situation
from amends.wire.encode import Encoder


def main(*, seconds: int, mebibytes: int) -> int:
    """Prove one pack; the exit code."""
    return run_bound(_prove, seconds=seconds, mebibytes=mebibytes)


def _prove() -> None:
    header, *others = map(json.loads, sys.stdin.buffer.read().splitlines())
    pack = pack_of(header["pack"].encode())
    try:
        cases = list(_cases(others, pack))
    except InvalidSituationError as error:
        unfinished = f"no request could say this: {error}"
        proof = Proof(pack.pack_id, pack.version, pack.digest, SEMANTICS, unfinished=unfinished)
    else:
        proof = _proof(header, pack, cases)
    _tell({"proof": proof_json(proof)})


def _tell(line: Mapping[str, object]) -> None:
    """At once and whole: what comes next may end the process."""
    left = memoryview(json.dumps(line).encode() + b"\n")
    while left:
        left = left[os.write(sys.stdout.fileno(), left) :]


def _cases(others: Iterable[Mapping[str, Any]], pack: Pack) -> Iterator[Case]:
    for told in others:
        try:
            yield _case(told, pack)
        except InvalidSituationError:
            # What was decided before was read by another pack, and completed by a server: no request has to say it.
            if told["kind"] != CaseKind.LOGGED:
                raise


def _case(told: Mapping[str, Any], pack: Pack) -> Case:
    message = Situation.FromString(b64decode(told["situation"]))
    # What was decided once was observed before that, whenever that was.
    situation = decode_situation(message, pack.vocabulary, now=told["observe_time"], prefix=told["about"])
    return Case(CaseKind(told["kind"]), told["about"], situation, told["role"])


def _proof(header: Mapping[str, Any], pack: Pack, cases: Sequence[Case]) -> Proof:
    engines: dict[str, Engine] = {"reference": ReferenceEngine(), "bitmap": BitmapEngine()}
    absent = {}
    try:
        engines[DURABLE] = DurableEngine()
    except EngineUnavailableError as error:
        absent[DURABLE] = str(error)
    turns = _Turns()
    encode = Encoder(software_version="").fired
    proof = prove_pack(
        pack, engines, now=header["now"], most=header["most"], others=cases, absent=absent, encode=encode, turn=turns
    )
    return replace(proof, seconds=turns.seconds())


class _Turns:
    """Tells of each turn, and adds up the processor time of each engine."""

    def __init__(self) -> None:
        self._engine = ""
        self._began = 0.0
        self._spent: dict[str, float] = {}

    def __call__(self, engine: str, done: int, of: int, about: str) -> None:
        self._ended()
        _tell({"engine": engine, "done": done, "of": of, "about": about})
        self._engine, self._began = engine, time.process_time()

    def seconds(self) -> dict[str, float]:
        """So far, by engine."""
        self._ended()
        return {engine: round(spent, 3) for engine, spent in self._spent.items()}

    def _ended(self) -> None:
        if self._engine:
            now = time.process_time()
            self._spent[self._engine] = self._spent.get(self._engine, 0.0) + now - self._began
            self._began = now


if __name__ == "__main__":
    raise SystemExit(main(seconds=int(sys.argv[1]), mebibytes=int(sys.argv[2])))
