"""Zendesk's side of its app: the origin that gives out what is in the zip, and the script by which apps talk to it."""

import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

SDK: Final = "https://static.zdassets.com/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"
"""Where an app loads Zendesk's client from; no test does."""

TICKET: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Zendesk</title></head>
<body><h1>Ticket</h1><iframe id="app" title="Apps" src="APP" width="400" height="900"></iframe></body></html>
"""
_CLIENT: Final = """
const told = TOLD, heard = {};
globalThis.happens = (event) => (heard[event] ?? []).forEach((one) => one());
globalThis.ZAFClient = {
  init: () => ({
    invoke: async () => ({}),
    metadata: async () => ({ settings: told.settings }),
    get: async (paths) => Object.fromEntries(paths.map((path) => [path, told.ticket[path]])),
    on: (event, then) => (heard[event] ??= []).push(then),
  }),
};
"""
_TYPES: Final = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".png": "image/png"}


def client_script(settings: dict[str, str], ticket: dict[str, Any]) -> str:
    """Its client, with the calls that the app makes: what an administrator has set, and which ticket is open."""
    return _CLIENT.replace("TOLD", json.dumps({"settings": settings, "ticket": ticket}))


@contextmanager
def apps_server(packed: Path) -> Iterator[str]:
    """The origin of the app: nothing but what is in its zip."""
    with zipfile.ZipFile(packed) as zipped:
        files = {f"/{name}": zipped.read(name) for name in zipped.namelist()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            self.send_response(200 if path in files else 404)
            self.send_header("content-type", _TYPES.get(Path(path).suffix, "text/plain"))
            self.end_headers()
            self.wfile.write(files.get(path, b""))

        def log_message(self, *_said: object) -> None:
            """Nothing: a test's output is pytest's."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
