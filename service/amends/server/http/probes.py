"""What probes ask: whether the process lives, whether it may be sent calls, and its numbers."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from amends.application.standing import PolicyState, Standing, Standings
from amends.domain.errors import AmendsError, PermissionDeniedError
from amends.domain.identity import Identity, Permission
from amends.server.answering import Gate
from amends.server.http.answers import peer_of
from amends.server.http.plain import refusal
from amends.wire.status import status_of

_NOBODY: Final = Identity("", frozenset())

Hindrances: TypeAlias = Callable[[], Sequence[str]]
"""What keeps the process from answering calls now, a short word each; none: nothing does."""


def probes(hindrances: Hindrances, standings: Standings, gate: Gate) -> tuple[Route, ...]:
    """`/healthz`: always, while the process answers at all. `/readyz`: 503 while it should not be sent calls.

    Ready or not, it tells how policies stand: to who may read of them all, to others how and by which activation alone.
    """

    async def alive(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(request: Request) -> Response:
        found = hindrances()
        body = {
            "status": "not ready" if found else "ready",
            "hindrances": list(found),
            "policies": [*_told(standings(), _who(request, gate))],
        }
        return JSONResponse(body, status_code=503 if found else 200)

    return Route("/healthz", alive), Route("/readyz", ready)


def _who(request: Request, gate: Gate) -> Identity:
    """Who asks; whoever is not known is nobody, and no probe fails for that."""
    try:
        return gate.enter(dict(request.headers.items()), lambda: peer_of(request.scope))
    except AmendsError:
        return _NOBODY


def _told(standings: Iterable[Standing], who: Identity) -> Iterator[Mapping[str, str]]:
    for one in standings:
        if who.may(Permission.READ, one.policy) or who.may(Permission.PUBLISH, one.policy):
            told = {"policy": one.policy, "state": one.state.value, "digest": one.digest}
            yield {**told, "activationId": one.activation_id, "reason": one.reason}
        elif one.state is not PolicyState.PROVED:
            yield {"state": one.state.value, "activationId": one.activation_id}


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
