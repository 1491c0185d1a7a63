"""A long stream of situations for synchronous code.

Items are taken from their source in the caller's own thread, one at a time and only while there is room; what the
server says is gathered by a thread of each call.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic

import grpc

from amends_client import _requests
from amends_client._rescoring import ENDING, Answer, Key, StreamProgress, UnderWay, ended, silent
from amends_client.errors import AmendsError
from amends_client.messages import StreamDecideRequest, StreamDecideResponse


class Call:
    """One call of StreamDecide. `read` tells what its end means, by the call's request id."""

    def __init__(
        self,
        method: "grpc.StreamStreamMultiCallable[StreamDecideRequest, StreamDecideResponse]",
        read: Callable[[grpc.RpcError, str], AmendsError],
    ) -> None:
        self.request_id = _requests.new_request_id()
        self._read = read
        self._requests = SimpleQueue[StreamDecideRequest | None]()
        self._news = SimpleQueue[StreamDecideResponse | AmendsError]()
        self._call = method(iter(self._requests.get, None), metadata=_requests.metadata(self.request_id))
        Thread(target=self._listen, daemon=True).start()

    def send(self, request: StreamDecideRequest | None) -> None:
        """One more item; None: that was all."""
        self._requests.put(request)

    def news(self, *, seconds: float) -> StreamDecideResponse | AmendsError | None:
        """The next answer, or why there are no more; None where so many seconds bring neither."""
        try:
            return self._news.get(block=seconds > 0, timeout=seconds or None)
        except Empty:
            return None

    def end(self) -> None:
        """Nobody waits for it any more."""
        self._call.cancel()
        # gRPC's own thread waits for the next request.
        self.send(None)

    def _listen(self) -> None:
        try:
            for response in self._call:
                self._news.put(response)
            self._news.put(ended(self.request_id))
        except grpc.RpcError as error:
            self._news.put(self._read(error, self.request_id))


class RescoreStream(Generic[Key]):
    """One stream, over as many calls as it takes."""

    def __init__(
        self,
        items: Iterable[tuple[Key, _requests.BatchItem]],
        under_way: UnderWay[Key],
        open_call: Callable[[], Call],
        *,
        patience: float,
    ) -> None:
        self._source: Iterator[tuple[Key, _requests.BatchItem]] | None = iter(items)
        self._under_way, self._open, self._patience = under_way, open_call, patience

    def answers(self, progress: Callable[[StreamProgress], None] | None) -> Generator[tuple[Key, Answer], None, None]:
        """Each item's answer, in the order of the items. What sending again cannot mend is raised."""
        call = self._open()
        try:
            while self._source is not None or self._under_way:
                takes = self._source is not None and self._under_way.has_room
                news = call.news(seconds=0 if takes else self._under_way.left(self._patience))
                if news is None and takes:
                    call.send(self._next())
                    continue
                found = self._under_way.read(news or silent(call.request_id, patience=self._patience))
                if isinstance(found, AmendsError):
                    call = self._reopened(call, found)
                    continue
                if progress is not None:
                    progress(self._under_way.progress)
                yield found
            call.news(seconds=ENDING)
        finally:
            call.end()

    def _next(self) -> StreamDecideRequest | None:
        assert self._source is not None
        found = next(self._source, None)
        self._under_way.touch()
        if found is None:
            self._source = None
            return None
        return self._under_way.add(*found)

    def _reopened(self, call: Call, error: AmendsError) -> Call:
        """Another call, in which everything under way is sent again; the error is raised where that is of no use."""
        call.end()
        time.sleep(self._under_way.pause(error, patience=self._patience))
        call = self._open()
        for request in self._under_way.requests:
            call.send(request)
        if self._source is None:
            call.send(None)
        return call
