"""What a helpdesk has to map: its fields, forms and tags; a port of its own beside `Helpdesk`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class FieldKind(StrEnum):
    """What a field of a helpdesk holds."""

    TEXT = "text"
    INTEGER = "whole number"
    DECIMAL = "number"
    BOOLEAN = "checkbox"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "several choices"


@dataclass(frozen=True, slots=True)
class DeskField:
    """One field: its `title` for people, the `path` of its value in a payload, what the webhook is told to put there.

    `options` has what people read by what a payload holds. `forms` are the titles of those that it is on.
    """

    title: str
    path: str
    placeholder: str
    kind: FieldKind
    options: Mapping[str, str] = field(default_factory=dict)
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that can be mapped.

    `delivery` and `always` are lines of a mapping that hold for every account: how a payload tells its case, and what
    each ticket has. `tags_path` is where a payload has the tags, parted by `separator`; `tags` are those in use, the
    most used first. `body` is what the webhook sends beside the fields.
    """

    vendor: str
    delivery: Mapping[str, str]
    always: Mapping[str, str]
    tags_path: str
    separator: str
    body: Mapping[str, object]
    fields: tuple[DeskField, ...]
    forms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Lister(Protocol):
    """One vendor's side of it. AwayError, DeniedError as of `Helpdesk`."""

    def listing(self) -> Listing:
        """What the account has."""

    def close(self) -> None:
        """Give back the connections."""
