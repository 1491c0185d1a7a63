"""What a server has acknowledged, in a file: over hours it is too much to hold, and the audit wants all of it."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from amends.v1 import decision_service_pb2 as service_pb2


def digest_of(decision: bytes) -> bytes:
    """SHA-256 of a decision's bytes."""
    return sha256(decision).digest()


class Acknowledged:
    """Decisions by id with the digest of their bytes, and outcomes by id with the decision that they are about."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # It ends with the run, so nothing of it has to survive a failure of the machine.
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.execute("CREATE TABLE decision (id TEXT PRIMARY KEY, digest BLOB NOT NULL)")
        self._file.execute("CREATE TABLE outcome (id TEXT PRIMARY KEY, decision_id TEXT NOT NULL)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def decisions_came(self, *answers: service_pb2.DecideResponse) -> None:
        rows = [
            (answer.decision_id, digest_of(answer.decision.SerializeToString(deterministic=True))) for answer in answers
        ]
        with self._lock:
            self._file.execute("BEGIN")
            self._file.executemany("INSERT OR REPLACE INTO decision VALUES (?, ?)", rows)
            self._file.execute("COMMIT")

    def outcome_came(self, outcome_id: str, decision_id: str) -> None:
        with self._lock:
            self._file.execute("INSERT OR REPLACE INTO outcome VALUES (?, ?)", (outcome_id, decision_id))

    def counts(self) -> tuple[int, int]:
        """How many decisions, and how many outcomes."""
        with self._lock:
            (decisions,) = self._file.execute("SELECT count(*) FROM decision").fetchone()
            (outcomes,) = self._file.execute("SELECT count(*) FROM outcome").fetchone()
        return decisions, outcomes

    def decisions(self, *, at_once: int) -> Iterator[Mapping[str, bytes]]:
        """All of them, by id, so many at once."""
        last = ""
        while True:
            with self._lock:
                asked = "SELECT id, digest FROM decision WHERE id > ? ORDER BY id LIMIT ?"
                rows = self._file.execute(asked, (last, at_once)).fetchall()
            if not rows:
                return
            yield dict(rows)
            last = rows[-1][0]

    def outcomes(self) -> set[str]:
        with self._lock:
            return {outcome_id for (outcome_id,) in self._file.execute("SELECT id FROM outcome")}
