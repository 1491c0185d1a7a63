"""Gives each request by HTTP its id before anything else looks at it, and says it in each answer, whatever that is."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amends.server.request_ids import REQUEST_ID

_NAME: Final = REQUEST_ID.encode()

MakeId: TypeAlias = Callable[[Mapping[str, str]], str]
"""The id of a request, by its headers: the caller's, where it may be taken over."""


class RequestIds:
    """An ASGI application around another: who answers finds the id among the headers, as if the caller had said it."""

    def __init__(self, application: ASGIApp, make_id: MakeId) -> None:
        self._application = application
        self._make_id = make_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        own = (_NAME, self._make_id(Headers(scope=scope)).encode())

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), own]
            await send(message)

        others = [header for header in scope["headers"] if header[0] != _NAME]
        await self._application({**scope, "headers": [*others, own]}, receive, named)
