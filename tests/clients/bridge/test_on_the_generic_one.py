"""Helpdesks without an adapter of their own: what the page of each configures makes the calls that its API takes."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest
import yaml

from amends_client.bridge.ports import AwayError, DeniedError, Said
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.generic import Generic, GenericSettings
from tests.clients.bridge.bridging import GENERIC
from tests.docs.guide import Guide

SAID: Final = Said(mark="Amends decision d-1", note="Refund <all> of it\n\nAmends decision d-1", tags=("amends_ask",))
HTML: Final = "Refund &lt;all&gt; of it<br>\n<br>\nAmends decision d-1"


class Api:
    """A helpdesk's API that keeps what it was asked, and answers the same always, but for pages of its own."""

    def __init__(self) -> None:
        self.answer: Any = None
        self.pages: dict[str, Any] = {}
        self.calls: list[tuple[str, str, Any]] = []
        self.headers: dict[str, str] = {}


@pytest.fixture
def api() -> Iterator[tuple[Api, str]]:
    kept = Api()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            kept.calls.append((self.command, self.path, json.loads(body) if body else None))
            kept.headers = {name.lower(): value for name, value in self.headers.items()}
            content = json.dumps(kept.pages.get(self.path, kept.answer)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815  # the names that the base class looks for

        def log_message(self, *_said: object) -> None:
            """Nothing: a test's output is pytest's."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield kept, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("vendor", "note", "read", "answer", "authorized"),
    [
        (
            "chatwoot",
            (
                "/api/v1/accounts/1/conversations/7/messages",
                {"content": SAID.note, "message_type": "outgoing", "private": True},
            ),
            "/api/v1/accounts/1/conversations/7/messages",
            {"meta": {}, "payload": [{"id": 1, "content": SAID.note, "private": True}]},
            "api_access_token",
        ),
        (
            "freshdesk",
            ("/api/v2/tickets/7/notes", {"body": HTML, "private": True}),
            "/api/v2/tickets/7/conversations?per_page=100&page=1",
            [{"id": 1, "body": HTML, "body_text": SAID.note, "private": True}],
            "authorization",
        ),
        (
            "intercom",
            ("/conversations/7/reply", {"message_type": "note", "type": "admin", "admin_id": "814860", "body": HTML}),
            "/conversations/7",
            {
                "type": "conversation",
                "conversation_parts": {"conversation_parts": [{"part_type": "note", "body": HTML}]},
            },
            "authorization",
        ),
        (
            "espocrm",
            (
                "/api/v1/Note",
                {"type": "Post", "parentType": "Case", "parentId": "7", "post": SAID.note, "isInternal": True},
            ),
            "/api/v1/Case/7/stream",
            {"total": 1, "list": [{"id": "n", "type": "Post", "post": SAID.note}]},
            "x-api-key",
        ),
    ],
)
def test_the_page_s_configuration_writes_a_note_and_finds_it_again(  # noqa: PLR0913, PLR0917  # a vendor's row
    vendor: str,
    note: tuple[str, Any],
    read: str,
    answer: Any,  # noqa: ANN401  # JSON
    authorized: str,
    api: tuple[Api, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One internal note, none that a customer sees; and it is known by its last line, however it comes back."""
    kept, address = api
    blocks = Guide(f"integrations/{vendor}.md").blocks()
    settings = yaml.safe_load(next(one.text for one in blocks if one.file == "bridge.yaml"))
    desk = GenericSettings.model_validate({**settings["sources"][vendor]["desk"], "address": address})
    assert isinstance(desk.secret, Secret)
    for secret in (desk.secret, *desk.headers.values()):
        if isinstance(secret, Secret):
            monkeypatch.setenv(secret.env, "an invented secret")
    helpdesk = Generic(desk)

    helpdesk.write("7", SAID)
    assert kept.calls == [("POST", *note)]
    assert kept.headers[authorized] == "an invented secret"
    kept.answer = answer
    assert helpdesk.has("7", SAID.mark)
    assert not helpdesk.has("7", "Amends decision d-2")
    assert kept.calls[1] == ("GET", read, None)
    helpdesk.close()


@pytest.mark.parametrize("last", [[], [{"text": "page 2"}]], ids=["an empty page", "the same page again"])
def test_a_note_is_looked_for_on_all_pages(api: tuple[Api, str], monkeypatch: pytest.MonkeyPatch, last: Any) -> None:  # noqa: ANN401  # JSON
    """Where the oldest come first, the newest is on the last; who knows no pages gives out the same one again."""
    kept, address = api
    monkeypatch.setenv("DESK_SECRET", "an invented secret")
    notes = {"path": "/notes/{case}?page={page}", "texts": "[*].text"}
    helpdesk = Generic(GenericSettings.model_validate({**GENERIC, "address": address, "notes": notes}))
    kept.pages = {"/notes/7?page=1": [{"text": "page 1"}], "/notes/7?page=2": [{"text": "page 2"}]}
    kept.answer = last

    assert helpdesk.has("7", "page 2")
    assert not helpdesk.has("7", "page 4")
    assert [path for _, path, _ in kept.calls[2:]] == [f"/notes/7?page={page}" for page in (1, 2, 3)]
    helpdesk.close()


def test_pages_without_an_end_are_given_up(api: tuple[Api, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who knows no pages, and says something else each time, is not asked for ever."""
    kept, address = api
    monkeypatch.setenv("DESK_SECRET", "an invented secret")
    notes = {"path": "/notes/{case}?page={page}", "texts": "[*].text"}
    helpdesk = Generic(GenericSettings.model_validate({**GENERIC, "address": address, "notes": notes}))
    kept.pages = {f"/notes/7?page={page}": [{"text": f"page {page}"}] for page in range(1, 502)}

    with pytest.raises(DeniedError, match="after page 500"):
        helpdesk.has("7", "page 501")
    helpdesk.close()


def test_an_answer_without_notes_is_not_taken_for_none(api: tuple[Api, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A note that stands there would be written a second time."""
    kept, address = api
    monkeypatch.setenv("DESK_SECRET", "an invented secret")
    helpdesk = Generic(GenericSettings.model_validate({**GENERIC, "address": address}))
    kept.answer = {"message": "under maintenance"}

    with pytest.raises(AwayError, match="lacks notes"):
        helpdesk.has("7", "Amends decision d-1")
    helpdesk.close()
