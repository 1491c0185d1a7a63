"""Watches the folder of rule packs, and says when it has changed and come to rest.

The system tells of changes at once; and since it does not of every file system, nor when a link is swapped above the
folder, every few seconds the files' dates are looked at too.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final, TypeAlias

from watchfiles import awatch

from amends.application.log_errors import LogUnavailableError
from amends.log import Logger, failure

LOOK_SECONDS: Final = 5.0
REST_SECONDS: Final = 0.3
_AGAIN_SECONDS: Final = 2.0
_DEBOUNCE_MILLISECONDS: Final = 200

Signature: TypeAlias = tuple[tuple[str, int, int, int], ...]


class PackWatch:
    """The companion that follows one folder; for one event loop."""

    def __init__(
        self,
        rules: Path,
        changed: Callable[[], Awaitable[None]],
        logger: Logger,
        *,
        look_seconds: float = LOOK_SECONDS,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        """`changed` is called once at the start, and then for each change; LogUnavailableError: again, in a while."""
        self._rules = rules
        self._changed = changed
        self._log = logger
        self._look = look_seconds
        self._rest = rest_seconds

    async def __call__(self) -> None:
        """Until cancelled."""
        told: Signature | None = None
        async for _ in self._moments():
            seen = await self._at_rest()
            if seen != told and await self._tell():
                told = seen

    async def _tell(self) -> bool:
        """Whether it was heard."""
        try:
            await self._changed()
        except LogUnavailableError:
            return False
        except Exception as error:  # noqa: BLE001 -- what decides goes on, and the next change may mend it
            self._log.error("rules_not_followed", **failure(error))
        return True

    async def _at_rest(self) -> Signature:
        """How the folder looks once it has not changed for a moment: who writes several files is not to be hurried."""
        seen = await asyncio.to_thread(signature, self._rules)
        while True:
            await asyncio.sleep(self._rest)
            again = await asyncio.to_thread(signature, self._rules)
            if again == seen:
                return seen
            seen = again

    async def _moments(self) -> AsyncIterator[None]:
        """When to look: now, at every change that the system tells of, and every few seconds."""
        while True:
            yield
            try:
                async for _ in awatch(
                    self._rules,
                    watch_filter=None,
                    debounce=_DEBOUNCE_MILLISECONDS,
                    rust_timeout=int(self._look * 1000),
                    yield_on_timeout=True,
                ):
                    yield
            except (OSError, RuntimeError):
                # The folder is away, or more is watched on this machine than the system allows.
                await asyncio.sleep(_AGAIN_SECONDS)


def signature(rules: Path) -> Signature:
    """What changes whenever a file of a pack does: names, dates, sizes and numbers, of where links lead."""
    seen: list[tuple[str, int, int, int]] = []
    for pack in _packs(rules):
        for parent, folders, names in os.walk(pack):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = os.path.join(parent, name)  # noqa: PTH118 -- a path a file, several times a minute
                try:
                    found = os.stat(path)  # noqa: PTH116 -- as above
                except OSError:
                    continue
                if not name.startswith("."):
                    seen.append((path, found.st_mtime_ns, found.st_size, found.st_ino))
    return tuple(seen)


def _packs(rules: Path) -> list[Path]:
    try:
        return sorted(found for found in rules.iterdir() if found.is_dir() and not found.name.startswith("."))
    except OSError:
        return []
