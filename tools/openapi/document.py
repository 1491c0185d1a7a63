"""The documents: every method that has a plain path, by its verb and path, and what stands beside them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.rpc import code_pb2

from amends.server.answering import Method
from amends.server.http.paths import Binding, bindings
from amends.server.http.plain import HTTP_CODES
from amends.v1 import decision_service_pb2, rule_pack_service_pb2
from tools.openapi.examples import EXAMPLES
from tools.openapi.schemas import Schema, Schemas

SERVICES: Final = (
    decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"],
    rule_pack_service_pb2.DESCRIPTOR.services_by_name["RulePackService"],
)
_JSON: Final = "application/json"
_FLAT: Final = "DecideFlat"
_ABOUT: Final = (
    "Answers one question: a customer was let down; what should we do for them, now, and who may do it?\n\n"
    "Requests and answers are the JSON form of protobuf: names in lowerCamelCase, enums by name, 64-bit numbers as "
    "text, moments as `2026-03-01T12:00:00Z`. An unknown name is an error. In an answer, what is false, zero or empty "
    "is written out."
)
_ABOUT_FLAT: Final = (
    "Answers one question: a customer was let down; what should we do for them, now, and who may do it? "
    "One operation, in one layer of texts, for tools that import OpenAPI 3.0 and cannot map a choice of types."
)
_LICENSE: Final = {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0.html"}
_SECURITY: Final[Mapping[str, Schema]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, or a JSON Web Token of the issuer that the service trusts.",
    },
    "apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "An API key."},
}
_WHO: Final[list[Schema]] = [{"bearer": []}, {"apiKey": []}, {}]
"""The last: a service on one machine may tell nobody apart, and a certificate says who calls without a header."""

_MEANINGS: Final = {
    400: "The request is wrong, or what it asks for cannot be done now.",
    401: "The call says nothing, or nothing that is true, of who calls.",
    403: "Who calls may not do this, or not with this policy.",
    404: "There is nothing of that name.",
    409: "A request of that id was answered before, and asked for something else.",
    429: "More than the service takes, or than this caller may ask for.",
    499: "The caller went away.",
    500: "Something went wrong that should not; the service has logged it.",
    501: "This version of the service does not do it.",
    503: "The service cannot answer now.",
    504: "The caller's deadline passed before the work was done.",
}
_PROBES: Final = {
    "/healthz": ("Live", "Whether the process answers at all.", _JSON),
    "/readyz": ("Ready", "Whether it may be sent calls; 503 where it may not.", _JSON),
    "/metrics": ("Metrics", "Numbers for Prometheus, summed over the workers.", "text/plain"),
    "/openapi.json": ("OpenApi", "This document.", _JSON),
    "/openapi-flat.json": ("OpenApiFlat", "The one operation for tools that import OpenAPI 3.0.", _JSON),
}


def whole_document(comments: Mapping[str, str]) -> Schema:
    """OpenAPI 3.1: everything that the HTTP side answers by plain paths."""
    document = _document("3.1.0", "Amends", _ABOUT, _bindings(), comments)
    document["tags"].append({"name": "Operations", "description": "What probes and tools ask of the process."})
    for path, (name, text, kind) in _PROBES.items():
        content = {kind: {"schema": {"type": "string" if kind == "text/plain" else "object"}}}
        answers: Schema = {"200": {"description": text, "content": content}}
        if path == "/readyz":
            answers["503"] = {"description": "It may not be sent calls.", "content": content}
        document["paths"][path] = {
            "get": {"operationId": name, "tags": ["Operations"], "summary": text, "security": [], "responses": answers}
        }
    return document


def flat_document(comments: Mapping[str, str]) -> Schema:
    """OpenAPI 3.0: `DecideFlat` alone."""
    flat = [binding for binding in _bindings() if binding.method.name == _FLAT]
    return _document("3.0.3", "Amends, flat", _ABOUT_FLAT, flat, comments)


def _document(
    version: str, title: str, about: str, operations: Iterable[Binding], comments: Mapping[str, str]
) -> Schema:
    schemas = Schemas(comments)
    chosen = sorted(operations, key=lambda one: (SERVICES.index(_service(one.method)), one.method.descriptor.index))
    schemas.ask(one.method.descriptor.input_type for one in chosen)
    paths: dict[str, Schema] = {}
    for one in chosen:
        template = one.template
        for variable in one.variables:
            name = _field(one.method.descriptor.input_type, variable.field).json_name
            template = template.replace(f"{{{variable.field}}}", f"{{{name}}}")
        paths.setdefault(template, {})[one.verb.lower()] = _operation(one, schemas, comments)
    services = [service for service in SERVICES if any(_service(one.method) is service for one in chosen)]
    return {
        "openapi": version,
        "info": {"title": title, "version": "v1", "description": about, "license": _LICENSE},
        "servers": [{"url": "/"}],
        "security": _WHO,
        "tags": [{"name": one.name, "description": comments[one.full_name]} for one in services],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.found.items())),
            "responses": dict(_refusals()),
            "securitySchemes": _SECURITY,
        },
    }


def _operation(binding: Binding, schemas: Schemas, comments: Mapping[str, str]) -> Schema:
    method = binding.method.descriptor
    text = comments[method.full_name]
    of_path = frozenset(variable.field for variable in binding.variables)
    parameters = [
        *_of_path(binding, schemas),
        *(() if binding.body else _of_query(method.input_type, of_path, schemas)),
    ]
    answer = {_JSON: {"schema": schemas.message(method.output_type)}}
    operation: Schema = {
        "operationId": method.name,
        "tags": [method.containing_service.name],
        "summary": text.partition(". ")[0].removesuffix("."),
        "description": text,
    }
    if parameters:
        operation["parameters"] = parameters
    if binding.body:
        content: Schema = {"schema": schemas.message(method.input_type, without=of_path)}
        if method.name in EXAMPLES:
            content["example"] = EXAMPLES[method.name]
        operation["requestBody"] = {"required": True, "content": {_JSON: content}}
    operation["responses"] = {"200": {"description": "The answer.", "content": answer}} | {
        code: {"$ref": f"#/components/responses/{name}"} for code, name in _names_of_refusals()
    }
    return operation


def _of_path(binding: Binding, schemas: Schemas) -> Iterator[Schema]:
    for variable in binding.variables:
        field = _field(binding.method.descriptor.input_type, variable.field)
        told = schemas.field(field)
        yield {
            "name": field.json_name,
            "in": "path",
            "required": True,
            "description": f"{told.pop('description', '')} Here without its leading `{variable.prefix}`."
            if variable.prefix
            else told.pop("description", ""),
            "schema": told | {"pattern": "^[^/:]+$"},
        }


def _of_query(message: Descriptor, of_path: frozenset[str], schemas: Schemas) -> Iterator[Schema]:
    for field in message.fields:
        if field.name not in of_path:
            told = schemas.field(field)
            yield {"name": field.json_name, "in": "query", "description": told.pop("description", ""), "schema": told}


def _refusals() -> Iterator[tuple[str, Schema]]:
    for code, name in _names_of_refusals():
        answer: Schema = {
            "description": _MEANINGS[int(code)],
            "content": {_JSON: {"schema": {"$ref": "#/components/schemas/Status"}}},
        }
        if int(code) in {429, 503}:
            answer["headers"] = {
                "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}}
            }
        yield name, answer


def _names_of_refusals() -> list[tuple[str, str]]:
    """`("404", "NotFound")`, and so on: a code's first name stands for those that share it."""
    found = {int(http): code_pb2.Code.Name(code) for code, http in reversed([*HTTP_CODES.items()])}
    found[500] = code_pb2.Code.Name(code_pb2.INTERNAL)
    return [(str(http), name.title().replace("_", "")) for http, name in sorted(found.items())]


def _bindings() -> tuple[Binding, ...]:
    return bindings(
        Method(method, _never) for service in SERVICES for method in service.methods if not method.client_streaming
    )


def _never(_request: object, _call: object) -> Any:  # noqa: ANN401 -- a behaviour that nobody asks for
    raise NotImplementedError


def _service(method: Method) -> ServiceDescriptor:
    described: MethodDescriptor = method.descriptor
    return described.containing_service


def _field(message: Descriptor, name: str) -> FieldDescriptor:
    return message.fields_by_name[name]
