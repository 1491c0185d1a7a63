"""How a generic helpdesk lists its fields and tags, as the configuration says it: for drafts of mappings alone."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from amends_client.bridge.listing import FieldKind
from amends_client.bridge.mapping.paths import read_path
from amends_client.bridge.mapping.targets import FACTS, targets

_STRICT: Final = ConfigDict(extra="forbid", frozen=True)
_DEEPEST: Final = 4
NAME: Final = "{name}"
"""Stands for the name of a field."""

PATH: Final = r"^/([^/\x00-\x20\x7f][^\x00-\x20\x7f]*)?$"
"""Of a call: one slash at its beginning, so that it stays with `address`, and nothing that no address can have."""


def _path_text(text: str) -> str:
    if read_path(text) is None:
        raise ValueError("it is no path: as in messages[*].content")
    return text


def _place(text: str) -> str:
    if not text.endswith(f".{NAME}") or read_path(text.replace(NAME, "name")) is None:
        raise ValueError(f"it is no path that ends in .{NAME}: as in ticket.{NAME}")
    return text


def _kind(word: object) -> object:
    """By its name in small letters, as `choice`; of another word it says which there are."""
    kinds = {kind.name.lower(): kind for kind in FieldKind}
    if not isinstance(word, str) or word not in kinds:
        raise ValueError(f"it is none of {', '.join(kinds)}")
    return kinds[word]


def _as_it_stands(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What YAML has made something else of than the text that a mapping would read there is refused."""
    if not _is_kept(part, depth=_DEEPEST):
        raise ValueError("keys and lists are texts here: write in quotes what is a number, yes, no, null or a date")
    return part


def _is_kept(value: object, *, depth: int) -> bool:
    match value:
        case dict() if depth:
            return all(isinstance(key, str) and _is_kept(one, depth=depth - 1) for key, one in value.items())
        case list():
            return all(isinstance(one, str) for one in value)
        case _:
            return isinstance(value, (str, int))


def _target(path: str) -> str:
    group, _, name = path.partition(".")
    if path not in targets() and not (group == FACTS and name and "." not in name):
        raise ValueError("it is no field of a situation: as in customer.customer_id, or facts.NAME")
    return path


Part: TypeAlias = Annotated[Mapping[str, Any], AfterValidator(_as_it_stands)]
"""Of a mapping, as it stands there."""

PathText: TypeAlias = Annotated[str, AfterValidator(_path_text)]
"""A path into JSON, as a mapping writes it."""


class TagsSettings(BaseModel):
    """Which tags there are: a GET of `path`, `names` in its answer; `place`: where a payload has those of its case."""

    model_config = _STRICT

    path: str = Field(pattern=PATH)
    names: PathText
    place: PathText


class FieldsSettings(BaseModel):
    """How the fields of cases are listed, for drafts of mappings: by a GET of `path`, each at `each` of its answer.

    Of a field: `name`, `title`, `type` and `options` are paths, and of an option `value`; `kinds` tells what is held
    by which type: those of other types, and those of which not all of `where` holds, are left out. `unit`: what a date
    counts since 1970; left out, it is written as ISO 8601. `place` is where a payload has the value, `{name}` filled.
    `delivery` and `always` are of a mapping, as they stand there.
    """

    model_config = _STRICT

    path: str = Field(pattern=PATH)
    each: PathText = "[*]"
    where: Mapping[PathText, bool | int | str] = Field(default_factory=dict)
    name: PathText
    title: PathText
    type: PathText
    kinds: Mapping[str, Annotated[FieldKind, BeforeValidator(_kind)]] = Field(min_length=1)
    options: PathText | None = None
    value: PathText = "value"
    unit: Literal["", "seconds", "milliseconds"] = ""
    place: Annotated[str, AfterValidator(_place)]
    delivery: Mapping[str, Part] = Field(min_length=1)
    always: Mapping[Annotated[str, AfterValidator(_target)], Part] = Field(default_factory=dict)
    tags: TagsSettings | None = None
