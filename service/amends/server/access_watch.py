"""Looks after who may call while the service runs: the access file when it is changed, the keys of tokens in time."""

import asyncio
from pathlib import Path
from typing import Final

from amends.log import Logger, failure
from amends.server.access_file import AccessFileError, read_access
from amends.server.file_state import file_state
from amends.server.gate import AccessGate
from amends.server.tokens import KeysAwayError

_LOOK_SECONDS: Final = 1.0
_LOOKS_BETWEEN_FETCHES: Final = 300
_LOOKS_BETWEEN_TRIES: Final = 10


class AccessWatch:
    """Keeps a gate up to date with its file: a file that is wrong changes nothing, and is told of in the log."""

    def __init__(self, gate: AccessGate, path: Path, logger: Logger) -> None:
        self._gate = gate
        self._path = path
        self._log = logger
        self._seen = file_state(path)
        self._looks = 0

    async def watch(self) -> None:
        """Look every second, for ever."""
        await self._fetch()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 -- who may call now goes on; nobody else would look again
                self._log.error("access_not_followed", **failure(error))

    async def look(self) -> None:
        """Look once."""
        self._looks += 1
        state = file_state(self._path)
        if state != self._seen:
            self._seen = state
            await asyncio.to_thread(self._read)
            await self._fetch()
        elif self._is_time():
            await self._fetch()

    def _read(self) -> None:
        try:
            self._gate.change(read_access(self._path))
        except AccessFileError as error:
            self._log.error("access_file_refused", problems=error.problems)
        else:
            self._log.info("access_file_read", path=str(self._path))

    def _is_time(self) -> bool:
        tokens = self._gate.tokens
        between = _LOOKS_BETWEEN_TRIES if tokens is not None and tokens.wants_keys else _LOOKS_BETWEEN_FETCHES
        return tokens is not None and self._looks % between == 0

    async def _fetch(self) -> None:
        if self._gate.tokens is None:
            return
        try:
            await asyncio.to_thread(self._gate.tokens.fetch)
        except KeysAwayError as error:
            self._log.error("token_keys_away", reason=str(error))
