"""Runs what may crash or hang in a process of its own, so that it can only fail its own test."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")


def apart(work: Callable[..., _T], *given: object, seconds: float = 100) -> _T:
    """What the function returns there. AssertionError if it raises, crashes or is not done in time."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_send, args=(theirs, work, given))
    process.start()
    theirs.close()
    try:
        assert ours.poll(seconds), f"not done in {seconds} seconds"
        returned: _T = ours.recv()
    except EOFError:
        process.join()
        raise AssertionError(f"the process ended with {process.exitcode}") from None
    finally:
        process.kill()
        process.join()
        ours.close()
    return returned


def _send(connection: Connection, work: Callable[..., object], given: tuple[object, ...]) -> None:
    connection.send(work(*given))


def resident_bytes() -> int:
    """The memory that this process occupies now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
