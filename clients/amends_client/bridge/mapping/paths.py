"""Paths into a payload: `ticket.custom_fields[id=360001].value`, `tags[*].name`, `events[0]["odd.key"]`.

A path finds a value or nothing; it never fails on a payload, whatever that is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

Json: TypeAlias = object
"""What a JSON text holds: mappings, lists, texts, numbers (exact), booleans, None."""

_TOKEN: Final = re.compile(
    r"""(?P<dot>\.)?(?P<name>[^.\[\]"\s]+)
      | \[(?P<index>\d{1,6})\]
      | \[(?P<each>\*)\]
      | \["(?P<quoted>[^"]+)"\]
      | \[(?P<key>[^\]=\s*"]+)=(?P<wanted>[^\]]*)\]""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Key:
    """The value of a name in a mapping."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """The value at a place in a list, from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class Each:
    """All values of a list."""


@dataclass(frozen=True, slots=True)
class Where:
    """The first mapping of a list whose `key` is `wanted`, compared as text."""

    key: str
    wanted: str


Step: TypeAlias = Key | Index | Each | Where


@dataclass(frozen=True, slots=True)
class Path:
    """A path, as written and in steps."""

    text: str
    steps: tuple[Step, ...]

    def find(self, payload: Json) -> Json:
        """The value; None where there is none. With `[*]` the list of what is found, None left out."""
        values = list(_walk(payload, self.steps))
        if Each() not in self.steps:
            return values[0] if values else None
        before = self.steps[: self.steps.index(Each())]
        listed = any(isinstance(value, list) for value in _walk(payload, before))
        return [value for value in values if value is not None] if listed else None


def read_path(text: str) -> Path | None:
    """The path that a text means; None where it is none."""
    steps: list[Step] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or (token["name"] is not None and (token["dot"] is None) != (at == 0)):
            return None
        steps.append(_step(token))
        at = token.end()
    return Path(text, tuple(steps)) if steps else None


def as_text(value: Json) -> str | None:
    """A plain value as text, as JSON writes it; None for what is not plain."""
    match value:
        case bool():
            return "true" if value else "false"
        case None | dict() | list():
            return None
        case _:
            return str(value)


def _step(token: re.Match[str]) -> Step:
    if token["index"] is not None:
        return Index(int(token["index"]))
    if token["each"] is not None:
        return Each()
    if token["key"] is not None:
        return Where(token["key"], token["wanted"])
    return Key(token["quoted"] or token["name"])


def _walk(value: Json, steps: tuple[Step, ...]) -> Iterator[Json]:
    if not steps:
        yield value
        return
    for inner in _next(value, steps[0]):
        yield from _walk(inner, steps[1:])


def _next(value: Json, step: Step) -> Iterator[Json]:
    match step, value:
        case Key(name), dict() if name in value:
            yield value[name]
        case Index(index), list() if index < len(value):
            yield value[index]
        case Each(), list():
            yield from value
        case Where(key, wanted), list():
            fitting = (one for one in value if isinstance(one, dict) and as_text(one.get(key)) == wanted)
            yield from list(fitting)[:1]
        case _:
            return
