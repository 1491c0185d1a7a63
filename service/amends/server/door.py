"""Where answers by gRPC leave: held for a moment as a server stops, until callers have been told that it closes.

gRPC's library ends a call that reaches it while it closes as CANCELLED, unseen by us
(https://github.com/grpc/grpc/issues/41785). Who calls one after the other has a call here while answers are held, and
goes elsewhere with the next one: they never meet the closing door.
"""

import asyncio


class Door:
    """For one event loop."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: asyncio.Event | None = None

    def hold(self) -> None:
        """From now on no answer leaves."""
        self._held = asyncio.Event()

    def release(self) -> None:
        """Those that were held leave, and all others as they come."""
        if self._held is not None:
            self._held.set()
            self._held = None

    async def leave(self) -> None:
        """Returns as soon as an answer may leave."""
        if self._held is not None:
            await self._held.wait()
