"""The door: webhooks in, verified and queued; health and metrics. Whatever is refused is told why, and counted."""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from amends_client.bridge.arrivals import change_of, report_of
from amends_client.bridge.handle import Source
from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.mapping.payload import NotJsonError, read_payload
from amends_client.bridge.mapping.take import LackingError
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.ports import NotReportedError, Reason, RefusedError, Webhook
from amends_client.bridge.queue.model import Arrival, DeliveryKind, Put
from amends_client.bridge.queue.queue import Queue

_LOG: Final = logging.getLogger("amends_bridge")
STATUS: Final[Mapping[Reason, HTTPStatus]] = MappingProxyType(
    {
        Reason.BAD_SIGNATURE: HTTPStatus.UNAUTHORIZED,
        Reason.BAD_TIME: HTTPStatus.FORBIDDEN,
        Reason.REPLAYED: HTTPStatus.CONFLICT,
        Reason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Reason.NOT_JSON: HTTPStatus.BAD_REQUEST,
        Reason.LACKING: HTTPStatus.UNPROCESSABLE_ENTITY,
        Reason.UNKNOWN_SOURCE: HTTPStatus.NOT_FOUND,
        Reason.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
_ANSWERS_EVERY: Final = 10 * 1_000_000_000


App: TypeAlias = Starlette
"""What serves it: an ASGI application."""


@dataclass(frozen=True, slots=True)
class Door:
    """What the web side works with. `notify`: something was queued."""

    queue: Queue
    sources: Mapping[str, Source]
    metrics: Metrics
    now: Callable[[], int]
    notify: Callable[[], None]
    largest: int = 1024 * 1024


def make_app(door: Door) -> Starlette:
    """The application."""

    async def change(request: Request) -> Response:
        return await receive(request, _change)

    async def report(request: Request) -> Response:
        return await receive(request, _report)

    async def receive(request: Request, read: _Reader) -> Response:
        name = request.path_params["source"]
        known = name if name in door.sources else ""
        try:
            webhook = Webhook(dict(request.headers), await _body(request, door.largest), str(request.url))
            heard = await run_in_threadpool(_accept, door, known, webhook, read)
        except RefusedError as refused:
            door.metrics.refused.labels(known, refused.reason.value).inc()
            return JSONResponse({"reason": refused.reason.value, "message": str(refused)}, STATUS[refused.reason])
        door.metrics.received.labels(known, heard.result).inc()
        workflow = door.sources[known].workflow
        if workflow is None:
            return JSONResponse({"result": heard.result}, HTTPStatus.ACCEPTED)
        return JSONResponse(workflow.hears(waits=heard.waits))

    async def ready(_: Request) -> Response:
        try:
            await run_in_threadpool(door.queue.answers)
        except Exception:  # noqa: BLE001  # whatever a database raises, it is not ready
            return PlainTextResponse("the queue cannot be reached\n", HTTPStatus.SERVICE_UNAVAILABLE)
        return PlainTextResponse("ready\n")

    async def healthy(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def metrics(_: Request) -> Response:
        text = await run_in_threadpool(door.metrics.text)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    routes = [
        Route("/webhooks/{source}", change, methods=["POST"]),
        Route("/webhooks/{source}/outcomes", report, methods=["POST"]),
        Route("/healthz", healthy),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]
    return Starlette(routes=routes)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What became of a webhook, and whether its sender waits for more."""

    result: str
    waits: bool = False


class _Reader(Protocol):
    """Makes deliveries of a webhook, the webhook's own first; none: nothing is to be done about it."""

    def __call__(self, source: Source, webhook: Webhook, *, proof: str | None, now: int) -> tuple[Arrival, ...]: ...


def _change(source: Source, webhook: Webhook, *, proof: str | None, now: int) -> tuple[Arrival, ...]:
    payload = _read(webhook)
    change = change_of(source, payload, webhook.body, proof=proof)
    if change is None:
        return ()
    if source.workflow is None:
        return (change,)
    # Behind the change in the case's line; who asks again waits again, but one recorded call cannot fill that line.
    call = source.workflow.waiting(payload)
    event = f"answer/{now // _ANSWERS_EVERY}/{call}"
    answer = Arrival(source.name, change.case, event, call.encode(), kind=DeliveryKind.ANSWER)
    return (change, answer)


def _report(source: Source, webhook: Webhook, *, proof: str | None, now: int) -> tuple[Arrival, ...]:  # noqa: ARG001  # as the other
    try:
        content = source.report(_read(webhook))
    except NotReportedError:
        return ()
    return (report_of(source, content, webhook.body, proof=proof),)


def _read(webhook: Webhook) -> Json:
    """Its JSON, all of it text that can be kept. NotJsonError."""
    content = read_payload(webhook.body)
    try:
        json.dumps(content, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise NotJsonError("it holds half a character: one of the two that stand for it is missing") from None
    return content


async def _body(request: Request, largest: int) -> bytes:
    """The body, read no further than it may be long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise RefusedError(Reason.TOO_LARGE, f"more than {largest} bytes")
    return bytes(body)


def _accept(door: Door, name: str, webhook: Webhook, read: _Reader) -> _Heard:
    if not name:
        raise RefusedError(Reason.UNKNOWN_SOURCE, "no source of that name is configured")
    source, now = door.sources[name], door.now()
    proof = source.helpdesk.verify(webhook, now)
    try:
        arrivals = read(source, webhook, proof=None if proof is None else f"{name}/{proof}", now=now)
    except NotJsonError as error:
        raise RefusedError(Reason.NOT_JSON, str(error)) from None
    except LackingError as error:
        raise RefusedError(Reason.LACKING, str(error)) from None
    if not arrivals:
        return _Heard("own")
    put = _put(door, arrivals[0])
    if put is Put.REPLAYED:
        raise RefusedError(Reason.REPLAYED, "this very delivery was accepted before")
    for following in arrivals[1:]:
        # Who has recorded a call may send it for ever; what is new has its own answer, behind it.
        if put is Put.NEW or not _awaits(door, following):
            _put(door, following)
    return _Heard(put.value, waits=len(arrivals) > 1)


def _awaits(door: Door, arrival: Arrival) -> bool:
    with _reached():
        return door.queue.awaits(arrival)


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except Exception:  # noqa: BLE001  # whatever a database raises, it was not kept
        _LOG.exception("the queue cannot be reached")
        raise RefusedError(Reason.UNAVAILABLE, "it cannot be kept now; send it again") from None


def _put(door: Door, arrival: Arrival) -> Put:
    with _reached():
        put = door.queue.put(arrival)
    if put is Put.NEW:
        door.notify()
    return put
