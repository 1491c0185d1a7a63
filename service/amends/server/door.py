"""Where answers by gRPC leave: held for a moment as a server stops, until callers have been told that it closes.

gRPC's library ends a call that reaches it while it closes as CANCELLED, unseen by us
(https://github.com/grpc/grpc/issues/41785). Who calls one after the other has a call here while answers are held, and
goes elsewhere with the next one: they never meet the closing door.
"""

import asyncio
from collections.abc import Callable
from typing import Final

_LOOK_SECONDS: Final = 0.02
# Counted in looks, not by the clock: where the machine stood still, its callers did so too.
_QUIET_LOOKS: Final = 5
_MOST_LOOKS: Final = 50


class Door:
    """For one event loop."""

    __slots__ = ("_held", "_waiting")

    def __init__(self) -> None:
        self._held: asyncio.Event | None = None
        self._waiting: set[str] = set()

    async def hold(self) -> None:
        """From now on no answer leaves; returns once nobody new has come for a tenth of a second, or after a whole one.

        To come is to have an answer waiting, over a connection that had none.
        """
        self._held = asyncio.Event()
        quiet = looks = 0
        while quiet < _QUIET_LOOKS and looks < _MOST_LOOKS:
            before = len(self._waiting)
            await asyncio.sleep(_LOOK_SECONDS)
            quiet = quiet + 1 if len(self._waiting) == before else 0
            looks += 1

    def release(self) -> None:
        """Those that were held leave, and all others as they come."""
        if self._held is not None:
            self._held.set()
            self._held = None
            self._waiting.clear()

    async def leave(self, peer: Callable[[], str]) -> None:
        """Returns as soon as an answer may leave. `peer` tells by which connection, asked only where it waits."""
        if self._held is not None:
            self._waiting.add(peer())
            await self._held.wait()
