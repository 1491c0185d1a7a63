"""Runs checks of packs beside the process that decides: each in a fresh program, few at once, and none without end.

A check that nobody waits for any more, because its call was cancelled or came to its deadline, is killed.
"""

import asyncio
import subprocess
from pathlib import Path
from typing import Final

from amends import log
from amends.application.check_rule_pack import CheckTooCostlyError, TooManyChecksError
from amends.server.bounded_process import GAVE_UP, OUT_OF_TIME, last_words, start

AT_ONCE: Final = 2
"""Checks at once in one process: two authors wait for nobody, and decisions keep most of the machine."""

SECONDS: Final = 60
"""Several times what the largest packs take."""

MEBIBYTES: Final = 1024
"""Address space, the program's own libraries included."""

_PROGRAM: Final = "amends.server.check_process"


class CheckFailedError(Exception):
    """The program of a check ended by itself, without an answer: a bug, and logged."""


class PackChecks:
    """The checks of one process."""

    def __init__(
        self,
        rules: Path,
        logger: log.Logger,
        *,
        at_once: int = AT_ONCE,
        seconds: int = SECONDS,
        mebibytes: int = MEBIBYTES,
    ) -> None:
        self._log = logger
        self._at_once = at_once
        self._seconds = seconds
        self._mebibytes = mebibytes
        self._running = 0
        self._arguments = (str(rules), str(seconds), str(mebibytes))

    async def __call__(self, request: bytes) -> bytes:
        """The bytes of a CheckRulePackResponse for those of a CheckRulePackRequest that has been found well formed.

        TooManyChecksError where others are under way; CheckTooCostlyError where it was given up.
        """
        if self._running >= self._at_once:
            raise TooManyChecksError(self._at_once)
        self._running += 1
        try:
            return await self._run(request)
        finally:
            self._running -= 1

    async def _run(self, request: bytes) -> bytes:
        process = start(_PROGRAM, *self._arguments)
        try:
            answer, told = await asyncio.to_thread(_communicate, process, request, seconds=self._seconds)
        except subprocess.TimeoutExpired:
            raise CheckTooCostlyError(self._seconds, self._mebibytes) from None
        finally:
            # Where nobody waits any more; the thread then ends too.
            process.kill()
        if process.returncode in {GAVE_UP, *OUT_OF_TIME}:
            raise CheckTooCostlyError(self._seconds, self._mebibytes)
        if process.returncode != 0:
            self._log.error("check_failed", exit_code=process.returncode, error=last_words(told))
            raise CheckFailedError
        return answer


def _communicate(process: subprocess.Popen[bytes], request: bytes, *, seconds: int) -> tuple[bytes, bytes]:
    """Its own limit is of processor time; on a busy machine, or if it waits for a disk, this one ends it."""
    with process:
        try:
            return process.communicate(request, seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
