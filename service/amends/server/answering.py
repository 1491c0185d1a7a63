"""One call, whatever it came by: identify who calls, parse, hand to the servicer, serialise; and log one line.

Errors that are answers leave as their status with its details; anything else is logged once, with the request id, and
answered INTERNAL, so that neither a traceback nor a message that quotes a customer reaches anybody.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import code_pb2, status_pb2

from amends import log
from amends.application.engine_errors import EngineFailedError
from amends.application.observing import Nobody, Observer
from amends.application.ports import NewId
from amends.domain.errors import AmendsError, FieldViolation, InvalidSituationError, OverloadedError
from amends.domain.identity import ANYBODY, Identity
from amends.server.call_log import CallLog
from amends.server.permissions import may_call
from amends.server.request_ids import said_id, said_trace, trace_id
from amends.server.tally import Tally
from amends.wire.errors import RequestTooLargeError
from amends.wire.status import status_of

_NANOSECONDS_PER_MICROSECOND: Final = 1_000
_RETRY_SECONDS: Final = (0.25, 0.75)
"""Between which a call that found no room may try again, some hundred calls later; not all of them at once."""


@dataclass(slots=True)
class Call:
    """One call: when it began (`perf_counter_ns`), who makes it, and what the log says of it.

    The servicer adds names, ids and digests to `fields`, never content.
    """

    request_id: str
    began: int = 0
    identity: Identity = ANYBODY
    fields: dict[str, object] = field(default_factory=dict)


Answer: TypeAlias = Message | bytes
"""A message, or the bytes of one that was serialised as it was made."""

Behaviour: TypeAlias = Callable[[Any, Call], Answer | Awaitable[Answer]]
"""What a servicer does for a method: the parsed request in, the answer out, AmendsError for an error that is one.

One that never waits is a plain function: a coroutine around it would only cost.
"""

Read: TypeAlias = Callable[[bytes], Message]
"""Makes a request of what has come: DecodeError or AmendsError where it is none."""

Peer: TypeAlias = Callable[[], Mapping[str, Iterable[bytes]]]
"""What the transport has proved of the other end, in gRPC's words (`x509_common_name` ...); empty: nothing."""


class Gate(Protocol):
    """Knows who calls."""

    def enter(self, metadata: Mapping[str, str], peer: Peer) -> Identity:
        """Who calls, by what they say and what the transport proved. UnauthenticatedError, RateLimitedError."""
        ...


class OpenGate:
    """Tells nobody apart."""

    def enter(self, metadata: Mapping[str, str], peer: Peer) -> Identity:  # noqa: ARG002 -- as the gate
        """Anybody."""
        return ANYBODY


class Method:
    """A method of the contract and what a servicer does for it."""

    __slots__ = ("behaviour", "descriptor", "name", "parse")

    def __init__(self, descriptor: MethodDescriptor, behaviour: Behaviour) -> None:
        self.descriptor = descriptor
        self.name = descriptor.name
        self.parse: Read = GetMessageClass(descriptor.input_type).FromString
        self.behaviour = behaviour


class Answering:
    """Answers calls of all methods, and counts those in flight."""

    def __init__(  # noqa: PLR0913  # all by name, and in one place only
        self,
        *,
        max_request_bytes: int,
        max_in_flight: int,
        new_id: NewId,
        logger: log.Logger,
        gate: Gate,
        tally: Tally | None = None,
    ) -> None:
        self.max_request_bytes = max_request_bytes
        self._log = logger
        self.gate = gate
        self._max_in_flight = max_in_flight
        self.observer: Observer = tally or Nobody()
        self.lines = CallLog(logger, None if tally is None else lambda lines: tally.hand_on(lines, self.in_flight))
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

    async def __call__(
        self, method: Method, raw: bytes, metadata: Mapping[str, str], peer: Peer, *, read: Read | None = None
    ) -> bytes | status_pb2.Status:
        """The answer to one call, as bytes; or the status of the error that it comes to. `metadata`: names in small.

        `read` makes the request of what has come, where that is not its bytes.
        """
        call = self.open(metadata)
        code = "CANCELLED"
        try:
            answer: bytes | status_pb2.Status
            try:
                self.enter(call, method.name, metadata=metadata, peer=peer)
                answer = await self._answer(method, raw, call, read or method.parse)
            except Exception as error:  # noqa: BLE001 -- the process lives, whatever one call did
                answer = self.status(error, call)
            code = "OK" if isinstance(answer, bytes) else code_pb2.Code.Name(answer.code)
            return answer
        finally:
            self.close(method.name, call, code)

    def open(self, metadata: Mapping[str, str]) -> Call:
        """A call begins; it has to be closed, whatever becomes of it."""
        self.in_flight += 1
        call = Call(self.request_id(metadata), time.perf_counter_ns())
        traced = said_trace(metadata)
        if traced:
            call.fields["traceparent"] = traced
        return call

    def request_id(self, metadata: Mapping[str, str]) -> str:
        """The id that the caller gave, or else a new one."""
        return said_id(metadata) or f"{self._id_prefix}-{next(self._numbers)}"

    def close(self, method: str, call: Call, code: str) -> None:
        """A call has come to its end, with that code."""
        self.in_flight -= 1
        if self._idle is not None and not self.in_flight:
            self._idle.set()
        self.lines.add(
            {
                "method": method,
                "request_id": call.request_id,
                "code": code,
                "duration_us": (time.perf_counter_ns() - call.began) // _NANOSECONDS_PER_MICROSECOND,
                **call.fields,
            }
        )

    def enter(self, call: Call, method: str, *, metadata: Mapping[str, str], peer: Peer) -> None:
        """Let a call in, and know who makes it; AmendsError where it may not be, or is one too many."""
        if self.in_flight > self._max_in_flight:
            raise OverloadedError(self._max_in_flight, retry_after=random.uniform(*_RETRY_SECONDS))  # noqa: S311 -- no secret
        call.identity = self.gate.enter(metadata, peer)
        may_call(call.identity, method)

    async def _answer(self, method: Method, raw: bytes, call: Call, read: Read) -> bytes:
        if len(raw) > self.max_request_bytes:
            raise RequestTooLargeError(len(raw), self.max_request_bytes)
        response = method.behaviour(_parsed(read, raw), call)
        if isinstance(response, bytes):
            return response
        if not isinstance(response, Message):
            response = await response
        return response if isinstance(response, bytes) else response.SerializeToString(deterministic=True)

    def status(self, error: Exception, call: Call, *, in_trailer: bool = True) -> status_pb2.Status:
        """The status of an error, with the id of the call's line in the log; an accident is logged, once, and tells no
        more than that.
        """
        if not isinstance(error, AmendsError):
            self._log.error("unexpected_error", request_id=call.request_id, **log.failure(error))
        if isinstance(error, EngineFailedError):
            self._log.error("engine_failed", request_id=call.request_id, engine=error.name, failures=error.count)
        trace = trace_id(str(call.fields.get("traceparent", "")))
        return status_of(error, request_id=call.request_id, trace_id=trace, in_trailer=in_trailer)


def _parsed(parse: Read, raw: bytes) -> Message:
    try:
        return parse(raw)
    except DecodeError:
        raise InvalidSituationError((FieldViolation("", "the bytes are not a message of this method"),)) from None
