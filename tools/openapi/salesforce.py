"""The document of `DecideFlat` for Salesforce External Services: what those cannot make Apex of is left out.

Every name becomes one of Apex, so `@type` of an error's details goes, and with it the details; security is that of the
Named Credential, and stays away as do keys that are ignored there.
"""

from collections.abc import Mapping
from typing import Any, Final

_FAILURE: Final = "Failure"
_STATUS: Final = "Status"
_LEFT_OUT: Final = frozenset(("additionalProperties", "minimum", "maximum"))
_TOLD: Final = ("400", "401", "403", "404", "409", "429", "500", "503")


def for_external_services(flat: Mapping[str, Any]) -> dict[str, object]:
    """The flat document as External Services import it."""
    ((path, operation),) = ((path, verbs["post"]) for path, verbs in flat["paths"].items())
    schemas = {name: _plain(one) for name, one in flat["components"]["schemas"].items() if name != _STATUS}
    status = flat["components"]["schemas"][_STATUS]
    said = {name: status["properties"][name] for name in ("code", "message")}
    failure = {"type": "object", "description": status["description"], "properties": said, "required": list(said)}
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    return {
        "openapi": flat["openapi"],
        "info": {**flat["info"], "title": "Amends for Salesforce"},
        "servers": [{"url": "https://YOUR-HOST"}],
        "paths": {
            path: {
                "post": {
                    "operationId": operation["operationId"],
                    "summary": "Decides what to do for a customer who was let down",
                    "description": operation["description"],
                    "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                    "responses": {
                        "200": operation["responses"]["200"],
                        **{code: _failed(flat, operation["responses"][code]) for code in _TOLD},
                    },
                }
            }
        },
        "components": {"schemas": {**schemas, _FAILURE: failure}},
    }


def _failed(flat: Mapping[str, Any], response: Mapping[str, str]) -> dict[str, object]:
    told = flat["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = {"$ref": f"#/components/schemas/{_FAILURE}"}
    return {"description": told["description"], "content": {"application/json": {"schema": schema}}}


def _plain(node: Any) -> Any:  # noqa: ANN401  # JSON
    match node:
        case dict():
            return {name: _plain(one) for name, one in node.items() if name not in _LEFT_OUT}
        case list():
            return [_plain(one) for one in node]
        case _:
            return node
