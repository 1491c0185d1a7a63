"""The OpenAPI documents: made of the contract as it is, valid by somebody else's word, true of the running server."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import PATIENCE, write_pack
from tools.generate_openapi import ROOT, documents
from tools.openapi.document import SERVICES
from tools.openapi.examples import EXAMPLES

WHOLE: Final[dict[str, Any]] = json.loads((ROOT / "service/amends/server/http/openapi.json").read_text("utf-8"))
FLAT: Final[dict[str, Any]] = json.loads((ROOT / "service/amends/server/http/openapi-flat.json").read_text("utf-8"))
OPERATIONS: Final = [
    (verb.upper(), path) for path, verbs in WHOLE["paths"].items() for verb in verbs if path.startswith("/v1/")
]
_CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
"""Not `negative_data_rejection`: protobuf's JSON takes `"5"` for 5 and null for nothing said, which no schema tells."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that records, so that every method has something to say."""
    folder = tmp_path_factory.mktemp("openapi")
    write_pack(folder / "rules", "shop", SHOP)
    with recording_server(folder / "rules", sqlite_url(folder), "--http-port", "0") as server:
        yield f"http://{server.wait_for('ready')['http']}"


def test_the_documents_are_current() -> None:
    """`make openapi` would change nothing."""
    for place, text in documents():
        assert (ROOT / place).read_text("utf-8") == text, place


@pytest.mark.parametrize("document", [WHOLE, FLAT], ids=["3.1", "3.0"])
def test_the_documents_are_valid(document: dict[str, Any]) -> None:
    """By the schemas of the OpenAPI initiative, and with every reference leading somewhere."""
    schemathesis.openapi.from_dict(document).validate()

    text = json.dumps(document)
    for kind in ("schemas", "responses"):
        for name in document["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text
    for reference in set(_references(document)):
        _, _, kind, name = reference.split("/")
        assert name in document["components"][kind]


def test_every_method_with_a_plain_path_is_described() -> None:
    """By its own words; a stream has no plain path."""
    told = {one["operationId"]: one for verbs in WHOLE["paths"].values() for one in verbs.values()}
    methods = [method for service in SERVICES for method in service.methods if not method.client_streaming]

    assert {method.name for method in methods} <= set(told)
    assert all(told[method.name]["description"].endswith(".") for method in methods)


def test_the_flat_document_is_what_a_form_can_be_made_of() -> None:
    """OpenAPI 3.0, one operation, no choice of types, and far below what such tools take (100,000 characters)."""
    text = json.dumps(FLAT)

    assert FLAT["openapi"].startswith("3.0.")
    assert [one["operationId"] for verbs in FLAT["paths"].values() for one in verbs.values()] == ["DecideFlat"]
    assert not any(f'"{word}"' in text for word in ("oneOf", "anyOf", "allOf", "not", "contentEncoding", "const"))
    assert len(text) < 60_000


@pytest.mark.parametrize("name", ["openapi.json", "openapi-flat.json"])
def test_a_server_gives_out_its_documents(base: str, name: str) -> None:
    """To anybody, as they are shipped."""
    answer = httpx.get(f"{base}/{name}")

    assert answer.headers["content-type"].startswith("application/json")
    assert answer.content == (ROOT / "service/amends/server/http" / name).read_bytes()


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "RecordOutcome"])
def test_the_examples_are_answered(base: str, name: str) -> None:
    """As they stand in the document; that of an outcome needs a decision, and the guide has one."""
    path = next(path for path, verbs in WHOLE["paths"].items() if verbs.get("post", {}).get("operationId") == name)

    answer = httpx.post(f"{base}{path}", json=EXAMPLES[name], timeout=PATIENCE)

    assert answer.status_code == 200, answer.text


class _Page(HTMLParser):
    """What a page loads, links to, and how its parts are marked."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_loads_nothing_and_every_link_leads_somewhere(base: str) -> None:
    """No script, no foreign style; headings, tables and places that a reader without sight is led by."""
    answer = httpx.get(f"{base}/docs")
    page = _Page()
    page.feed(answer.text)
    names = [tag for tag, _ in page.tags]
    ids = [given["id"] for _, given in page.tags if "id" in given]
    links = [given["href"] or "" for tag, given in page.tags if tag == "a"]

    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert not {"script", "link", "img", "iframe", "form"} & set(names)
    assert not any("src" in given or "style" in given for _, given in page.tags)
    assert len(ids) == len(set(ids))
    for link in links:
        assert link.removeprefix("#") in ids if link.startswith("#") else httpx.get(base + link).status_code == 200
    assert (names.count("h1"), names.count("main"), names.count("nav")) == (1, 1, 1)
    assert dict(page.tags)["html"]["lang"] == "en"
    assert all(given.get("scope") in {"row", "col"} for tag, given in page.tags if tag == "th")
    assert names.count("caption") == names.count("table")
    for operation in (one["operationId"] for verbs in WHOLE["paths"].values() for one in verbs.values()):
        assert operation in ids


@pytest.mark.parametrize(("verb", "path"), OPERATIONS, ids=[f"{verb} {path}" for verb, path in OPERATIONS])
def test_the_server_keeps_to_its_description(base: str, verb: str, path: str) -> None:
    """Whatever the description allows, and much that it does not, is answered as it says; and never by a 5xx."""
    schema = schemathesis.openapi.from_dict(WHOLE)
    schema.config.update(base_url=base)
    operation = schema[path][verb]

    @settings(
        max_examples=15,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def keeps(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=_CHECKS)

    keeps()


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for one in node.values():
            yield from _references(one)
    elif isinstance(node, list):
        for one in node:
            yield from _references(one)
