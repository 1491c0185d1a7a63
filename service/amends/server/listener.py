"""The gRPC server that listens, and begins anew where it ends by itself.

It does: gRPC's loop takes the name of a method for UTF-8, and one call to a name that is not ends it, whoever calls.
The calls in flight are answered all the same, new ones by the next server on the same port a moment later.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import grpc

from amends import log
from amends.server.errors import CannotListenError

_LOOK_SECONDS: Final = 0.05
_UNFINISHED_SECONDS: Final = 30.0


class Listener:
    """One server after the other, on one port."""

    def __init__(
        self,
        make: Callable[[], grpc.aio.Server],
        listen: Callable[[grpc.aio.Server, int], int],
        logger: log.Logger,
    ) -> None:
        """`listen` has a server listen on a port (0: of the system's choice), or raises CannotListenError."""
        self._make = make
        self._listen = listen
        self._log = logger
        self._port = 0
        self._stopping = False
        self._ending = set[asyncio.Task[None]]()
        self._server = make()

    async def start(self, port: int) -> int:
        """Listen; the port on which."""
        self._port = self._listen(self._server, port)
        await self._server.start()
        return self._port

    async def stay(self) -> None:
        """See to it that somebody listens, until it is stopped."""
        while not self._stopping:
            try:
                # Comes back after the time, with what has ended the server where something has.
                await self._server.wait_for_termination(_LOOK_SECONDS)
            except Exception as error:  # noqa: BLE001 -- whatever ended it, the next one begins
                if not self._stopping:
                    await self._begin_anew(error)

    async def stop(self, grace: float | None) -> None:
        """As a server's own."""
        self._stopping = True
        await self._server.stop(grace)

    async def _begin_anew(self, error: Exception) -> None:
        self._log.error("grpc_ended", **log.failure(error))
        ended, self._server = self._server, self._make()
        task = asyncio.create_task(_end(ended))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        while not self._stopping:
            try:
                await self.start(self._port)
            except CannotListenError:
                # The port is not free yet; a server that could not listen cannot try again.
                await asyncio.sleep(_LOOK_SECONDS)
                self._server = self._make()
            else:
                return


async def _end(server: grpc.aio.Server) -> None:
    """Let it answer what it has begun, and let go of it."""
    await server.stop(_UNFINISHED_SECONDS)
