"""A scripted agent, which knows only the tools and what they told it; and the server that it talks to."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent, TextResourceContents

SERVER = ("-m", "amends_client.mcp")


@dataclass
class Agent:
    """Calls tools, and writes down what was asked and answered."""

    client: Client
    transcript: list[str] = field(default_factory=list)

    async def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        """What a tool answers, structured; AssertionError where it refused."""
        result = await self.client.call_tool(tool, arguments)
        assert isinstance(result, CallToolResult)
        assert not result.is_error, result.content
        answer: dict[str, Any] | None = result.structured_content
        assert answer is not None
        self.transcript.append(f"{tool}: {answer.get('outcome', 'done')}")
        return answer

    async def refused(self, tool: str, **arguments: object) -> str:
        """Why a tool refused."""
        result = await self.client.call_tool(tool, arguments)
        assert isinstance(result, CallToolResult)
        assert result.is_error, result.structured_content
        [content] = result.content
        assert isinstance(content, TextContent)
        self.transcript.append(f"{tool}: refused")
        return content.text

    async def read(self, uri: str) -> str:
        """A resource."""
        [content] = (await self.client.read_resource(uri)).contents
        assert isinstance(content, TextResourceContents)
        return content.text

    async def settle(self, facts: Mapping[str, Any], customer: Mapping[str, Any]) -> dict[str, Any]:
        """Decide, ask the customer whatever is to be asked, and decide again, until nothing is to be asked."""
        known = dict(facts)
        answer = await self.call("decide_recovery", situation=known)
        while answer["ask_next"] is not None and answer["not_settled"]:
            fact = answer["ask_next"]["fact"]
            self.transcript.append(f"asked the customer: {answer['ask_next']['ask']}")
            assert fact in customer, f"the script has no answer to {fact}: {answer['ask_next']['ask']}"
            _put(known, fact, customer[fact])
            answer = await self.call("decide_recovery", situation=known, supersedes=answer["decision_id"])
        return answer


def _put(known: dict[str, Any], path: str, value: object) -> None:
    head, _, rest = path.partition(".")
    if rest:
        known[head] = {**known.get(head, {}), rest: value}
    else:
        known[head] = value


@asynccontextmanager
async def over_stdio(target: str, *options: str) -> AsyncIterator[Agent]:
    """An agent whose program has started the server."""
    parameters = StdioServerParameters(command=sys.executable, args=[*SERVER, "--target", target, *options])
    async with Client(stdio_client(parameters)) as client:
        yield Agent(client)


@contextmanager
def http_server(target: str, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """A server over HTTP on a port of the system's choice: its address."""
    command = [sys.executable, *SERVER, "--target", target, "--http", "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "serving on" in line, line
        yield line.rpartition(" ")[2].strip()
    finally:
        process.terminate()
        process.communicate(timeout=60)


@asynccontextmanager
async def over_http(target: str, *options: str) -> AsyncIterator[Agent]:
    """An agent that was given the address of a server."""
    with http_server(target, *options) as url:
        async with Client(url) as client:
            yield Agent(client)
