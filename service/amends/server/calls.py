"""The gRPC handlers of methods: bytes in and out, errors as a status whose details travel in the trailers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Final, NoReturn

import grpc
from google.rpc import status_pb2

from amends.server.answering import Answering, Method
from amends.server.door import Door
from amends.server.request_ids import REQUEST_ID, said_id
from amends.server.streams import StreamMethod, Streams

_DETAILS: Final = "grpc-status-details-bin"
_CODES: Final = {code.value[0]: code for code in grpc.StatusCode}


def grpc_handlers(
    service: str, methods: Iterable[Method | StreamMethod], answering: Answering, *, streams: Streams, door: Door
) -> grpc.GenericRpcHandler:
    """The handlers of a service's methods, by its full name."""
    return grpc.method_handlers_generic_handler(
        service,
        {
            method.name: grpc.unary_unary_rpc_method_handler(_handler(method, answering, door))
            if isinstance(method, Method)
            else grpc.stream_stream_rpc_method_handler(_stream_handler(method, streams, door))
            for method in methods
        },
    )


def _handler(
    method: Method, answering: Answering, door: Door
) -> Callable[[bytes, "grpc.aio.ServicerContext[bytes, bytes]"], Awaitable[bytes]]:
    # Bytes in and out: gRPC's own (de)serialisers would answer malformed bytes with INTERNAL.
    async def handle(raw: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> bytes:
        metadata = _metadata(context)
        answer = await answering(method, raw, metadata, context.auth_context)
        await door.leave(context.peer)
        if isinstance(answer, bytes):
            _echo(context, metadata)
            return answer
        return await _abort(context, answer, metadata)

    return handle


def _stream_handler(
    method: StreamMethod, streams: Streams, door: Door
) -> Callable[[AsyncIterator[bytes], "grpc.aio.ServicerContext[bytes, bytes]"], AsyncIterator[bytes]]:
    async def handle(
        requests: AsyncIterator[bytes], context: "grpc.aio.ServicerContext[bytes, bytes]"
    ) -> AsyncIterator[bytes]:
        metadata = _metadata(context)
        _echo(context, metadata)
        async with aclosing(streams.answers(method, requests, metadata, context.auth_context)) as answers:
            async for answer in answers:
                if isinstance(answer, bytes):
                    yield answer
                else:
                    await door.leave(context.peer)
                    await _abort(context, answer, metadata)
        await door.leave(context.peer)

    return handle


def _echo(context: "grpc.aio.ServicerContext[bytes, bytes]", metadata: Mapping[str, str]) -> None:
    if echoed := _echoed(metadata):
        context.set_trailing_metadata(echoed)


def _echoed(metadata: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The id that the caller gave, where it is taken over; one of our own is only told with an error."""
    said = said_id(metadata)
    return ((REQUEST_ID, said),) if said else ()


async def _abort(
    context: "grpc.aio.ServicerContext[bytes, bytes]", status: status_pb2.Status, metadata: Mapping[str, str]
) -> NoReturn:
    details = (*_echoed(metadata), (_DETAILS, status.SerializeToString()))
    await context.abort(_CODES[status.code], status.message, trailing_metadata=details)


def _metadata(context: "grpc.aio.ServicerContext[bytes, bytes]") -> dict[str, str]:
    """What is said as text; of a name said twice, the last."""
    return {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
