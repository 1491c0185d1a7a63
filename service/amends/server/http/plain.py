"""JSON by plain paths: each method under the verb and path of its annotation; errors as `google.rpc.Status` in JSON."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from amends.domain.errors import AmendsError, FieldViolation, InvalidSituationError
from amends.server.answering import Answering, Read
from amends.server.http.answers import Answered, Arrived, RefusedError, answer
from amends.server.http.paths import Binding
from amends.server.request_ids import said_id, said_trace, trace_id
from amends.wire.errors import RequestTooLargeError
from amends.wire.json_form import read_json, read_query
from amends.wire.status import identify

JSON: Final = "application/json"

HTTP_CODES: Final[Mapping[int, int]] = {
    code_pb2.CANCELLED: 499,
    code_pb2.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    code_pb2.DEADLINE_EXCEEDED: HTTPStatus.GATEWAY_TIMEOUT,
    code_pb2.NOT_FOUND: HTTPStatus.NOT_FOUND,
    code_pb2.ALREADY_EXISTS: HTTPStatus.CONFLICT,
    code_pb2.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    code_pb2.RESOURCE_EXHAUSTED: HTTPStatus.TOO_MANY_REQUESTS,
    code_pb2.FAILED_PRECONDITION: HTTPStatus.BAD_REQUEST,
    code_pb2.UNIMPLEMENTED: HTTPStatus.NOT_IMPLEMENTED,
    code_pb2.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    code_pb2.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
}
"""As the documentation of `google.rpc.Code` maps them; others are 500."""


class PlainPaths:
    """Answers requests by plain paths."""

    def __init__(self, bindings: Iterable[Binding], answering: Answering, *, most_bytes: int) -> None:
        self._bindings = tuple(bindings)
        self._answering = answering
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever its verb: what there is instead is known here, and not where it is mounted."""
        # One who goes away in the middle of a body has asked nothing.
        with suppress(ClientDisconnect):
            await (await self._found(Request(scope, receive)))(scope, receive, send)

    async def _found(self, request: Request) -> Response:
        path = request.url.path
        here = [(one, values) for one in self._bindings if (values := one.match(path)) is not None]
        if not here:
            return refusal(request, _status(code_pb2.NOT_FOUND, f"there is nothing at {path[:200]}"))
        found = next(((one, values) for one, values in here if one.verb == request.method), None)
        if found is None:
            allowed = ", ".join(sorted({one.verb for one, _ in here}))
            status = _status(code_pb2.UNIMPLEMENTED, f"{path[:200]} answers {allowed}")
            return refusal(request, status, code=HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": allowed})
        return await self._answer(request, *found)

    async def _answer(self, request: Request, binding: Binding, values: Mapping[str, str]) -> Response:
        said = (*values.items(), *request.query_params.multi_items())
        try:
            arrived = Arrived(await self._body(request, binding), lambda message: _read(message, said))
        except AmendsError as error:
            # Refused as everything else is: not before it is known who calls, and with a line in the log.
            arrived = Arrived(b"", partial(_refuse, error))
        headers = dict(request.headers.items())
        try:
            found = await _unless_gone(
                request, answer(self._answering, binding.method, arrived, headers=headers, scope=request.scope)
            )
        except RefusedError as error:
            return refusal(request, error.status)
        return Response(found.json(), media_type=JSON)

    async def _body(self, request: Request, binding: Binding) -> bytes:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > self._most_bytes:
                raise RequestTooLargeError(size, self._most_bytes)
            parts.append(part)
        if size and not binding.body:
            raise InvalidSituationError((FieldViolation("", "this call takes no body; say it in the query"),))
        if size and kind != JSON:
            # A page of a stranger may send other kinds without asking first.
            why = f"its content-type is {kind[:60] or 'not said'!r}; expected {JSON}"
            raise InvalidSituationError((FieldViolation("", why),))
        return b"".join(parts)


async def _unless_gone(request: Request, answering: Coroutine[Any, Any, Answered]) -> Answered:
    """The answer; ClientDisconnect, and the work is stopped, where nobody waits for it any more."""
    work = asyncio.create_task(answering)
    # All of the body has come: what comes now is that the caller has gone, or nothing.
    gone = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        raise ClientDisconnect
    finally:
        work.cancel()
        gone.cancel()
        await asyncio.wait({work, gone})


def nothing_there(request: Request, error: Exception) -> Response:
    """A path or a verb that leads nowhere, in the form of any other error."""
    assert isinstance(error, HTTPException)  # it is asked for no other
    path = request.url.path[:200]
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = dict(error.headers or {})
        status = _status(code_pb2.UNIMPLEMENTED, f"{path} does not answer {request.method[:20]}")
        return refusal(request, status, code=HTTPStatus.METHOD_NOT_ALLOWED, headers=allowed)
    return refusal(request, _status(code_pb2.NOT_FOUND, f"there is nothing at {path}"))


def _read(message: Message, said: Iterable[tuple[str, str]]) -> Read:
    def read(raw: bytes) -> Message:
        read_json(raw, message)
        return read_query(tuple(said), message)

    return read


def _refuse(error: AmendsError, _message: Message) -> Read:
    def read(_raw: bytes) -> Message:
        raise error

    return read


def refusal(
    request: Request, status: status_pb2.Status, *, code: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """A status as a response; one that nobody has identified gets the id of the request."""
    if not any(detail.Is(error_details_pb2.RequestInfo.DESCRIPTOR) for detail in status.details):
        trace = trace_id(said_trace(request.headers))
        identify(status, request_id=said_id(request.headers), trace_id=trace)
    http = code or HTTP_CODES.get(status.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    more = dict(headers or {})
    if http == HTTPStatus.UNAUTHORIZED:
        more["www-authenticate"] = "Bearer"
    for detail in status.details:
        wait = error_details_pb2.RetryInfo()
        if detail.Unpack(wait):
            more["retry-after"] = str(wait.retry_delay.seconds + bool(wait.retry_delay.nanos))
    return Response(MessageToJson(status, indent=None), status_code=http, media_type=JSON, headers=more)


def _status(code: int, message: str) -> status_pb2.Status:
    return status_pb2.Status(code=code, message=message)
