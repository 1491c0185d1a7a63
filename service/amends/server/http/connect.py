"""The Connect protocol (binary and JSON, gRPC-Web beside it) for every method, by the library of that name.

Its codecs pass bytes through: reading, checking and refusing is the same as for a call by gRPC. It has messages of its
own kind for the details of errors, which take ours by their bytes.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

from connectrpc.code import Code
from connectrpc.errors import ConnectError, ErrorDetail
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from connectrpc.request import RequestContext
from connectrpc.server import ConnectASGIApplication, Endpoint
from google.rpc import status_pb2
from protobuf.wkt import Any as TheirAny
from starlette.types import Receive, Scope, Send

from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.server.answering import Answering, Method
from amends.server.http.answers import Answered, Arrived, RefusedError, answer, peer_of
from amends.server.request_ids import said_id, said_trace, trace_id
from amends.server.streams import StreamMethod, Streams
from amends.v1.decision_service_pb2 import StreamDecideRequest
from amends.wire.json_form import read_json
from amends.wire.status import identify

_CODES: Final = (
    *(None, Code.CANCELED, Code.UNKNOWN, Code.INVALID_ARGUMENT, Code.DEADLINE_EXCEEDED, Code.NOT_FOUND),
    *(Code.ALREADY_EXISTS, Code.PERMISSION_DENIED, Code.RESOURCE_EXHAUSTED, Code.FAILED_PRECONDITION),
    *(Code.ABORTED, Code.OUT_OF_RANGE, Code.UNIMPLEMENTED, Code.INTERNAL, Code.UNAVAILABLE, Code.DATA_LOSS),
    *(Code.UNAUTHENTICATED,),
)
"""By the numbers of `google.rpc.Code`."""


class _Bytes:
    """The codec of binary messages."""

    def name(self) -> str:
        return "proto"

    def encode(self, message: Answered) -> bytes:
        return message.raw

    def decode(self, data: bytes | bytearray, message_class: type[Arrived]) -> Arrived:
        return message_class(bytes(data))


class _Json:
    """The codec of JSON."""

    def name(self) -> str:
        return "json"

    def encode(self, message: Answered) -> bytes:
        return message.json()

    def decode(self, data: bytes | bytearray, message_class: type[Arrived]) -> Arrived:
        return message_class(bytes(data), lambda message: partial(read_json, message=message))


class _Identified:
    """Has what the library itself refuses tell the id of the request; ours tells it already."""

    async def on_start(self, ctx: RequestContext[Any, Any]) -> None:
        """Nothing to do."""

    async def on_end(self, _token: None, ctx: RequestContext[Any, Any], error: Exception | None, /) -> None:
        """By raising another in its place, as the library wants it."""
        if isinstance(error, ConnectError) and not error.details:
            headers, status = dict(ctx.request_headers.items()), status_pb2.Status()
            identify(status, request_id=said_id(headers), trace_id=trace_id(said_trace(headers)))
            raise ConnectError(error.code, error.message, _details(status)) from error


class ConnectService(ConnectASGIApplication[None]):
    """The methods of one service."""

    def __init__(
        self,
        service: str,
        methods: Iterable[Method | StreamMethod],
        answering: Answering,
        streams: Streams,
        *,
        most_bytes: int,
    ) -> None:
        """`most_bytes`: what is read of a request before it is refused without a reason of ours."""
        self._path = f"/{service}"
        # The library's context of a request says nothing of its connection.
        self._scope: ContextVar[Scope] = ContextVar("scope")
        found = {
            f"{self._path}/{method.name}": Endpoint.unary(_info(service, method), self._function(method, answering))
            if isinstance(method, Method)
            else Endpoint.bidi_stream(_info(service, method), self._stream(method, streams))
            for method in methods
        }
        super().__init__(
            service=None,
            endpoints=lambda _: found,
            read_max_bytes=most_bytes,
            codecs=[_Bytes(), _Json()],
            interceptors=[_Identified()],
        )

    @property
    def path(self) -> str:
        """Where it is mounted."""
        return self._path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the types are Starlette's, which mounts it."""
        self._scope.set(scope)
        await super().__call__(scope, receive, send)

    def _function(
        self, method: Method, answering: Answering
    ) -> Callable[[Arrived, RequestContext[Arrived, Answered]], Awaitable[Answered]]:
        async def function(arrived: Arrived, context: RequestContext[Arrived, Answered]) -> Answered:
            headers = dict(context.request_headers.items())
            try:
                return await answer(answering, method, arrived, headers=headers, scope=self._scope.get())
            except RefusedError as error:
                raise connect_error(error.status) from None

        return function

    def _stream(
        self, method: StreamMethod, streams: Streams
    ) -> Callable[[AsyncIterator[Arrived], RequestContext[Arrived, Answered]], AsyncIterator[Answered]]:
        async def function(
            arriving: AsyncIterator[Arrived], context: RequestContext[Arrived, Answered]
        ) -> AsyncIterator[Answered]:
            headers, scope = dict(context.request_headers.items()), self._scope.get()
            read = _read_json if headers.get("content-type", "").partition(";")[0].endswith("json") else _read_bytes
            found = streams.answers(method, _raw(arriving), headers, lambda: peer_of(scope), read=read)
            async with aclosing(found) as answers:
                async for one in answers:
                    if not isinstance(one, bytes):
                        raise connect_error(one)
                    yield Answered(one, method)

        return function


_read_bytes = StreamDecideRequest.FromString


def _read_json(raw: bytes) -> StreamDecideRequest:
    return read_json(raw, StreamDecideRequest())


async def _raw(arriving: AsyncIterator[Arrived]) -> AsyncIterator[bytes]:
    try:
        async for one in arriving:
            yield one.raw
    except ConnectError as error:
        # Who has gone away has ended the stream; anything else is wrong with its envelopes.
        if error.code is not Code.CANCELED:
            raise InvalidSituationError((FieldViolation("", f"the stream cannot be read: {error.message}"),)) from None


def _info(service: str, method: Method | StreamMethod) -> MethodInfo[Arrived, Answered]:
    return MethodInfo(
        name=method.name,
        service_name=service,
        input=Arrived,
        output=Answered,
        idempotency_level=IdempotencyLevel.UNKNOWN,
        stream_type=StreamType.UNARY if isinstance(method, Method) else StreamType.BIDI_STREAM,
    )


def connect_error(status: status_pb2.Status) -> ConnectError:
    """A status as that library has it, with its details."""
    return ConnectError(_CODES[status.code] or Code.UNKNOWN, status.message, _details(status))


def _details(status: status_pb2.Status) -> list[Any]:
    return [ErrorDetail(TheirAny.from_binary(detail.SerializeToString())) for detail in status.details]
