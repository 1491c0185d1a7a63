"""A program with bounded time and memory, in a process of its own: both ends of it.

For what may hold up, use up or bring down the process that asks: what strangers sent, and engines that are not trusted.
The program binds itself before it does anything. It inherits no descriptor but its three standard streams.
"""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Final

FAILED: Final = 1
"""The exit code of a program that met a bug; stderr has where, as JSON."""

GAVE_UP: Final = 3
"""The exit code of a program that ran out of memory."""

OUT_OF_TIME: Final = (-signal.SIGXCPU, -signal.SIGKILL)
"""The exit codes of a program that was ended for its processor time."""


def run_bound(work: Callable[[], None], *, seconds: int, mebibytes: int) -> int:
    """In the program: do the work within so much processor time and memory; the exit code."""
    _bound(resource.RLIMIT_CPU, seconds)
    _bound(resource.RLIMIT_AS, mebibytes * 1024 * 1024)
    _bound(resource.RLIMIT_CORE, 0)
    try:
        work()
    except MemoryError:
        return GAVE_UP
    except Exception as error:  # noqa: BLE001 -- told to the one who asked, without its message, which may quote a pack
        from amends.log import failure

        json.dump(failure(error), sys.stderr)
        return FAILED
    return 0


def _bound(which: int, most: int) -> None:
    """Lower a limit; one that the system already holds lower stays."""
    _, hard = resource.getrlimit(which)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (bound, bound))


LEAST_URGENT: Final = 19
"""The niceness of a program that takes what others leave of the processors."""

PATIENCE: Final = 10
"""So many times its processor time a program with a niceness may take by the clock."""


def start(module: str, *arguments: str, niceness: int = 0) -> "subprocess.Popen[bytes]":
    """Beside the program: start it. Not by asyncio: with gRPC's threads, uvloop now and then finds new pipes closed."""
    process = subprocess.Popen(  # noqa: S603 -- our own program
        (sys.executable, "-P", "-m", module, *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C means the one who asks, who ends what it has begun
    )
    if niceness:
        # From here, as nothing may run in a fork of a process with gRPC's threads.
        os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
    return process


class GaveUpError(Exception):
    """It took more time or memory than it was given."""


class BrokeDownError(Exception):
    """It ended by itself, without an answer: a bug. `words` is what it said of that, without content."""

    def __init__(self, exit_code: int, words: object) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code
        self.words = words


async def ask(module: str, *arguments: str, request: bytes, seconds: int, niceness: int = 0) -> bytes:
    """What a program answers on stdout to a request on stdin. GaveUpError, BrokeDownError.

    One that nobody waits for any more, because its call was cancelled or came to its deadline, is killed.
    """
    process = start(module, *arguments, niceness=niceness)
    try:
        patience = seconds * (PATIENCE if niceness else 1)
        answer, told = await asyncio.to_thread(_communicate, process, request, seconds=patience)
    except subprocess.TimeoutExpired:
        raise GaveUpError from None
    finally:
        # Where nobody waits any more; the thread then ends too.
        process.kill()
    if process.returncode in {GAVE_UP, *OUT_OF_TIME}:
        raise GaveUpError
    if process.returncode != 0:
        raise BrokeDownError(process.returncode, last_words(told))
    return answer


def _communicate(process: "subprocess.Popen[bytes]", request: bytes, *, seconds: int) -> tuple[bytes, bytes]:
    """Its own limit is of processor time; on a busy machine, or if it waits for a disk, this one ends it."""
    with process:
        try:
            return process.communicate(request, seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def last_words(told: bytes) -> object:
    """What a program that FAILED said of it on stderr; nothing where it did not come to that."""
    try:
        return json.loads(told)["error"]
    except (ValueError, KeyError, TypeError):
        return []
