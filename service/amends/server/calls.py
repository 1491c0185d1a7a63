"""The gRPC handlers of methods: bytes in and out, errors as a status whose details travel in the trailers."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import grpc

from amends.server.answering import Answering, Method

_DETAILS: Final = "grpc-status-details-bin"
_CODES: Final = {code.value[0]: code for code in grpc.StatusCode}


def grpc_handlers(service: str, methods: Iterable[Method], answering: Answering) -> grpc.GenericRpcHandler:
    """The handlers of a service's methods, by its full name."""
    return grpc.method_handlers_generic_handler(
        service,
        {method.name: grpc.unary_unary_rpc_method_handler(_handler(method, answering)) for method in methods},
    )


def _handler(
    method: Method, answering: Answering
) -> Callable[[bytes, "grpc.aio.ServicerContext[bytes, bytes]"], Awaitable[bytes]]:
    # Bytes in and out: gRPC's own (de)serialisers would answer malformed bytes with INTERNAL.
    async def handle(raw: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> bytes:
        answer = await answering(method, raw, _metadata(context), context.auth_context)
        if isinstance(answer, bytes):
            return answer
        return await context.abort(
            _CODES[answer.code], answer.message, trailing_metadata=((_DETAILS, answer.SerializeToString()),)
        )

    return handle


def _metadata(context: "grpc.aio.ServicerContext[bytes, bytes]") -> dict[str, str]:
    """What is said as text; of a name said twice, the last."""
    return {key: value for key, value in context.invocation_metadata() or () if isinstance(value, str)}
