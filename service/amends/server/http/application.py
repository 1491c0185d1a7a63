"""The HTTP side as one ASGI application."""

from collections.abc import Iterable
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from amends.server.answering import Method
from amends.server.http.connect import ConnectService
from amends.server.http.openapi import description
from amends.server.http.paths import bindings
from amends.server.http.plain import PlainPaths, nothing_there
from amends.server.http.probes import Hindrances, metrics, probes
from amends.server.http.request_ids import RequestIds
from amends.server.request_ids import REQUEST_ID
from amends.server.services import Services

_LET_THROUGH: Final = 4
"""What is only somewhat too large is read, to refuse it with a reason."""

_OF_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]", "::1")
_VERBS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SAID: Final = (
    *("authorization", "x-api-key", "content-type", "connect-protocol-version", "connect-timeout-ms"),
    *("x-grpc-web", "grpc-timeout", REQUEST_ID, "traceparent"),
)
_TOLD: Final = (REQUEST_ID, "retry-after", "grpc-status", "grpc-message", "grpc-status-details-bin")


def make_application(
    services: Services,
    *,
    hindrances: Hindrances,
    loopback: bool,
    origins: Iterable[str],
    pages: Iterable[Route] = (),
) -> ASGIApp:
    """All of it. `origins`: whose pages may call; none unless named. `pages`: what else is given out.

    `loopback`: it is meant for this machine, so a page whose name was made to lead here is no caller.
    """
    answering = services.answering
    most_bytes = _LET_THROUGH * answering.max_request_bytes
    unary = [one for own in services.methods.values() for one in own if isinstance(one, Method)]
    connect = [
        ConnectService(name, own, answering, services.streams, most_bytes=most_bytes)
        for name, own in services.methods.items()
    ]
    plain = PlainPaths(bindings(unary), answering, most_bytes=most_bytes)
    application = Starlette(
        routes=[
            *probes(hindrances, services.standings, answering.gate),
            *description(),
            *pages,
            *(() if services.metrics is None else (metrics(services.metrics, answering.gate),)),
            *(Mount(one.path, one) for one in connect),
            Route("/v1/{path:path}", plain),
        ],
        exception_handlers={404: nothing_there, 405: nothing_there},
        middleware=[*_guards(loopback=loopback, origins=tuple(origins))],
    )
    return RequestIds(application, answering.request_id)


def _guards(*, loopback: bool, origins: tuple[str, ...]) -> Iterable[Middleware]:
    if loopback:
        yield Middleware(TrustedHostMiddleware, allowed_hosts=list(_OF_LOOPBACK), www_redirect=False)
    if origins:
        yield Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=list(_VERBS),
            allow_headers=list(_SAID),
            expose_headers=list(_TOLD),
        )
