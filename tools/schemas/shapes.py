"""The few shapes that every schema is put together from; a mapping is closed, as the loader's are."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]

NOTHING: Final[Schema] = {"type": "null"}
WORD: Final[Schema] = {"type": ["string", "number", "boolean"], "minLength": 1}
"""What the loader takes as text: any single value, read as it is written."""

BOOLEAN: Final[Schema] = {"type": "boolean"}
INTEGER: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number"}


class UnequalKeysError(Exception):
    """The loader reads other keys than the schema knows: one of the two was changed alone."""


def ref(name: str) -> Schema:
    """What is defined once."""
    return {"$ref": f"#/$defs/{name}"}


def pattern(regex: re.Pattern[str], *others: re.Pattern[str]) -> str:
    """Expressions of the loader, any of which fits the whole text, as ECMAScript writes it: without names of groups."""
    alternatives = "|".join(re.sub(r"\(\?P<\w+>", "(", found.pattern) for found in (regex, *others))
    return f"^(?:{alternatives})$"


def text(regex: re.Pattern[str], *others: re.Pattern[str]) -> Schema:
    """Text of one of these forms."""
    return {"type": "string", "pattern": pattern(regex, *others)}


def one_of_words(values: Iterable[str]) -> Schema:
    """One of these words."""
    return {"enum": [str(value) for value in values]}


def any_of(*schemas: Schema) -> Schema:
    """Whichever fits."""
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def listed(item: Schema, *, least: int = 0, most: int | None = None, unique: bool = False) -> Schema:
    """A list."""
    schema: Schema = {"type": "array", "items": item}
    if least:
        schema["minItems"] = least
    if most is not None:
        schema["maxItems"] = most
    return schema | ({"uniqueItems": True} if unique else {})


def closed(
    properties: Mapping[str, Schema], keys: Iterable[str] | None = None, *, required: Iterable[str] = ()
) -> Schema:
    """A mapping with these keys and no other; `keys` are those that the loader reads there."""
    if keys is not None and {*keys} != {*properties}:
        raise UnequalKeysError(sorted({*keys} ^ {*properties}))
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    needed = list(required)
    return schema | ({"required": needed} if needed else {})


def mapped(key: Schema, value: Schema, *, least: int = 0) -> Schema:
    """A mapping whose keys are names of the writer's choice."""
    schema: Schema = {"type": "object", "propertyNames": key, "additionalProperties": value}
    return schema | ({"minProperties": least} if least else {})


def single(properties: Mapping[str, Schema]) -> Schema:
    """A mapping of exactly one of these keys."""
    return closed(properties) | {"minProperties": 1, "maxProperties": 1}


def said(schema: Schema, description: str) -> Schema:
    """The same, with what an editor shows about it."""
    return {"description": description, **schema}
