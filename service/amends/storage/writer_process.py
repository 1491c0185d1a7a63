"""The program of the process that writes groups into SQLite beside a worker, who starts it: see `sqlite_writer`.

It imports the standard library only and is run by its path: it is there in some twenty milliseconds, and small. On
stdin come frames, a length and then what `marshal` makes of a value: both ends are the same Python. The first is a
`Setup`'s values, each other one the values of one group, row after row. On stdout goes one byte for each frame: what
became of it. It ends with stdin and not by a signal to a whole group of processes: then the worker may still have
groups to write.
"""

import marshal
import signal
import sqlite3
import sys
from typing import IO, Final, NamedTuple

DONE: Final = b"y"
"""It is on disk."""
REFUSED: Final = b"n"
"""Nothing of it was written."""
ENDED: Final = b"e"
"""Nothing of it was written, and the process is at its end: its connection may be of no use any more."""
LENGTH_BYTES: Final = 8


class Setup(NamedTuple):
    """What is connected to and said first; and how rows are written: behind `insert` stands a `row` for each."""

    file: str
    busy_seconds: float
    first: tuple[str, ...]
    insert: str
    row: str
    columns: int


def write_groups(frames: IO[bytes], answers: IO[bytes]) -> None:
    """Answer every frame, up to the last one or to an `ENDED`."""
    writer: _Writer | None = None
    while length := frames.read(LENGTH_BYTES):
        # Nobody but the worker that started this has the other end.
        values = marshal.loads(frames.read(int.from_bytes(length, "little")))  # noqa: S302 -- as said
        try:
            if writer is None:
                writer = _Writer(Setup(*values))
            else:
                writer.write(values)
            answer = DONE
        except (sqlite3.IntegrityError, OverflowError, UnicodeError):
            # Somebody lost, or no database takes it: in steps the worker finds out who and why.
            answer = REFUSED
        except sqlite3.Error:
            answer = ENDED
        answers.write(answer)
        answers.flush()
        if answer == ENDED:
            return


class _Writer:
    """A connection that writes each group by one statement, which is a transaction of its own."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._texts: dict[int, str] = {}
        self._connection = sqlite3.connect(setup.file, timeout=setup.busy_seconds, isolation_level=None)
        for statement in setup.first:
            self._connection.execute(statement).close()

    def write(self, values: list[object]) -> None:
        rows = len(values) // self._setup.columns
        text = self._texts.get(rows)
        if text is None:
            text = self._texts[rows] = self._setup.insert + ", ".join([self._setup.row] * rows)
        self._connection.execute(text, values)


def main() -> None:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    write_groups(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
