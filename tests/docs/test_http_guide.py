"""docs/http.md is true: its examples are answered as it says by a real server, its paths and codes are the server's."""

import json
import shlex
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from google.rpc import code_pb2

from amends.server.http.plain import HTTP_CODES
from tests.docs.guide import Guide, broken_links
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import PATIENCE
from tools.openapi.comments import read_comments
from tools.openapi.document import whole_document

GUIDE: Final = Guide("http.md")
EXAMPLES: Final = [block.text for block in GUIDE.blocks() if block.language == "sh" and block.text.startswith("curl")]
ANSWERS: Final = [json.loads(block.text) for block in GUIDE.blocks() if block.language == "json"]
USUAL: Final = "http://127.0.0.1:8080"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the packs of this repository, that records."""
    rules = Path(__file__).parents[2] / "rules"
    with recording_server(rules, sqlite_url(tmp_path_factory.mktemp("log")), "--http-port", "0") as server:
        yield f"http://{server.wait_for('ready')['http']}"


def ask(example: str, base: str) -> dict[str, Any]:
    """What the command gets, sent as curl would send it."""
    program, silent, url, header, headers, data, body = shlex.split(example)
    assert (program, silent, header, data) == ("curl", "-s", "-H", "-d")
    assert url.startswith(USUAL)
    name, _, value = headers.partition(": ")
    answer = httpx.post(url.replace(USUAL, base), content=body, headers={name: value}, timeout=PATIENCE)
    assert answer.status_code == HTTPStatus.OK, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_every_link_leads_somewhere() -> None:
    """To a heading of a page or a file of the repository; what is on the web is others' to keep."""
    assert [link for link in broken_links(GUIDE) if not link.startswith("https://")] == []


def test_a_situation_is_decided(base: str) -> None:
    """By a plain path, and recorded."""
    answer = ask(EXAMPLES[0], base)

    assert answer["recorded"]
    assert answer["decision"]["packId"] == "starter"


def test_a_flow_asks_and_is_answered(base: str) -> None:
    """First with what to ask, then, with that said under the path that it was given, with what to do."""
    asked, answered = (ask(example, base) for example in EXAMPLES[1:])

    assert [asked | ANSWERS[0], answered | ANSWERS[1]] == [asked, answered]
    assert EXAMPLES[2].count(asked["askNextPath"]) == 1
    (back,) = [action for action in answered["actions"] if action["kind"] == "refund"]
    assert (back["amount"], back["currency"], back["mayGrantNow"]) == ("9.90", "USD", True)
    assert back["reasonForCustomer"]
    assert {"guardrails", "obligations", "changes"} <= set(answered)


def test_every_path_of_the_server_is_told(base: str) -> None:
    """Beside those of the methods; and each that is told is answered."""
    told = {row[0].strip("`") for row in GUIDE.rows("HTTP and JSON") if " " not in row[0]}
    served = {path for path in whole_document(read_comments())["paths"] if not path.startswith("/v1/")}

    assert told == served | {"/docs", "/console/", "/console/sidebar"}
    assert all(httpx.get(base + path, timeout=PATIENCE).status_code == HTTPStatus.OK for path in told)


def test_every_code_is_told() -> None:
    """With its number in HTTP; a call that its caller gave up is nobody's answer."""
    told = {name: int(row[1]) for row in GUIDE.rows("Errors") for name in row[0].split(", ")}

    assert told == {
        code_pb2.Code.Name(code): int(http) for code, http in HTTP_CODES.items() if code != code_pb2.CANCELLED
    } | {"INTERNAL": 500}
