"""The sidebar of agents: a page for a helpdesk to frame, and the two files that it loads."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_TYPES: Final[Mapping[str, str]] = {
    "sidebar.html": "text/html",
    "sidebar.css": "text/css",
    "sidebar.js": "text/javascript",
}
_PLACES: Final[Mapping[str, str]] = {
    "/console/sidebar": "sidebar.html",
    "/console/sidebar.css": "sidebar.css",
    "/console/sidebar.js": "sidebar.js",
}


def sidebar(frame_origins: Iterable[str]) -> tuple[Route, ...]:
    """`/console/sidebar` and what it loads. `frame_origins`: whose pages may frame it; none unless named."""
    headers = _policy(tuple(frame_origins))
    return tuple(_given_out(path, name, headers) for path, name in _PLACES.items())


def _policy(origins: tuple[str, ...]) -> dict[str, str]:
    """Only its own files run and style it, only the service is called, and text never becomes code."""
    framed_by = " ".join(origins) or "'none'"
    own = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
    closed = "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    return {
        "content-security-policy": f"{own}; {closed}; frame-ancestors {framed_by}",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        # Asked for anew each time: the files keep their names from version to version.
        "cache-control": "no-cache",
    }


def _given_out(path: str, name: str, headers: Mapping[str, str]) -> Route:
    content = files("amends.console").joinpath("static", name).read_bytes()

    async def given_out(_request: Request) -> Response:
        return Response(content, media_type=_TYPES[name], headers=headers)

    return Route(path, given_out)
