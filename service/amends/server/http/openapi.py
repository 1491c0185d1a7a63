"""The description of the HTTP side: its OpenAPI documents, and a page to read them.

`make openapi` writes the documents from the contract; here they are only given out. They say nothing of this service
but what everybody may read, so nobody is asked who they are.
"""

import base64
import hashlib
import json
from importlib.resources import files
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from amends.server.http.openapi_page import STYLE, render
from amends.server.http.plain import JSON

_DOCUMENTS: Final = ("openapi.json", "openapi-flat.json")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_OF_THE_PAGE: Final = {
    # Nothing is loaded and nothing runs: all that the page has is its own style.
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}


def description() -> tuple[Route, ...]:
    """`/openapi.json`, `/openapi-flat.json` and `/docs`."""
    texts = {name: read_document(name) for name in _DOCUMENTS}
    document: dict[str, Any] = json.loads(texts[_DOCUMENTS[0]])
    return (*(_document(name, text) for name, text in texts.items()), _page(render(document)))


def read_document(name: str) -> bytes:
    """A document, as it is shipped."""
    return files("amends.server.http").joinpath(name).read_bytes()


def _document(name: str, text: bytes) -> Route:
    async def document(_request: Request) -> Response:
        return Response(text, media_type=JSON)

    return Route(f"/{name}", document)


def _page(html: str) -> Route:
    async def page(_request: Request) -> Response:
        return HTMLResponse(html, headers=_OF_THE_PAGE)

    return Route("/docs", page)
