"""How the HTTP side stops: whoever has sent a request by then gets the answer, and is told that the connection ends."""

import asyncio
import socket
from typing import Final

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from amends.server.http.listening import HttpSide, listen
from tests.fakes.logger import RecordingLogger

REQUEST: Final = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
PATIENCE: Final = 30


async def _answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("answered")


async def _running() -> tuple[HttpSide, "asyncio.Task[None]"]:
    side = HttpSide(
        Starlette(routes=[Route("/", _answer)]),
        listen("127.0.0.1", 0, shared=False),
        None,
        drain_seconds=PATIENCE,
        logger=RecordingLogger(),
    )
    serving = asyncio.create_task(side.serve())
    reader, writer = await _called(side.port)
    assert b"answered" in await reader.readuntil(b"answered")
    writer.close()
    return side, serving


async def _called(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST)
    return reader, writer


async def test_who_waits_before_the_door_is_answered() -> None:
    """The system has let them in, and the server has not looked yet: closing the port must not cut them off."""
    side, serving = await _running()
    # Without a turn for the loop: nobody has taken these.
    waiting = [socket.create_connection(("127.0.0.1", side.port), timeout=PATIENCE) for _ in range(3)]
    for connection in waiting:
        connection.sendall(REQUEST)

    await asyncio.wait_for(side.stop(), PATIENCE)
    await serving

    for connection in waiting:
        with connection, connection.makefile("rb") as read:
            answer = read.read()
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"connection: close\r\n" in answer
        assert answer.endswith(b"answered")


async def test_a_connection_that_is_kept_is_told_that_it_ends() -> None:
    """With its next answer, which is an answer still; then the port is closed."""
    side, serving = await _running()
    port = side.port
    reader, writer = await _called(port)
    first = await asyncio.wait_for(reader.readuntil(b"answered"), PATIENCE)
    stopping = asyncio.create_task(side.stop())
    await asyncio.sleep(0)

    writer.write(REQUEST)
    last = await asyncio.wait_for(reader.read(), PATIENCE)
    await asyncio.wait_for(stopping, PATIENCE)
    await serving

    assert b"connection: close" not in first
    assert last.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close\r\n" in last
    assert last.endswith(b"answered")
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
