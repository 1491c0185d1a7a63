"""docs/integrations/salesforce/decide-flat.json keeps to what Salesforce External Services state of a schema.

The limits are of https://help.salesforce.com/s/articleView?id=platform.external_services_schema_def_limits.htm,
...external_services_schema_def_definition.htm and ...external_services_schema_def_naming_description.htm, read on
2026-11-22.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import schemathesis

from tests.docs.guide import DOCS

TEXT: Final = (DOCS / "integrations" / "salesforce" / "decide-flat.json").read_text("utf-8")
DOCUMENT: Final[dict[str, Any]] = json.loads(TEXT)
FLAT: Final[dict[str, Any]] = json.loads(
    (DOCS.parent / "service/amends/server/http/openapi-flat.json").read_text("utf-8")
)
APEX_NAME: Final = re.compile(r"[A-Za-z](?!.*__)[A-Za-z0-9_]{0,38}[A-Za-z0-9]")
TYPES: Final = frozenset(("boolean", "integer", "string", "array", "object"))
LONGEST_DESCRIPTION: Final = 1333
LARGEST: Final = 10_000_000


def nodes(node: object) -> Iterator[dict[str, Any]]:
    """Every object of the document."""
    if isinstance(node, dict):
        yield node
        for one in node.values():
            yield from nodes(one)
    elif isinstance(node, list):
        for one in node:
            yield from nodes(one)


def test_the_document_is_valid_openapi_3_0() -> None:
    """By the schema of the OpenAPI initiative; Salesforce reads 2.0 and 3.0."""
    schemathesis.openapi.from_dict(DOCUMENT).validate()

    assert DOCUMENT["openapi"].startswith("3.0.")
    assert len(TEXT) < LARGEST


def test_there_is_one_operation_and_it_is_decide_flat() -> None:
    """A POST of JSON, answered in JSON: each operation becomes an action of a flow, by its id."""
    (verbs,) = DOCUMENT["paths"].values()

    assert list(verbs) == ["post"]
    assert verbs["post"]["operationId"] == "DecideFlat"
    assert {media for node in nodes(DOCUMENT) for media in node.get("content", {})} == {"application/json"}


def test_every_name_can_be_one_of_apex_and_none_is_there_twice() -> None:
    """Classes and their fields are made of them; Apex knows no case of letters."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        names = list(schema["properties"])
        assert all(APEX_NAME.fullmatch(one) for one in (name, *names)), name
        assert len({one.lower() for one in names}) == len(names), name


def test_there_are_only_types_that_a_flow_can_hold() -> None:
    """No choice of types, no maps, no objects without a name, no lists of lists."""
    schemas = [one for schema in DOCUMENT["components"]["schemas"].values() for one in schema["properties"].values()]
    items = [one["items"] for one in schemas if one.get("type") == "array"]

    assert not {"oneOf", "anyOf", "allOf", "not", "additionalProperties"} & {
        key for node in nodes(DOCUMENT) for key in node
    }
    assert {one["type"] for one in schemas if "$ref" not in one} <= TYPES - {"object"}
    assert all("$ref" in one or one["type"] in TYPES - {"object", "array"} for one in items)


def test_no_description_is_cut_off() -> None:
    """What is longer is stored only in part."""
    described = [node["description"] for node in nodes(DOCUMENT) if isinstance(node.get("description"), str)]

    assert max(map(len, described)) <= LONGEST_DESCRIPTION


def test_it_asks_and_answers_what_the_service_does() -> None:
    """Every field of the service's own document is there, with its type."""
    ours = {name: schema["properties"] for name, schema in DOCUMENT["components"]["schemas"].items()}
    served = {name: schema["properties"] for name, schema in FLAT["components"]["schemas"].items() if name != "Status"}

    assert {name: set(fields) for name, fields in ours.items() if name != "Failure"} == {
        name: set(fields) for name, fields in served.items()
    }
    for name, fields in served.items():
        for field, told in fields.items():
            assert ours[name][field].get("type") == told.get("type")
            assert ours[name][field].get("$ref") == told.get("$ref")
