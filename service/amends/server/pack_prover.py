"""Proves packs, each in a fresh program with bounded time and memory: what an engine does there touches nobody else.

A program that ends before its time is a proof that failed, by name of the engine whose turn it was.
"""

import json
import signal
import subprocess
import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple, TypeAlias

from amends.application.ports import Clock
from amends.application.proof import Case, Proof
from amends.packs.canonical import canonical_bytes
from amends.packs.model import Pack
from amends.resolution.fill import SEMANTICS
from amends.server.bounded_process import FAILED, GAVE_UP, OUT_OF_TIME, PATIENCE, last_words, start
from amends.server.proof_json import proof_of
from amends.wire.encode_situation import encode_situation

SECONDS: Final = 300
"""Ten times what a pack of a hundred rules takes."""

MEBIBYTES: Final = 2048
"""Address space, the program's own libraries included; 4,000 rules take durable-rules 150 MiB."""

PROGRAM: Final = "amends.server.proof_process"

_NANOS_A_DAY: Final = 86_400 * 1_000_000_000


class Turn(NamedTuple):
    """Whose turn it is in a proof, how many situations are done, of how many, and what is decided now."""

    engine: str
    done: int
    of: int
    about: str


Watch: TypeAlias = Callable[[Turn], None]


def _nobody(_turn: Turn) -> None:
    """For whoever does not watch."""


class PackProver:
    """The port `Prover`. `most`: so many boundary situations a pack; None: as many as are usual."""

    def __init__(  # noqa: PLR0913  # the limits of a proof, and who watches
        self,
        clock: Clock,
        *,
        seconds: int = SECONDS,
        mebibytes: int = MEBIBYTES,
        most: int | None = None,
        watch: Watch = _nobody,
        program: str = PROGRAM,
        niceness: int = 0,
    ) -> None:
        self._clock = clock
        self._niceness = niceness
        self._seconds = seconds
        self._mebibytes = mebibytes
        self._most = most
        self._watch = watch
        self._program = program
        self._running: set[subprocess.Popen[bytes]] = set()

    def prove(self, pack: Pack, *, others: Iterable[Case] = ()) -> Proof:
        """What the program says of the pack; or why it did not come to that."""
        process = start(self._program, str(self._seconds), str(self._mebibytes), niceness=self._niceness)
        self._running.add(process)
        ended = threading.Event()

        def end() -> None:
            ended.set()
            process.kill()

        # Its own limit is of processor time: one that waits, or holds a lock for good, is ended from here.
        timer = threading.Timer(self._seconds * (PATIENCE if self._niceness else 1), end)
        timer.start()
        turn, proof, words = None, None, b""
        try:
            with process:
                self._ask(process, pack, others)
                for told in _lines(process):
                    if "proof" in told:
                        proof = proof_of(told["proof"])
                    else:
                        turn = Turn(**told)
                        self._watch(turn)
                words = process.stderr.read() if process.stderr else b""
        finally:
            timer.cancel()
            process.kill()
            self._running.discard(process)
        if proof is not None and process.returncode == 0:
            return proof
        why = self._why(process.returncode, turn, words, out_of_time=ended.is_set())
        return Proof(pack.pack_id, pack.version, pack.digest, SEMANTICS, unfinished=why)

    def stop(self) -> None:
        """From any thread: end what is being proved, for nobody waits for it any more."""
        for process in tuple(self._running):
            process.kill()

    def _ask(self, process: "subprocess.Popen[bytes]", pack: Pack, others: Iterable[Case]) -> None:
        """It answers nothing before it has read all; where it ends before, what it ended with says why."""
        assert process.stdin is not None
        today = self._clock.now() // _NANOS_A_DAY * _NANOS_A_DAY
        with suppress(BrokenPipeError):
            header = {"pack": canonical_bytes(pack).decode(), "now": today, "most": self._most}
            for line in (header, *(_written(case, pack) for case in others)):
                process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.close()

    def _why(self, code: int, turn: Turn | None, words: bytes, *, out_of_time: bool) -> str:
        doing = "" if turn is None else f", in the turn of the engine {turn.engine} at: {turn.about}"
        if turn is not None and turn.of:
            doing += f" ({turn.done:,} of {turn.of:,} situations done)"
        if out_of_time or code in OUT_OF_TIME:
            return f"not done in {self._seconds} seconds{doing}"
        if code == GAVE_UP:
            return f"it takes more than {self._mebibytes} MiB of memory{doing}"
        if code < 0:
            return f"the process was ended by {signal.Signals(-code).name}{doing}"
        if code == FAILED and (bug := last_words(words)):
            return f"it met a bug{doing}: {json.dumps(bug)}"
        # It did not come to its own words: what the interpreter had to say in the end.
        said = words.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return f"the process ended with {code}{doing}{': ' if said else ''}{said}"


def _written(case: Case, pack: Pack) -> dict[str, Any]:
    message = encode_situation(case.situation, pack.vocabulary)
    return {
        "kind": case.kind,
        "about": case.about,
        "role": case.role,
        "observe_time": case.situation.observe_time,
        "situation": b64encode(message.SerializeToString()).decode(),
    }


def _lines(process: "subprocess.Popen[bytes]") -> Iterator[dict[str, Any]]:
    """What it tells, line by line; what the C engine may print is none of it, nor what was cut short."""
    assert process.stdout is not None
    for line in process.stdout:
        with suppress(ValueError):
            told = json.loads(line)
            if isinstance(told, dict):
                yield told
