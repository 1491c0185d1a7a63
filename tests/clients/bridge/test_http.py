"""Calls to vendors: only the address that is configured, and every failure told as what it is."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from types import SimpleNamespace

import pytest

from amends_client.bridge.ports import AwayError, DeniedError
from amends_client.bridge.vendors import http
from amends_client.bridge.vendors.http import ConflictError, HttpClient, part


class Answering(BaseHTTPRequestHandler):
    """Answers as its path says: `/status/STATUS`, `/page`, `/untyped` and `/drip`, which never ends by itself."""

    def do_GET(self) -> None:
        if self.path in {"/page", "/untyped", "/drip"}:
            self._say(drips=self.path == "/drip")
            return
        status = int(self.path.rpartition("/")[2])
        self.server.seen.append(self.path)  # type: ignore[attr-defined]  # set below
        self.send_response(status)
        self.send_header("location", "/elsewhere/200")
        self.send_header("retry-after", "7")
        self.send_header("content-length", "0")
        self.end_headers()

    def _say(self, *, drips: bool) -> None:
        self.send_response(200)
        if self.path != "/untyped":
            self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<h1>Please log in</h1>")
        with suppress(OSError):
            while drips:
                self.wfile.write(b" ")
                time.sleep(0.02)  # each part comes in time

    def log_message(self, *_: object) -> None:
        """Tests look at what came in."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as made:
        made.seen = []  # type: ignore[attr-defined]  # for the test
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def client(server: ThreadingHTTPServer) -> Iterator[HttpClient]:
    made = HttpClient(f"http://127.0.0.1:{server.server_address[1]}")
    yield made
    made.close()


@pytest.mark.parametrize("status", [429, 503])
def test_who_is_busy_is_asked_again_when_they_say(client: HttpClient, status: int) -> None:
    """A rate limit is no failure."""
    with pytest.raises(AwayError) as away:
        client.call("GET", f"/status/{status}")

    assert away.value.seconds == 7


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, AwayError),
        (408, AwayError),
        (400, DeniedError),
        (401, AwayError),
        (404, DeniedError),
        (409, ConflictError),
    ],
)
def test_what_may_pass_is_told_from_what_fails_again(client: HttpClient, status: int, error: type[Exception]) -> None:
    """The first is tried again, the second is a dead letter."""
    with pytest.raises(error):
        client.call("GET", f"/status/{status}")


def test_a_page_in_place_of_an_answer_is_no_answer(client: HttpClient) -> None:
    """Else a note would count as written that a login page has swallowed."""
    with pytest.raises(AwayError, match="a page in place of an answer"):
        client.call("GET", "/page")


def test_a_page_that_does_not_say_what_it_is_is_no_answer_either(client: HttpClient) -> None:
    """Some proxies send one without a type."""
    with pytest.raises(AwayError, match="a page in place of an answer"):
        client.call("GET", "/untyped")


def test_an_answer_that_never_ends_is_given_up(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """However steadily it comes: a case is held only for so long."""
    moments = chain([0.0], repeat(100.0))
    monkeypatch.setattr(http, "time", SimpleNamespace(monotonic=lambda: next(moments)))

    with pytest.raises(AwayError, match="took too long"):
        client.call("GET", "/drip")


def test_a_redirect_is_not_followed(client: HttpClient, server: ThreadingHTTPServer) -> None:
    """No address is called that the configuration does not name."""
    with pytest.raises(DeniedError):
        client.call("GET", "/status/302")

    assert server.seen == ["/status/302"]  # type: ignore[attr-defined]  # set above


def test_nobody_at_the_address_is_away() -> None:
    """A helpdesk that cannot be reached comes back."""
    client = HttpClient("http://127.0.0.1:1")

    with pytest.raises(AwayError, match="ConnectError"):
        client.call("GET", "/status/200")


@pytest.mark.parametrize("path", ["//evil.example/x", "http://evil.example/", "x", ""])
def test_a_path_never_names_another_host(client: HttpClient, path: str) -> None:
    """Whatever a configuration or a payload makes of it."""
    with pytest.raises(ValueError, match="one slash"):
        client.call("GET", path)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("42", "42"), ("a/../b?c#d", "a%2F..%2Fb%3Fc%23d"), ("//evil.example", "%2F%2Fevil.example"), ("ü", "%C3%BC")],
)
def test_a_cases_name_stays_one_part_of_a_path(text: str, quoted: str) -> None:
    """It comes from a payload: it must not lead to another case or call."""
    assert part(text) == quoted


@pytest.mark.parametrize("text", [".", ".."])
def test_a_case_named_as_a_folder_above_is_denied(text: str) -> None:
    """Dots cannot be quoted away."""
    with pytest.raises(DeniedError):
        part(text)
