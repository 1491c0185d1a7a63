"""The door: webhooks in, verified and queued; health and metrics. Whatever is refused is told why, and counted."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Final, TypeAlias

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from amends_client.bridge.handle import Source
from amends_client.bridge.mapping.payload import NotJsonError, read_payload
from amends_client.bridge.mapping.take import LackingError, delivered
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.ports import Reason, RefusedError, Webhook
from amends_client.bridge.queue.model import Arrival, Put
from amends_client.bridge.queue.queue import Queue

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
STATUS: Final[Mapping[Reason, HTTPStatus]] = MappingProxyType(
    {
        Reason.BAD_SIGNATURE: HTTPStatus.UNAUTHORIZED,
        Reason.BAD_TIME: HTTPStatus.FORBIDDEN,
        Reason.REPLAYED: HTTPStatus.CONFLICT,
        Reason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Reason.NOT_JSON: HTTPStatus.BAD_REQUEST,
        Reason.LACKING: HTTPStatus.UNPROCESSABLE_ENTITY,
        Reason.UNKNOWN_SOURCE: HTTPStatus.NOT_FOUND,
    }
)


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

    async def receive(request: Request) -> Response:
        name = request.path_params["source"]
        known = name if name in door.sources else ""
        try:
            webhook = Webhook(dict(request.headers), await _body(request, door.largest), str(request.url))
            result = await run_in_threadpool(_accept, door, known, webhook)
        except RefusedError as refused:
            door.metrics.refused.labels(known, refused.reason.value).inc()
            return JSONResponse({"reason": refused.reason.value, "message": str(refused)}, STATUS[refused.reason])
        door.metrics.received.labels(known, result).inc()
        return JSONResponse({"result": result}, HTTPStatus.ACCEPTED)

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
        Route("/webhooks/{source}", receive, methods=["POST"]),
        Route("/healthz", healthy),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]
    return Starlette(routes=routes)


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


async def _body(request: Request, largest: int) -> bytes:
    """The body, read no further than it may be long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise RefusedError(Reason.TOO_LARGE, f"more than {largest} bytes")
    return bytes(body)


def _accept(door: Door, name: str, webhook: Webhook) -> str:
    if not name:
        raise RefusedError(Reason.UNKNOWN_SOURCE, "no source of that name is configured")
    source = door.sources[name]
    proof = source.helpdesk.verify(webhook, door.now())
    try:
        told = delivered(read_payload(webhook.body), source.mapping)
    except NotJsonError as error:
        raise RefusedError(Reason.NOT_JSON, str(error)) from None
    except LackingError as error:
        raise RefusedError(Reason.LACKING, str(error)) from None
    if told.own:
        return "own"
    arrival = Arrival(
        source=source.name,
        case=told.case,
        event=f"event/{told.event or hashlib.sha256(webhook.body).hexdigest()}",
        body=webhook.body,
        proof=None if proof is None else f"{source.name}/{proof}",
        moment=None if told.time is None else _nanoseconds(told.time),
    )
    put = door.queue.put(arrival)
    if put is Put.REPLAYED:
        raise RefusedError(Reason.REPLAYED, "this very delivery was accepted before")
    if put is Put.NEW:
        door.notify()
    return put.value
