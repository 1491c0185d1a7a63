"""A stream of situations: several are decided at a time, and answered in the order in which they came.

No more than a window of them is held, whoever reads slowly or sends fast: the next is read when an answer has gone.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Final, TypeAlias

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import DecodeError
from google.rpc import code_pb2, status_pb2

from amends.domain.errors import FieldViolation, InvalidSituationError, StoppingError
from amends.server.answering import Answering, Call, Peer
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.encode_batch import streamed, streamed_refusal
from amends.wire.errors import RequestTooLargeError

DecideOne: TypeAlias = Callable[[service_pb2.StreamDecideRequest], bytes | Awaitable[bytes]]
"""Decides one situation of a stream: its DecideResponse, AmendsError for an error that is one."""

BeginStream: TypeAlias = Callable[[Call], DecideOne]
"""What a servicer does for a stream as it begins."""

WINDOW: Final = 64
"""Situations of a stream that are decided at a time: enough for a log to write them together."""

ReadOne: TypeAlias = Callable[[bytes], service_pb2.StreamDecideRequest]
"""Makes a request of what has come: DecodeError or AmendsError where it is none."""

_RETRY_SECONDS: Final = 1.0


class StreamMethod:
    """A method of the contract that streams both ways, and what a servicer does for it."""

    __slots__ = ("begin", "descriptor", "name")

    def __init__(self, descriptor: MethodDescriptor, begin: BeginStream) -> None:
        self.descriptor = descriptor
        self.name = descriptor.name
        self.begin = begin


class _Window:
    """What of a stream is decided or about to be, in order (None: that was all), and the room for more."""

    def __init__(self) -> None:
        self.room = asyncio.Semaphore(WINDOW)
        self.decided: asyncio.Queue[asyncio.Future[bytes] | bytes | None] = asyncio.Queue()

    def cancel(self) -> None:
        """Leave what is not decided yet: nobody waits for it any more."""
        while not self.decided.empty():
            left = self.decided.get_nowait()
            if isinstance(left, asyncio.Future):
                left.cancel()


class Streams:
    """Answers streams; for one event loop."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._reading: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._none_left = asyncio.Event()

    async def stop(self) -> None:
        """Read nothing more: each stream answers what it has read, and ends; one that begins, at once.

        Returns as soon as all have ended.
        """
        self._stopping = True
        for reading in self._reading:
            reading.cancel()
        if self._reading:
            self._none_left.clear()
            await self._none_left.wait()

    async def answers(
        self,
        method: StreamMethod,
        requests: AsyncIterator[bytes],
        metadata: dict[str, str],
        peer: Peer,
        *,
        read: ReadOne = service_pb2.StreamDecideRequest.FromString,
    ) -> AsyncGenerator[bytes | status_pb2.Status, None]:
        """An answer for each request, in their order; a status at last, where it was not the caller who ended it.

        `read` makes a request of each thing that has come, where that is not its bytes.
        """
        call = self._answering.open(metadata)
        code = "CANCELLED"
        try:
            try:
                self._answering.enter(call, method.name, metadata=metadata, peer=peer)
                decide = method.begin(call)
                async with aclosing(
                    self._in_order(requests, lambda raw: self._one(raw, read, decide, call), call)
                ) as answers:
                    async for answer in answers:
                        yield answer
                code = "OK"
            except Exception as error:  # noqa: BLE001 -- the process lives, whatever one call did
                status = self._answering.status(error, call)
                code = code_pb2.Code.Name(status.code)
                yield status
        finally:
            self._answering.close(method.name, call, code)

    async def _in_order(
        self, requests: AsyncIterator[bytes], one: Callable[[bytes], "asyncio.Future[bytes] | bytes"], call: Call
    ) -> AsyncGenerator[bytes, None]:
        if self._stopping:
            raise StoppingError(retry_after=_RETRY_SECONDS)
        window = _Window()
        reading = asyncio.create_task(self._read(requests, window, one))
        self._reading.add(reading)
        call.fields |= {"items": 0, "failed": 0}
        items = 0
        try:
            while (found := await window.decided.get()) is not None:
                yield found if isinstance(found, bytes) else await found
                items += 1
                window.room.release()
            # Why nothing more was read: the caller has ended it, or else.
            await reading
        finally:
            call.fields["items"] = items
            self._reading.discard(reading)
            if not self._reading:
                self._none_left.set()
            reading.cancel()
            window.cancel()

    async def _read(
        self, requests: AsyncIterator[bytes], window: "_Window", one: Callable[[bytes], "asyncio.Future[bytes] | bytes"]
    ) -> None:
        try:
            while True:
                # Room first: what was read is answered, also where reading is stopped.
                await window.room.acquire()
                window.decided.put_nowait(one(await anext(requests)))
        except StopAsyncIteration:
            pass
        except asyncio.CancelledError:
            raise StoppingError(retry_after=_RETRY_SECONDS) from None
        finally:
            window.decided.put_nowait(None)

    def _one(self, raw: bytes, read: ReadOne, decide: DecideOne, call: Call) -> "asyncio.Future[bytes] | bytes":
        correlation_id = ""
        try:
            request = self._parsed(raw, read)
            correlation_id = request.correlation_id
            decided = decide(request)
        except Exception as error:  # noqa: BLE001 -- what is wrong with one situation is not the others'
            return self._refusal(correlation_id, error, call)
        if isinstance(decided, bytes):
            return streamed(correlation_id, decided)
        return asyncio.ensure_future(self._later(correlation_id, decided, call))

    async def _later(self, correlation_id: str, decided: Awaitable[bytes], call: Call) -> bytes:
        try:
            return streamed(correlation_id, await decided)
        except Exception as error:  # noqa: BLE001 -- as above
            return self._refusal(correlation_id, error, call)

    def _refusal(self, correlation_id: str, error: Exception, call: Call) -> bytes:
        call.fields["failed"] = int(str(call.fields["failed"])) + 1
        return streamed_refusal(correlation_id, self._answering.status(error, call, in_trailer=False))

    def _parsed(self, raw: bytes, read: ReadOne) -> service_pb2.StreamDecideRequest:
        if len(raw) > self._answering.max_request_bytes:
            raise RequestTooLargeError(len(raw), self._answering.max_request_bytes)
        try:
            return read(raw)
        except DecodeError:
            raise InvalidSituationError((FieldViolation("", "the bytes are not a message of this method"),)) from None
