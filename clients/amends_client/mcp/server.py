"""The server: its tools and resources, over stdio or HTTP; who may call it over HTTP."""

import hmac
import socket
import sys
from importlib.metadata import version
from typing import Final

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from amends_client.aio import AsyncAmendsClient
from amends_client.mcp.caps import Promised
from amends_client.mcp.resources import AgentResources
from amends_client.mcp.settings import AgentSettings
from amends_client.mcp.tools import AgentTools

INSTRUCTIONS: Final = """\
Ask here what may be promised to a customer who was let down. Promise only what stands under may_do_and_promise of a
decision, with its words and its amount. What stands under needs_approval or not_settled is no promise: ask whom it
names, or find out what ask_next asks and decide again with the answer. Never say what must_not_say lists.
Check each reply with check_reply before it is sent, and report what was done with record_outcome. Facts are what you
were told: leave out what is not known, and never guess. amends://vocabulary/{policy} has the names of all facts.
"""
_READS: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WRITES: Final = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)


def make_server(client: AsyncAmendsClient, settings: AgentSettings, promised: Promised) -> MCPServer:
    """The tools and resources for one service; `client` is open, and `promised` counts for its agents."""
    server = MCPServer(
        "amends",
        title="Amends",
        instructions=INSTRUCTIONS,
        version=version("amends"),
        log_level="WARNING",
    )
    tools = AgentTools(client, settings, promised)
    for read in (tools.preview_recovery, tools.explain_decision, tools.list_obligations, tools.check_reply):
        server.add_tool(read, annotations=_READS, structured_output=True)
    for write in (tools.decide_recovery, tools.record_outcome):
        server.add_tool(write, annotations=_WRITES, structured_output=True)
    resources = AgentResources(client, settings)
    for uri, name, read_it in (
        ("amends://packs", "packs", resources.packs),
        ("amends://packs/{pack_id}", "pack", resources.pack),
        ("amends://policies", "policies", resources.policies),
        ("amends://vocabulary/{policy}", "vocabulary", resources.vocabulary),
    ):
        server.resource(uri, name=name, description=read_it.__doc__, mime_type="application/json")(read_it)
    return server


async def serve_http(server: MCPServer, *, host: str, port: int, token: str | None) -> None:
    """Serve streamable HTTP until told to stop; says on stderr where. OSError where the address is not free."""
    app: ASGIApp = server.streamable_http_app(host=host)
    config = uvicorn.Config(
        app if token is None else _OnlyWith(token, app), log_level="warning", lifespan="on", timeout_graceful_shutdown=5
    )
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
        bound = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"amends-mcp: serving on http://{shown}:{bound}/mcp\n")
        sys.stderr.flush()
        await uvicorn.Server(config).serve(sockets=[listening])


class _OnlyWith:
    """Lets in who shows the token, as a bearer token, and nobody else."""

    def __init__(self, token: str, app: ASGIApp) -> None:
        self._wanted = f"Bearer {token}".encode()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            said = Headers(scope=scope).get("authorization", "").encode("latin-1")
            if not hmac.compare_digest(said, self._wanted):
                refused = PlainTextResponse("a bearer token is required", 401, {"www-authenticate": "Bearer"})
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)
