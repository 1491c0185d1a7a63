"""Runs checks of packs beside the process that decides: each in a fresh program, few at once, and none without end."""

from pathlib import Path
from typing import Final

from amends import log
from amends.application.check_rule_pack import CheckTooCostlyError, TooManyChecksError
from amends.server.bounded_process import BrokeDownError, GaveUpError, ask

AT_ONCE: Final = 2
"""Checks at once in one process: two authors wait for nobody, and decisions keep most of the machine."""

SECONDS: Final = 60
"""Several times what the largest packs take."""

MEBIBYTES: Final = 1024
"""Address space, the program's own libraries included."""

_PROGRAM: Final = "amends.server.check_process"
_WORK: Final = "amends.server.work_process"


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
        return await self._bounded(_PROGRAM, request)

    async def work(self, request: bytes) -> bytes:
        """What the program of `work_process` answers to its request, as one of the checks; errors as of a check."""
        return await self._bounded(_WORK, request)

    async def _bounded(self, program: str, request: bytes) -> bytes:
        if self._running >= self._at_once:
            raise TooManyChecksError(self._at_once)
        self._running += 1
        try:
            return await self._run(program, request)
        finally:
            self._running -= 1

    async def _run(self, program: str, request: bytes) -> bytes:
        try:
            return await ask(program, *self._arguments, request=request, seconds=self._seconds)
        except GaveUpError:
            raise CheckTooCostlyError(self._seconds, self._mebibytes) from None
        except BrokeDownError as error:
            self._log.error("check_failed", exit_code=error.exit_code, error=error.words)
            raise CheckFailedError from None
