"""A long stream of situations for asyncio. Items are taken while there is room, and answers given meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Generic, TypeAlias

import grpc

from amends_client import _requests
from amends_client._rescoring import ENDING, Answer, Key, StreamProgress, UnderWay, ended, silent
from amends_client.errors import AmendsError
from amends_client.messages import StreamDecideRequest, StreamDecideResponse

Items: TypeAlias = Iterable[tuple[Key, _requests.BatchItem]] | AsyncIterable[tuple[Key, _requests.BatchItem]]
News: TypeAlias = "asyncio.Queue[tuple[Call | None, StreamDecideResponse | AmendsError]]"
"""What calls say; None: no call says it, all items were taken or taking them has failed."""


class Call:
    """One call of StreamDecide. `read` tells what its end means, by the call's request id."""

    def __init__(
        self,
        method: "grpc.aio.StreamStreamMultiCallable[StreamDecideRequest, StreamDecideResponse]",
        read: Callable[[grpc.aio.AioRpcError, str], AmendsError],
        news: News,
    ) -> None:
        self.request_id = _requests.new_request_id()
        self._read, self._news = read, news
        self._requests: asyncio.Queue[StreamDecideRequest | None] = asyncio.Queue()
        self._call = method(self._sent(), metadata=_requests.metadata(self.request_id))
        self._listening = asyncio.create_task(self._listen())

    def send(self, request: StreamDecideRequest | None) -> None:
        """One more item; None: that was all."""
        self._requests.put_nowait(request)

    async def finish(self) -> None:
        """All is answered: the server ends it."""
        await asyncio.wait({self._listening}, timeout=ENDING)

    async def end(self) -> None:
        """Nobody waits for it any more."""
        self._call.cancel()
        self._listening.cancel()
        await asyncio.wait({self._listening})

    async def _sent(self) -> AsyncIterator[StreamDecideRequest]:
        while (request := await self._requests.get()) is not None:
            yield request

    async def _listen(self) -> None:
        found = ended(self.request_id)
        try:
            async for response in self._call:
                self._news.put_nowait((self, response))
        except grpc.aio.AioRpcError as error:
            found = self._read(error, self.request_id)
        finally:
            self._news.put_nowait((self, found))


class RescoreStream(Generic[Key]):
    """One stream, over as many calls as it takes."""

    def __init__(
        self, items: Items[Key], under_way: UnderWay[Key], open_call: Callable[[News], Call], *, patience: float
    ) -> None:
        self._source = aiter(items) if isinstance(items, AsyncIterable) else _each(items)
        self._under_way, self._open, self._patience = under_way, open_call, patience
        self._news: News = asyncio.Queue()
        self._room = asyncio.Event()
        self._all_taken = False
        self._call = open_call(self._news)

    async def answers(
        self, progress: Callable[[StreamProgress], None] | None
    ) -> AsyncGenerator[tuple[Key, Answer], None]:
        """Each item's answer, in the order of the items. What sending again cannot mend is raised."""
        taking = asyncio.create_task(self._take())
        taking.add_done_callback(lambda _: self._news.put_nowait((None, ended(""))))
        try:
            while not self._all_taken or self._under_way:
                call, news = await self._next()
                if call is None:
                    taking.result()
                if call is not self._call:
                    continue
                found = self._under_way.read(news)
                if isinstance(found, AmendsError):
                    await self._reopen(found)
                    continue
                self._room.set()
                if progress is not None:
                    progress(self._under_way.progress)
                yield found
            await self._call.finish()
        finally:
            taking.cancel()
            await self._call.end()

    async def _take(self) -> None:
        while True:
            while not self._under_way.has_room:
                self._room.clear()
                await self._room.wait()
            try:
                key, item = await anext(self._source)
            except StopAsyncIteration:
                break
            self._call.send(self._under_way.add(key, item))
        self._all_taken = True
        self._call.send(None)

    async def _next(self) -> tuple[Call | None, StreamDecideResponse | AmendsError]:
        """What comes next, or that nothing has come for too long; a source that asks nothing may take its time."""
        while self._news.empty():
            try:
                return await asyncio.wait_for(self._news.get(), self._under_way.left(self._patience))
            except TimeoutError:
                if self._under_way and not self._under_way.left(self._patience):
                    return self._call, silent(self._call.request_id, patience=self._patience)
        return self._news.get_nowait()

    async def _reopen(self, error: AmendsError) -> None:
        """Another call, in which everything under way is sent again; the error is raised where that is of no use."""
        await self._call.end()
        await asyncio.sleep(self._under_way.pause(error, patience=self._patience))
        self._call = self._open(self._news)
        for request in self._under_way.requests:
            self._call.send(request)
        if self._all_taken:
            self._call.send(None)


async def _each(items: Iterable[tuple[Key, _requests.BatchItem]]) -> AsyncIterator[tuple[Key, _requests.BatchItem]]:
    for item in items:
        yield item
