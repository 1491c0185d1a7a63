"""A page of a helpdesk that frames the sidebar, given out from an origin of its own, and the browser that opens it."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A ticket</title></head>
<body><h1>Ticket 4711</h1><iframe id="amends" title="Amends" width="380" height="900"></iframe>
<script>
const told = TOLD, frame = document.getElementById("amends");
window.heard = [];
addEventListener("message", ({ data, source }) => {
  if (source !== frame.contentWindow) return;
  heard.push(data);
  if (data.type === "amends.ready") source.postMessage({ type: "amends.case", ...told }, ORIGIN);
});
frame.src = ORIGIN + "/console/sidebar";
</script></body></html>
"""


class Desk:
    """The helpdesk: what its page tells of the open ticket is each test's."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.page = ""

    def opens(self, service: str, told: Mapping[str, Any]) -> None:
        """The ticket that the page shows from now on."""
        self.page = _PAGE.replace("TOLD", json.dumps(told)).replace("ORIGIN", json.dumps(service))


@contextmanager
def desk_server() -> Iterator[Desk]:
    """A helpdesk that can be called."""
    desks: list[Desk] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = desks[0].page.encode()
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Nothing: a test's output is pytest's."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        desks.append(Desk(f"http://127.0.0.1:{server.server_port}"))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield desks[0]
        server.shutdown()
        thread.join()
