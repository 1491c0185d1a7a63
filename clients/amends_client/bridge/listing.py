"""What a helpdesk has to map: its fields, forms and tags; a port of its own beside `Helpdesk`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

_PLAIN: Final = re.compile(r"\w[\w-]*", re.ASCII)


def is_plain(name: str) -> bool:
    """Whether a name may stand as it is in a path, and so in a mapping."""
    return _PLAIN.fullmatch(name) is not None


class FieldKind(StrEnum):
    """What a field of a helpdesk holds."""

    TEXT = "text"
    INTEGER = "whole number"
    DECIMAL = "number"
    NUMBER = "number, whole or not"
    BOOLEAN = "checkbox"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "several choices"


@dataclass(frozen=True, slots=True)
class DeskField:
    """One field: its `title` for people, the `path` of its value in a payload.

    `placeholder` is what the webhook is told to put there; empty where it needs none. `options` has what people read by
    what a payload holds. `forms` are the titles of those that it is on. `unit`: what a date counts since 1970; empty:
    it is written as ISO 8601.
    """

    title: str
    path: str
    kind: FieldKind
    placeholder: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that can be mapped.

    `delivery` and `always` are lines of a mapping that hold for every account: how a payload tells its case, and what
    each case has. `separator` parts several choices, and the tags at `tags_path`; `tags` are those in use. `body`
    makes what the webhook is told to send from the fields that are mapped; None where there is
    nothing to tell it.
    """

    vendor: str
    delivery: Mapping[str, str]
    separator: str
    fields: tuple[DeskField, ...]
    always: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[Sequence[DeskField]], object] | None = None
    forms: tuple[str, ...] = ()
    tags_path: str = ""
    tags: tuple[str, ...] = ()


class Lister(Protocol):
    """One vendor's side of it. AwayError, DeniedError as of `Helpdesk`."""

    def listing(self) -> Listing:
        """What the account has."""

    def close(self) -> None:
        """Give back the connections."""
