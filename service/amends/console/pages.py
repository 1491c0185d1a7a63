"""The pages: the console, the sidebar of agents for a helpdesk to frame, and the files that they load."""

import gzip
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

_TYPES: Final[Mapping[str, str]] = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_LOADED: Final = ("sidebar.css", "sidebar.js", "console.css", "console.js", "shared.js")


def pages(frame_origins: Iterable[str]) -> tuple[Route, ...]:
    """`/console/`, `/console/sidebar` and what they load. `frame_origins`: whose pages may frame the sidebar."""
    closed = _policy(())
    return (
        Route("/console", _moved),
        _given_out("/console/", "console.html", closed),
        _given_out("/console/sidebar", "sidebar.html", _policy(tuple(frame_origins))),
        *(_given_out(f"/console/{name}", name, closed) for name in _LOADED),
    )


async def _moved(_request: Request) -> Response:
    """To the folder, from where the page finds its files: relatively, for who puts a path before the service's."""
    return RedirectResponse("console/", headers={"referrer-policy": "no-referrer"})


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
    # Once, at the start; without a moment in it, so that it is the same each time.
    packed = gzip.compress(content, mtime=0)
    media_type = _TYPES[PurePosixPath(name).suffix]

    async def given_out(request: Request) -> Response:
        said = {**headers, "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, media_type=media_type, headers={**said, "content-encoding": "gzip"})
        return Response(content, media_type=media_type, headers=said)

    return Route(path, given_out)
