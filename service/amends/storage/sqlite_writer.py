"""Groups of many callers are written into SQLite by a process beside the worker.

A thread of the worker that writes asks for the interpreter's lock several times a statement, and a busy event loop
gives it back late: both pay for each turn. The process has an interpreter of its own; the worker's thread hands over
bytes and waits for one. Few callers' groups are not worth the way there and back, and nothing that needs more than one
statement goes there.
"""

import marshal
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from amends.application.log_errors import LogUnavailableError
from amends.storage import writer_process
from amends.storage.writer_process import DONE, LENGTH_BYTES, Setup

PROGRAM: Final = (sys.executable, "-I", "-S", writer_process.__file__)
"""Isolated and without packages: it needs none, and starts in a fraction of the time."""
_SOON: Final = 0.25
_PATIENCE_SECONDS: Final = 10.0


class SqliteWriter:
    """The process, started when it is first needed, and again when it has ended. For one thread."""

    def __init__(self, setup: Setup, *, program: Sequence[str] = PROGRAM) -> None:
        self._setup = setup
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def write(self, values: list[object]) -> bool:
        """True once the rows are on disk; False if nothing of them was written, whatever the reason.

        LogUnavailableError if the process ended over it: it may have been written, or not.
        """
        process = self._process or self._start()
        if process is None or not _send(process, values):
            self._let_go()
            return False
        match _answer(process):
            case writer_process.DONE:
                return True
            case writer_process.REFUSED:
                return False
            case writer_process.ENDED:
                self._let_go()
                return False
            case _:
                self._let_go()
                raise LogUnavailableError("the process that writes has ended", retry_after=_SOON)

    def close(self) -> None:
        """End it; nothing is written here any more."""
        self._closed = True
        self._let_go()

    def _start(self) -> "subprocess.Popen[bytes] | None":
        """The process, connected; None where there can be none now, or the database is not to be had."""
        if self._closed:
            return None
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- our own program
                self._program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        except OSError:
            return None
        ready = _send(self._process, list(self._setup)) and _answer(self._process) == DONE
        return self._process if ready else None

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _send(process: "subprocess.Popen[bytes]", values: list[object]) -> bool:
    """False if the process is not there to read it."""
    assert process.stdin is not None
    frame = marshal.dumps(values)
    frame = len(frame).to_bytes(LENGTH_BYTES, "little") + frame
    try:
        sent = process.stdin.write(frame)
        while sent < len(frame):
            sent += process.stdin.write(frame[sent:])
    except OSError:
        return False
    return True


def _answer(process: "subprocess.Popen[bytes]") -> bytes:
    assert process.stdout is not None
    return process.stdout.read(1)
