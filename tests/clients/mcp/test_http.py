"""Who may call the server over HTTP, and what it refuses to start with."""

import os

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from amends_client.mcp.__main__ import main
from tests.clients.mcp.agents import http_server

TOKEN = "a-token-of-this-test-alone"


async def test_whoever_has_the_token_is_let_in(target: str) -> None:
    """And nobody else, whatever they send."""
    with http_server(target, environment={**os.environ, "AMENDS_MCP_TOKEN": TOKEN}) as url:
        async with httpx2.AsyncClient() as stranger:
            for said in ({}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}):
                answer = await stranger.post(url, json={}, headers=said)
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        async with (
            httpx2.AsyncClient(headers={"authorization": f"Bearer {TOKEN}"}) as known,
            Client(streamable_http_client(url, http_client=known)) as client,
        ):
            assert (await client.list_tools()).tools


async def test_a_page_of_another_site_is_not_let_in(target: str) -> None:
    """A browser that was led to this machine says for whom it calls."""
    with http_server(target) as url:
        async with httpx2.AsyncClient() as browser:
            answer = await browser.post(url, json={}, headers={"host": "evil.example"})
            assert answer.status_code in {403, 421}


@pytest.mark.parametrize(
    ("options", "environment", "told"),
    [
        (("--http", "--host", "0.0.0.0"), {}, "set AMENDS_MCP_TOKEN"),  # noqa: S104  # what is refused
        (("--http",), {"AMENDS_MCP_TOKEN": "short"}, "at least 16"),
        (("--most-per-case", "50"), {}, "--most-per-case"),
        (("--target", "elsewhere.example:1"), {"AMENDS_TOKEN": "secret"}, "--target"),
    ],
)
def test_what_it_does_not_start_with(
    options: tuple[str, ...],
    environment: dict[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Told in a line; open to the network only with a token, and no key leaves this machine in clear."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(options) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "secret" not in said
    assert len(said.splitlines()) == 1
