"""Zendesk's lists of an account, over HTTP, as its API answers: fields by pages, forms, tags, and who asks."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

FIELDS: Final[list[dict[str, Any]]] = [
    {"id": 1, "type": "subject", "title": "Subject", "active": True, "removable": False},
    {"id": 2, "type": "status", "title": "Status", "active": True, "removable": False},
    {
        "id": 360001,
        "type": "tagger",
        "title": "What went wrong",
        "active": True,
        "custom_field_options": [
            {"id": 1, "name": "Late delivery", "value": "reason_late"},
            {"id": 2, "name": "Other", "value": "reason_other"},
            {"id": 3, "name": "It never came\n# not: a comment", "value": "reason_lost"},
        ],
    },
    {"id": 360002, "type": "text", "title": "Order ID", "active": True},
    {"id": 360003, "type": "integer", "title": "Days late", "active": True},
    {"id": 360004, "type": "decimal", "title": "Amount paid", "active": True},
    {"id": 360005, "type": "decimal", "title": "Shipping fee", "active": True},
    {"id": 360006, "type": "checkbox", "title": "Is it an obvious mistake of ours?", "active": True},
    {"id": 360007, "type": "text", "title": 'Invoice "number"\nsituation: {}', "active": True},
    {"id": 360008, "type": "integer", "title": "Hours waited", "active": True},
    {"id": 360009, "type": "integer", "title": "Shipping fee", "active": False},
    {"id": 360010, "type": "date", "title": "Delivered", "active": True},
]
FORMS: Final = [{"id": 5, "name": "Complaint", "active": True, "ticket_field_ids": [1, 360001, 360003]}]
TAGS: Final = [{"name": "vip", "count": 120}, {"name": "press_media", "count": 3}, {"name": "legal_threat", "count": 2}]
_PAGE: Final = 4


def _answer(path: str) -> tuple[int, Any]:
    if path == "/api/v2/users/me.json":
        return 200, {"user": {"id": 81, "email": "bridge@example.com"}}
    if path == "/api/v2/ticket_forms.json?active=true":
        return 200, {"ticket_forms": FORMS}
    if path.startswith("/api/v2/tags.json?page[size]="):
        return 200, {"tags": TAGS, "meta": {"has_more": False}}
    found = re.fullmatch(r"/api/v2/ticket_fields\.json\?page\[size\]=\d+(&page\[after\]=(\d+))?", path)
    if found is None:
        return 404, {"error": "RecordNotFound"}
    first = int(found[2] or 0)
    after = first + _PAGE
    meta = {"has_more": after < len(FIELDS), "after_cursor": str(after)}
    return 200, {"ticket_fields": FIELDS[first:after], "meta": meta}


@contextmanager
def zendesk_account(*, without: str = "") -> Iterator[str]:
    """Its address. `without`: what its plan does not have, as a part of the path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.replace("%5B", "[").replace("%5D", "]")
            denied = without and without in path
            status, content = (403, {"error": "Forbidden"}) if denied else _answer(path)
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Nothing: a test's output is pytest's."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
