"""A helpdesk for tests: a real HTTP server that keeps its tickets in a file, with the calls that the adapters make.

`python -m tests.clients.bridge.desk FILE PORT` runs it as a process of its own, which may be killed at any moment: what
it has answered is in the file. It speaks a small API of its own (`/cases/...`), Zendesk's (`/api/v2/tickets/...`),
Zammad's (`/api/v1/...`), HubSpot's (`/crm/...`), Salesforce's (`/services/...`) and django-helpdesk's
(`/api/tickets/...`).
"""

import json
import re
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl

from tests.clients.bridge import django_desk, hubspot_desk, salesforce_desk

Answer = tuple[int, Any]


class Desk:
    """The tickets. Each change takes the next time stamp of its ticket."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.away = 0
        """So many calls are answered by 503 before the next is done."""
        self.lost = 0
        """So many notes are written, and their writer told 500."""
        self.overtaken = 0
        """So many changes of a Zendesk ticket are overtaken by somebody else's."""
        self.deaf = 0
        """So many completions of a HubSpot call come before HubSpot knows that it waits."""
        self.note_to = 228
        """The association by which HubSpot's notes come: that to tickets."""
        self.completed: dict[str, dict[str, str]] = {}
        """The output fields of each call that HubSpot was told to go on with."""
        self.tokens = 0
        """How many tokens Salesforce has given; only the last one is good."""
        self.distrusting = False
        """Salesforce takes no token, not even its last one."""
        self.limited = 0
        """So many calls of Salesforce are over its limit."""
        self.locked = 0
        """So many composite calls of Salesforce find a row locked."""
        self.records: dict[str, dict[str, Any]] = {}
        """Salesforce's cases and recommendations, with their fields."""
        self.composites: list[Any] = []
        """The composite calls of Salesforce, as they came."""
        self.milestones: dict[str, tuple[str, str]] = {}
        """Case and name of each milestone of Salesforce that is not completed."""
        self.calls: list[str] = []
        with self._opened() as tables:
            tables.execute("CREATE TABLE IF NOT EXISTS notes (number INTEGER PRIMARY KEY, ticket TEXT, text TEXT)")
            tables.execute("CREATE TABLE IF NOT EXISTS tags (ticket TEXT, tag TEXT, PRIMARY KEY (ticket, tag))")
            tables.execute("CREATE TABLE IF NOT EXISTS stamps (ticket TEXT PRIMARY KEY, stamp INTEGER)")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._lock, closing(sqlite3.connect(self._file, timeout=60)) as tables, tables:
            yield tables

    def notes(self, ticket: str) -> list[str]:
        with self._opened() as tables:
            rows = tables.execute("SELECT text FROM notes WHERE ticket = ? ORDER BY number", (ticket,))
            return [text for (text,) in rows]

    def counts(self) -> dict[str, int]:
        """How many notes each ticket has."""
        with self._opened() as tables:
            return dict(tables.execute("SELECT ticket, count(*) FROM notes GROUP BY ticket").fetchall())

    def tags(self, ticket: str) -> set[str]:
        with self._opened() as tables:
            return {tag for (tag,) in tables.execute("SELECT tag FROM tags WHERE ticket = ?", (ticket,))}

    def stamp(self, ticket: str) -> int:
        with self._opened() as tables:
            row = tables.execute("SELECT stamp FROM stamps WHERE ticket = ?", (ticket,)).fetchone()
            return int(row[0]) if row else 0

    def add_note(self, ticket: str, text: str) -> None:
        with self._opened() as tables:
            tables.execute("INSERT INTO notes (ticket, text) VALUES (?, ?)", (ticket, text))
            self._touch(tables, ticket)

    def set_tags(self, ticket: str, tags: list[str]) -> None:
        with self._opened() as tables:
            tables.execute("DELETE FROM tags WHERE ticket = ?", (ticket,))
            tables.executemany("INSERT INTO tags VALUES (?, ?)", [(ticket, tag) for tag in tags])
            self._touch(tables, ticket)

    def _touch(self, tables: sqlite3.Connection, ticket: str) -> None:
        tables.execute(
            "INSERT INTO stamps VALUES (?, 1) ON CONFLICT (ticket) DO UPDATE SET stamp = stamp + 1", (ticket,)
        )

    def answer(self, method: str, path: str, body: Any, *, authorization: str) -> Answer:  # noqa: ANN401  # JSON
        self.calls.append(f"{method} {path}")
        if self.away > 0:
            self.away -= 1
            return 503, {"error": "away"}
        return self._vendor(method, path, body, authorization=authorization)

    def _vendor(self, method: str, path: str, body: Any, *, authorization: str) -> Answer:  # noqa: ANN401  # JSON
        if found := re.fullmatch(r"/cases/([^/?]+)/(notes|tags)", path):
            return self._own(method, found[1], found[2], body)
        if found := re.fullmatch(r"/api/v2/tickets/(\w+)(/comments)?\.json(\?.*)?", path):
            return self._zendesk(method, found[1], body, comments=bool(found[2]))
        if path.startswith(("/crm/", "/automation/")):
            return hubspot_desk.answer(self, method, path, body, authorization=authorization)
        if path.startswith("/services/"):
            return salesforce_desk.answer(self, method, path, body, authorization=authorization)
        if path.startswith("/api/v1/"):
            return self._zammad(method, path, body)
        return django_desk.answer(self, method, path, body)

    def _own(self, method: str, ticket: str, what: str, body: Any) -> Answer:  # noqa: ANN401  # JSON
        match method, what:
            case "GET", "notes":
                return 200, {"notes": [{"text": text} for text in self.notes(ticket)]}
            case "POST", "notes":
                self.add_note(ticket, body["text"])
                return self.told(201)
            case "POST", "tags":
                self.set_tags(ticket, sorted(self.tags(ticket) | set(body["tags"])))
                return 200, None
            case _:
                return 405, None

    def _zammad(self, method: str, path: str, body: Any) -> Answer:  # noqa: ANN401  # JSON
        match method, path:
            case "POST", "/api/v1/ticket_articles":
                assert body["internal"] is True
                self.add_note(body["ticket_id"], body["body"])
                return self.told(201)
            case "POST", "/api/v1/tags/add":
                self.set_tags(body["o_id"], sorted({*self.tags(body["o_id"]), body["item"]}))
                return 201, True
            case "GET", _ if found := re.fullmatch(r"/api/v1/ticket_articles/by_ticket/(\w+)", path):
                return 200, [{"body": text} for text in self.notes(found[1])]
            case _:
                return 404, {"error": "No route matches"}

    def _zendesk(self, method: str, ticket: str, body: Any, *, comments: bool) -> Answer:  # noqa: ANN401  # JSON
        if comments:
            texts = [{"body": text, "public": False} for text in reversed(self.notes(ticket))]
            return 200, {"comments": texts, "meta": {"has_more": False, "after_cursor": None}}
        if method == "PUT":
            change = body["ticket"]
            if self.overtaken > 0:
                self.overtaken -= 1
                self.set_tags(ticket, sorted({*self.tags(ticket), "by_somebody_else"}))
            if change["safe_update"] and change["updated_stamp"] != _moment(self.stamp(ticket)):
                return 409, {"error": "UpdateConflict"}
            assert change["comment"]["public"] is False
            self.set_tags(ticket, change["tags"])
            self.add_note(ticket, change["comment"]["body"])
            return self.told(200)
        shown = {"id": ticket, "tags": sorted(self.tags(ticket)), "updated_at": _moment(self.stamp(ticket))}
        return 200, {"ticket": shown}

    def told(self, status: int) -> Answer:
        if self.lost > 0:
            self.lost -= 1
            return 500, {"error": "it broke after the work"}
        return status, {"id": "1"}


def _moment(stamp: int) -> str:
    return f"2026-11-22T10:{stamp // 60:02}:{stamp % 60:02}Z"


class _Handler(BaseHTTPRequestHandler):
    desk: ClassVar[Desk]
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        sent = self.rfile.read(length)
        is_form = self.headers.get_content_type() == "application/x-www-form-urlencoded"
        body = dict(parse_qsl(sent.decode())) if is_form else json.loads(sent) if sent else None
        authorization = self.headers.get("authorization", "")
        status, content = self.desk.answer(self.command, self.path, body, authorization=authorization)
        encoded = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    do_GET = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815  # the names that the base class looks for

    def log_message(self, *_: object) -> None:
        """Tests read what the desk holds."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class RunningDesk:
    """The helpdesk in a thread of the test."""

    def __init__(self, file: Path) -> None:
        self.desk = Desk(file)
        self._server = _server(self.desk, 0)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _server(desk: Desk, port: int) -> ThreadingHTTPServer:
    handler = type("Handler", (_Handler,), {"desk": desk})
    return _Server(("127.0.0.1", port), handler)


if __name__ == "__main__":
    _server(Desk(Path(sys.argv[1])), int(sys.argv[2])).serve_forever()
