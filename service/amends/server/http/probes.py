"""What probes ask: whether the process lives, and whether it may be sent calls."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def probes(can_answer: Callable[[], bool]) -> tuple[Route, ...]:
    """`/healthz`: always, while the process answers at all. `/readyz`: 503 while it should not be sent calls."""

    async def alive(_request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_request: Request) -> Response:
        if can_answer():
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready"}, status_code=503)

    return Route("/healthz", alive), Route("/readyz", ready)
