"""A vendor's lists of an account, over HTTP, for drafts of mappings: one answers, another refuses."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

Answer: TypeAlias = tuple[int, Any]


@dataclass(frozen=True)
class Asked:
    """One call of an account: its body as it came, and who says to be calling."""

    path: str
    body: str
    authorization: str


@dataclass(frozen=True)
class Refusal:
    """What is refused, as a part of the path, and by which status."""

    part: str
    status: int = 403


@contextmanager
def serving_account(answer: Callable[[Asked], Answer], refusal: Refusal | None = None) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            path = self.path.replace("%5B", "[").replace("%5D", "]")
            asked = Asked(path, said, self.headers.get("authorization", ""))
            refused = refusal is not None and refusal.part in path
            status, content = (refusal.status, {"error": "no"}) if refusal and refused else answer(asked)
            body = json.dumps(content).encode()
            self.send_response(status)
            if status == 429:
                self.send_header("retry-after", "30")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_OPTIONS = do_GET  # noqa: N815  # as the base class calls it

        def log_message(self, *_said: object) -> None:
            """Nothing: a test's output is pytest's."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
