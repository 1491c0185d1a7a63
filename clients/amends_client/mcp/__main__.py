"""`amends-mcp`: serves agents over stdio, or over HTTP with `--http`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from amends_client.aio import AsyncAmendsClient
from amends_client.mcp.caps import Promised
from amends_client.mcp.server import make_server, serve_http
from amends_client.mcp.settings import (
    AgentSettings,
    Caps,
    SettingsError,
    cap,
    default_ledger,
    http_token,
    service_credentials,
)

_BAD_ARGUMENTS = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop, or until stdin ends."""
    said = _parser().parse_args(arguments)
    try:
        settings = _settings(said)
        token = http_token(said.host) if said.http else None
        has_caps = settings.caps.per_case is not None or settings.caps.per_day is not None
        promised = Promised(settings.caps, (said.ledger or default_ledger()) if has_caps else None)
    except SettingsError as error:
        sys.stderr.write(f"amends-mcp: {error}\n")
        return _BAD_ARGUMENTS
    try:
        asyncio.run(_serve(settings, promised, said, token=token))
    except OSError as error:
        sys.stderr.write(f"amends-mcp: cannot listen on {said.host}:{said.port}: {error.strerror}\n")
        return _BAD_ARGUMENTS
    except ValueError as error:
        sys.stderr.write(f"amends-mcp: --target: {error}\n")
        return _BAD_ARGUMENTS
    except KeyboardInterrupt:
        return 0
    finally:
        promised.close()
    return 0


async def _serve(settings: AgentSettings, promised: Promised, said: argparse.Namespace, *, token: str | None) -> None:
    async with AsyncAmendsClient(
        settings.target, credentials=settings.credentials, token=settings.token, wait_for_ready=False
    ) as client:
        server = make_server(client, settings, promised)
        if said.http:
            await serve_http(server, host=said.host, port=said.port, token=token)
        else:
            await server.run_stdio_async()


def _settings(said: argparse.Namespace) -> AgentSettings:
    token, credentials = service_credentials()
    caps = Caps(per_case=cap(said.most_per_case, "--most-per-case"), per_day=cap(said.most_per_day, "--most-per-day"))
    return AgentSettings(
        target=said.target,
        policy=said.policy,
        role=said.role,
        actor_id=said.actor_id,
        caps=caps,
        token=token,
        credentials=credentials,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="amends-mcp",
        description="A server of the Model Context Protocol: what an AI agent may promise a customer.",
        epilog="AMENDS_TOKEN, AMENDS_SERVER_CA, AMENDS_CLIENT_CERTIFICATE and AMENDS_CLIENT_KEY say how the service"
        " knows this server; AMENDS_MCP_TOKEN is what callers over HTTP have to show.",
    )
    parser.add_argument("--target", default="127.0.0.1:50051", metavar="HOST:PORT", help="the Amends service")
    parser.add_argument("--policy", default="", help="the policy that decides; else `default`")
    parser.add_argument("--role", default="", help="the role that the agent acts in; else the pack's first")
    parser.add_argument("--actor-id", default="mcp", help="by which the log knows this agent")
    parser.add_argument("--most-per-case", metavar="AMOUNT", help="the most it promises in one case, as in `50 USD`")
    parser.add_argument("--most-per-day", metavar="AMOUNT", help="the most it promises in a day of UTC, over all cases")
    parser.add_argument(
        "--ledger", type=Path, metavar="FILE", help="where promises are counted; else a file among this user's own"
    )
    parser.add_argument("--http", action="store_true", help="serve streamable HTTP at /mcp, not stdio")
    parser.add_argument("--host", default="127.0.0.1", help="with --http")
    parser.add_argument("--port", type=int, default=8765, help="with --http; 0: any that is free")
    return parser


if __name__ == "__main__":
    sys.exit(main())
