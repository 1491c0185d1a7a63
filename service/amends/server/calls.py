"""One unary call, the same for every method: parse, hand to the servicer, serialise, and log one line whatever happens.

Errors that are answers leave with their status and its details; anything else is logged once, with the request id, and
answered INTERNAL, so that neither a traceback nor a message that quotes a customer reaches anybody.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2

from amends import log
from amends.application.engine_errors import EngineFailedError
from amends.application.ports import NewId
from amends.domain.errors import AmendsError, FieldViolation, InvalidSituationError
from amends.server.call_log import CallLog
from amends.wire.errors import RequestTooLargeError
from amends.wire.status import status_of

_REQUEST_ID: Final = "x-request-id"
_LONGEST_REQUEST_ID: Final = 128
_DETAILS: Final = "grpc-status-details-bin"
_NANOSECONDS_PER_MICROSECOND: Final = 1_000
_CODES: Final = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(slots=True)
class Call:
    """What the log says of one call: the servicer adds names, ids and digests to `fields`, never content."""

    request_id: str
    fields: dict[str, object] = field(default_factory=dict)


Answer: TypeAlias = Message | bytes
"""A message, or the bytes of one that was serialised as it was made."""

Behaviour: TypeAlias = Callable[[Any, Call], Answer | Awaitable[Answer]]
"""What a servicer does for a method: the parsed request in, the answer out, AmendsError for an error that is one.

One that never waits is a plain function: a coroutine around it would only cost.
"""


class Calls:
    """Makes gRPC handlers of behaviours, and counts the calls in flight."""

    def __init__(self, *, max_request_bytes: int, new_id: NewId, logger: log.Logger) -> None:
        self._max_request_bytes = max_request_bytes
        self._log = logger
        self.lines = CallLog(logger)
        # Ids of calls that bring none: this process's own, and a number. Cheaper than an id each, and as unique.
        self._id_prefix = new_id()
        self._numbers = itertools.count(1)
        self.in_flight = 0
        self._idle: asyncio.Event | None = None

    async def finished(self) -> None:
        """Returns as soon as no call is in flight."""
        self._idle = asyncio.Event()
        if self.in_flight:
            await self._idle.wait()

    def service(self, service: ServiceDescriptor, behaviours: Mapping[str, Behaviour]) -> grpc.GenericRpcHandler:
        """The handlers of a whole service; KeyError for a method of the contract that has no behaviour."""
        return grpc.method_handlers_generic_handler(
            service.full_name,
            {
                method.name: grpc.unary_unary_rpc_method_handler(self._handler(method, behaviours[method.name]))
                for method in service.methods
            },
        )

    def _handler(
        self, method: MethodDescriptor, behaviour: Behaviour
    ) -> Callable[[bytes, "grpc.aio.ServicerContext[bytes, bytes]"], Awaitable[bytes]]:
        name, parse = method.name, GetMessageClass(method.input_type).FromString

        # Bytes in and out: gRPC's own (de)serialisers would answer malformed bytes with INTERNAL.
        async def handle(raw: bytes, context: "grpc.aio.ServicerContext[bytes, bytes]") -> bytes:
            began = time.perf_counter_ns()
            call = Call(self._request_id(context))
            code = "CANCELLED"
            self.in_flight += 1
            try:
                answer = await self._answer(raw, call, parse=parse, behaviour=behaviour)
                if isinstance(answer, bytes):
                    code = "OK"
                    return answer
                code = _CODES[answer.code].name
            finally:
                self._leave()
                self.lines.add(
                    {
                        "method": name,
                        "request_id": call.request_id,
                        "code": code,
                        "duration_us": (time.perf_counter_ns() - began) // _NANOSECONDS_PER_MICROSECOND,
                        **call.fields,
                    }
                )
            return await context.abort(
                _CODES[answer.code], answer.message, trailing_metadata=((_DETAILS, answer.SerializeToString()),)
            )

        return handle

    def _leave(self) -> None:
        self.in_flight -= 1
        if self._idle is not None and not self.in_flight:
            self._idle.set()

    async def _answer(
        self, raw: bytes, call: Call, *, parse: Callable[[bytes], Message], behaviour: Behaviour
    ) -> bytes | status_pb2.Status:
        try:
            if len(raw) > self._max_request_bytes:
                raise RequestTooLargeError(len(raw), self._max_request_bytes)  # noqa: TRY301 -- answered like the others
            response = behaviour(_parsed(parse, raw), call)
            if isinstance(response, bytes):
                return response
            if not isinstance(response, Message):
                response = await response
            return response if isinstance(response, bytes) else response.SerializeToString(deterministic=True)
        except Exception as error:  # noqa: BLE001 -- the process lives, whatever one call did
            return self.status(error, call)

    def status(self, error: Exception, call: Call, *, in_trailer: bool = True) -> status_pb2.Status:
        """The status of an error; an accident is logged, once, under the request id that is all its status tells."""
        if not isinstance(error, AmendsError):
            self._log.error("unexpected_error", request_id=call.request_id, **log.failure(error))
        if isinstance(error, EngineFailedError):
            self._log.error("engine_failed", request_id=call.request_id, engine=error.name, failures=error.count)
        return status_of(error, request_id=call.request_id, in_trailer=in_trailer)

    def _request_id(self, context: "grpc.aio.ServicerContext[bytes, bytes]") -> str:
        for key, value in context.invocation_metadata() or ():
            if key == _REQUEST_ID and isinstance(value, str) and 0 < len(value) <= _LONGEST_REQUEST_ID:
                return value
        return f"{self._id_prefix}-{next(self._numbers)}"


def _parsed(parse: Callable[[bytes], Message], raw: bytes) -> Message:
    try:
        return parse(raw)
    except DecodeError:
        raise InvalidSituationError((FieldViolation("", "the bytes are not a message of this method"),)) from None
