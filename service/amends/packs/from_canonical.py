"""A pack from its canonical form: the way back from `canonical`, by the types of the model.

What does not decide is not written there, so it is not here either: where a definition stood, when it was reviewed,
what was waived, which packs were extended. What comes back has the digest of what went in, or it is refused.
"""

import hashlib
import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from amends.packs.canonical import LANGUAGE, NOT_CONTENT, ONLY_WHERE_SAID, with_digest
from amends.packs.model import Pack, Position

NOWHERE: Final = Position("", 1, 1)
"""The place of a definition that was not read from a file."""


class NotCanonicalError(ValueError):
    """These bytes are no pack as this version writes it."""


def pack_of(canonical: bytes) -> Pack:
    """The pack that decides as the one that was written; NotCanonicalError for anything else."""
    try:
        content = json.loads(canonical)
        if content.get("language") != LANGUAGE:
            raise NotCanonicalError(f"written in language {content.get('language')!r}; this version reads {LANGUAGE}")
        pack = with_digest(_Reader().pack(content))
    except (AttributeError, LookupError, StopIteration, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, NotCanonicalError):
            raise
        raise NotCanonicalError(f"not a pack in its canonical form: {error!r}") from None
    if pack.digest != hashlib.sha256(canonical).hexdigest():
        raise NotCanonicalError("what these bytes say is more, or is said otherwise, than a pack of this version")
    return pack


class _Reader:
    """Makes values of JSON by the type that the model gives their place."""

    def __init__(self) -> None:
        self._hints: dict[type, Mapping[str, Any]] = {}
        self._nodes = {node.__name__: node for node in self._reachable(Pack)}

    def pack(self, content: dict[str, Any]) -> Pack:
        written = {name: content[name] for name in content.keys() - {"language"}}
        made: Pack = self._made(Pack, written | {name: "" if name == "digest" else [] for name in NOT_CONTENT})
        return made

    def _made(self, node: type, written: Mapping[str, Any]) -> Any:  # noqa: ANN401  # of the class that is given
        hints = self._hints_of(node)
        given = {
            field.name: self._value(written[field.name], hints[field.name])
            if field.compare
            else _unwritten(field, hints[field.name])
            for field in fields(node)
            if field.init and (field.compare or _has_no_default(field))
            if field.name in written or field.name not in ONLY_WHERE_SAID
        }
        return node(**given)

    def _value(self, written: Any, hint: Any) -> Any:  # noqa: ANN401, PLR0911  # any value of the model; one return a form
        match written:
            case None | bool() | int():
                return written
            case str():
                return _text(written, hint)
            case list():
                return self._several(written, hint)
            case {"integer": str(digits)}:
                return int(digits)
            case {"decimal": str(digits)}:
                return Decimal(digits)
            case {"set": list(members)}:
                return frozenset(members)
            case {"node": str(name)}:
                return self._made(self._nodes[name], written)
            case _:
                raise TypeError(type(written).__name__)

    def _several(self, written: list[Any], hint: Any) -> Any:  # noqa: ANN401  # as above
        chosen = next(one for one in _alternatives(hint) if get_origin(one) in {tuple, Mapping})
        inner = get_args(chosen)
        if get_origin(chosen) is not tuple:
            return {self._value(key, inner[0]): self._value(value, inner[1]) for key, value in written}
        if inner[-1:] == (...,):
            return tuple(self._value(item, inner[0]) for item in written)
        return tuple(self._value(item, of) for item, of in zip(written, inner, strict=True))

    def _hints_of(self, node: type) -> Mapping[str, Any]:
        if node not in self._hints:
            self._hints[node] = get_type_hints(node)
        return self._hints[node]

    def _reachable(self, node: type) -> Iterator[type]:
        """The class and those that its fields may hold, each once."""
        seen, ahead = {node}, [node]
        while ahead:
            current = ahead.pop()
            yield current
            found = {held for hint in self._hints_of(current).values() for held in _classes(hint)} - seen
            seen |= found
            ahead += found


def _classes(hint: Any) -> Iterator[type]:  # noqa: ANN401  # a type as annotations write it
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _classes(inner)


def _alternatives(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401  # as above
    return get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)


def _text(written: str, hint: Any) -> str:  # noqa: ANN401  # as above
    alternatives = _alternatives(hint)
    if str in alternatives:
        return written
    named = next(one for one in alternatives if isinstance(one, type) and issubclass(one, StrEnum))
    return named(written)


def _has_no_default(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _unwritten(field: "Field[Any]", hint: Any) -> Position | None:  # noqa: ANN401  # as above
    """What stands in for a field that does not decide."""
    alternatives = _alternatives(hint)
    if type(None) in alternatives:
        return None
    if Position in alternatives:
        return NOWHERE
    raise TypeError(field.name)
