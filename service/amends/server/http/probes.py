"""What probes ask: whether the process lives, whether it may be sent calls, and its numbers."""

import asyncio
from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from amends.domain.errors import AmendsError, PermissionDeniedError
from amends.domain.identity import Permission
from amends.server.answering import Gate
from amends.server.http.answers import peer_of
from amends.server.http.plain import refusal
from amends.wire.status import status_of


def probes(can_answer: Callable[[], bool]) -> tuple[Route, ...]:
    """`/healthz`: always, while the process answers at all. `/readyz`: 503 while it should not be sent calls."""

    async def alive(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> Response:
        if can_answer():
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready"}, status_code=503)

    return Route("/healthz", alive), Route("/readyz", ready)


def metrics(text: Callable[[], bytes], gate: Gate) -> Route:
    """`/metrics`: the numbers of all workers, as Prometheus reads them, for whoever may read of any policy."""

    async def numbers(request: Request) -> Response:
        try:
            identity = gate.enter(dict(request.headers.items()), lambda: peer_of(request.scope))
            if Permission.READ not in identity.permissions:
                raise PermissionDeniedError(identity.name, permission=Permission.READ)
        except AmendsError as error:
            return refusal(request, status_of(error, in_trailer=False))
        # Reading the files of many workers takes longer than a call.
        return Response(await asyncio.to_thread(text), headers={"content-type": CONTENT_TYPE_LATEST})

    return Route("/metrics", numbers)
