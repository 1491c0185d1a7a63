"""A worker's side of the link to its supervisor: it says that it can be called, and closes its door with the others.

Who is let go by one worker comes back over the shared port at once: were another one just closing, they would meet its
door. So none lets anybody go before all have closed.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Final

READY: Final = b"ready"
"""What a worker says once it can be called, with the digest of its rules; a line, as all that is said."""

CLOSED: Final = b"closed"
"""What a worker says once nobody can connect to it any more; and what its supervisor says once that is so of all."""

LONGEST_MESSAGE: Final = 1024


class SupervisorLink:
    """For one event loop."""

    def __init__(self, fd: int, *, on_orphaned: Callable[[], None]) -> None:
        """`on_orphaned` is called when the supervisor is gone."""
        self._link = socket.socket(fileno=fd)
        os.set_inheritable(fd, False)  # noqa: FBT003 -- the standard library takes it by position
        self._on_orphaned = on_orphaned
        self._all_closed = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._link, self._hear)

    def say_ready(self, *, rules_digest: str) -> None:
        """That it can be called."""
        self._link.sendall(READY + rules_digest.encode() + b"\n")

    async def close_together(self) -> None:
        """Say that nobody can connect any more; returns once that is so of all workers, or nobody can tell."""
        try:
            self._link.sendall(CLOSED + b"\n")
        except OSError:
            return
        await self._all_closed.wait()

    def end(self) -> None:
        """Let go of it."""
        asyncio.get_running_loop().remove_reader(self._link)
        self._link.close()

    def _hear(self) -> None:
        if self._link.recv(LONGEST_MESSAGE) == b"":
            asyncio.get_running_loop().remove_reader(self._link)
            self._on_orphaned()
        self._all_closed.set()
