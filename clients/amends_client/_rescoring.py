"""What a long stream of situations is, whichever client sends it: what is on its way, and when it is sent anew.

An item is under way from the moment that it is sent until its answer has come. A stream that breaks is opened again,
and what was under way is sent again, in the same order and under the same request ids: what the server had recorded
of it, it answers from its records.
"""

import time
from collections import deque
from collections.abc import Iterable
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

import grpc

from amends_client._arguments import check_item, check_options
from amends_client._requests import BatchItem, BatchOptions, new_request_id
from amends_client.errors import (
    AmendsError,
    DeadlineExceeded,
    Failure,
    LogUnavailable,
    TooManyCalls,
    Unavailable,
    error_from_status,
)
from amends_client.messages import DecideRequest, DecideResponse, StreamDecideRequest, StreamDecideResponse

Key = TypeVar("Key")

Answer: TypeAlias = DecideResponse | AmendsError
"""What `decide` would have given, or the error that it would have raised."""

MOST_UNDER_WAY: Final = 256
"""Items sent and not answered; four times as many as a server decides at a time."""

PATIENCE: Final = 60.0
"""Seconds without any answer after which a stream is given up: a restart takes less."""

ENDING: Final = 1.0
"""Seconds that a server has to end a call of which all is answered."""

_PAUSE: Final = 0.25
"""Seconds before a stream is opened again where the server names none."""


class StreamProgress(NamedTuple):
    """How far a stream is. `failed` of the answered ones are errors; `reopened`: how often it broke and went on."""

    answered: int
    failed: int
    under_way: int
    reopened: int


class UnderWay(Generic[Key]):
    """The items of one stream that were sent and not answered yet, in order."""

    def __init__(self, options: BatchOptions, *, most: int) -> None:
        """TypeError or ValueError for what is no option of a stream."""
        check_options(options)
        if most < 1:
            raise ValueError(f"most_under_way: expected 1 or more, not {most}")
        # To look at a case again is not to decide it: nothing is recorded unless the caller says so.
        self._shared = DecideRequest(**options)
        self._shared.preview = options.get("preview", True)
        self._most = most
        self._items: deque[tuple[Key, StreamDecideRequest]] = deque()
        self._sent = self._answered = self._failed = self._reopened = 0
        self._news = time.monotonic()

    @property
    def has_room(self) -> bool:
        """Whether one more may be sent."""
        return len(self._items) < self._most

    @property
    def requests(self) -> Iterable[StreamDecideRequest]:
        """What is sent anew where a stream is opened again."""
        return [request for _, request in self._items]

    @property
    def progress(self) -> StreamProgress:
        """How far it is."""
        return StreamProgress(self._answered, self._failed, len(self._items), self._reopened)

    def __bool__(self) -> bool:
        return bool(self._items)

    def add(self, key: Key, item: BatchItem) -> StreamDecideRequest:
        """One more item, as it is sent. TypeError where it is none."""
        check_item(item)
        request = DecideRequest()
        request.CopyFrom(self._shared)
        if isinstance(item, DecideRequest):
            request.MergeFrom(item)
        else:
            request.situation.CopyFrom(item)
        request.request_id = request.request_id or new_request_id()
        self._sent += 1
        marked = StreamDecideRequest(correlation_id=str(self._sent), request=request)
        self._items.append((key, marked))
        self.touch()
        return marked

    def read(self, news: StreamDecideResponse | AmendsError) -> tuple[Key, Answer] | AmendsError:
        """The answer to the first item under way, with the caller's key; an error where the call is of no more use.

        Where the server cannot reach its log, the item is still under way: a new call sends it again.
        """
        if isinstance(news, AmendsError):
            return news
        key, request = self._items[0]
        request_id = request.request.request_id
        if news.correlation_id != request.correlation_id:
            said = f"an answer to item {news.correlation_id[:40]!r} where {request.correlation_id} was next"
            return AmendsError(Failure(grpc.StatusCode.DATA_LOSS, said, request_id))
        answer: Answer = news.response
        if news.HasField("error"):
            answer = error_from_status(news.error, request_id=request_id)
            if isinstance(answer, LogUnavailable):
                return answer
        self._items.popleft()
        self._answered += 1
        self._failed += isinstance(answer, AmendsError)
        self.touch()
        return key, answer

    def touch(self) -> None:
        """Something happened: patience begins anew."""
        self._news = time.monotonic()

    def left(self, patience: float) -> float:
        """How many seconds of patience are left; all of it while nothing is under way."""
        return patience if not self._items else max(patience - (time.monotonic() - self._news), 0.0)

    def pause(self, error: AmendsError, *, patience: float) -> float:
        """How long to wait before the stream is opened again. The error is raised where that is of no use."""
        if not (isinstance(error, Unavailable | TooManyCalls) or _is_grpcs_own(error)):
            raise error
        pause = _PAUSE if error.failure.retry_after is None else max(error.failure.retry_after, 0.0)
        if pause >= self.left(patience):
            raise error
        self._reopened += 1
        return pause


def _is_grpcs_own(error: AmendsError) -> bool:
    """A connection that breaks while something is written ends a call so; a server tells the reason of its errors."""
    return not error.reason and error.code is grpc.StatusCode.INTERNAL


def ended(request_id: str) -> AmendsError:
    """The end of a stream that was told no error. Where answers are due, it is opened again."""
    return Unavailable(Failure(grpc.StatusCode.UNAVAILABLE, "the stream ended before its answers", request_id))


def silent(request_id: str, *, patience: float) -> AmendsError:
    """A stream of which nothing has been heard for too long."""
    said = f"no answer within {patience:g} s"
    return DeadlineExceeded(Failure(grpc.StatusCode.DEADLINE_EXCEEDED, said, request_id))
