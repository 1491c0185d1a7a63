"""The canonical form of a flattened pack and its digest: all that can change a decision's bytes or how it is kept.

A field that takes part in comparison is written, so a new field of the model cannot be forgotten; positions do not
take part. Rules stand in deciding order already; mappings whose order means something (facts, locales) are lists of
pairs. Numbers beyond what JSON holds exactly are text with their type beside it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Final, TypeAlias

import rfc8785

from amends.packs.model import Pack

LANGUAGE: Final = 1
"""The version of the rule language that a digest speaks of."""

_EXACT_IN_JSON: Final = 2**53 - 1
NOT_CONTENT: Final = frozenset({"digest", "extends"})
ONLY_WHERE_SAID: Final = frozenset({"sensitivity"})
"""Fields that came after digests had been given out: a pack that says nothing of them keeps its digest."""

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


def canonical_bytes(pack: Pack) -> bytes:
    """RFC 8785 canonical JSON of the pack, with `language`."""
    content = {name: value for name, value in _fields(pack).items() if name not in NOT_CONTENT}
    return rfc8785.dumps({**content, "language": LANGUAGE})


def digest(pack: Pack) -> str:
    """SHA-256 of the canonical form, in lower case hex."""
    return hashlib.sha256(canonical_bytes(pack)).hexdigest()


def with_digest(pack: Pack) -> Pack:
    """The same pack, identified."""
    return replace(pack, digest=digest(pack))


def _fields(value: object) -> dict[str, Json]:
    assert is_dataclass(value)
    content = {field.name: getattr(value, field.name) for field in fields(value) if field.compare}
    return {name: _json(held) for name, held in content.items() if held is not None or name not in ONLY_WHERE_SAID}


def _json(value: object) -> Json:  # noqa: PLR0911  # one return a type
    match value:
        case None | bool():
            return value
        case str():
            return str(value)
        case int():
            return value if abs(value) <= _EXACT_IN_JSON else {"integer": str(value)}
        case Decimal():
            # 2.50 and 2.5 decide alike.
            return {"decimal": f"{value.normalize():f}"}
        case frozenset():
            return {"set": [*sorted(str(member) for member in value)]}
        case tuple():
            return [_json(item) for item in value]
        case Mapping():
            return [[_json(key), _json(item)] for key, item in value.items()]
        case _:
            return {"node": type(value).__name__, **_fields(value)}
