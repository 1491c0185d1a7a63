"""What a mapping says: where each field of a situation comes from, and how to tell deliveries apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from google.protobuf.descriptor import EnumDescriptor

from amends_client.bridge.mapping.paths import Path
from amends_client.situation import PlainFact

OWN_TAGS: Final = "amends_"
"""What the bridge's own tags begin with: they are never a fact, or its notes would make it decide again."""


class Kind(StrEnum):
    """What a field holds. A fact that a pack declares has its kind by `type`."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    MONEY = "money"
    TIMESTAMP = "timestamp"
    DURATION = "duration"
    SET = "set"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class Target:
    """A field of the situation: its path in the contract, and what it may hold. `enum`: its own or its set's."""

    path: str
    kind: Kind
    enum: EnumDescriptor | None = None


Plain: TypeAlias = PlainFact
"""A value as `amends_client.situation` takes it."""


@dataclass(frozen=True, slots=True)
class FromPayload:
    """A value of the payload and how it is read.

    `values` says what a text of the payload is called in the language; None: it is not known. What it does not list is
    not known either. `default` is for what is not there. `unit` is that of a bare number. `currency`, or the value at
    `currency_path`, says of what a bare amount is; `minor_digits`, how many of its last digits are the minor part.
    `decimal` and `thousands` are the signs of its numbers; `form` (of strptime) and `timezone` are those of its times;
    `separator` parts a set. `required` refuses a payload without it.
    """

    path: Path
    values: Mapping[str, str | None] | None = None
    default: Plain | None = None
    unit: str = ""
    currency: str = ""
    currency_path: Path | None = None
    minor_digits: int = 0
    decimal: str = "."
    thousands: str = ""
    form: str = ""
    timezone: ZoneInfo | None = None
    separator: str = ","
    prefix: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A field, and where its value comes from: the payload, or the same constant always."""

    target: Target
    source: FromPayload | Plain


@dataclass(frozen=True, slots=True)
class DeliveryPaths:
    """How a payload tells of which case it is, which delivery, when the case changed, and who changed it.

    `event` None: a delivery is known by its bytes. `own` names the values that mean: the bridge wrote this itself.
    """

    case: FromPayload
    event: Path | None = None
    time: FromPayload | None = None
    own: Path | None = None
    own_values: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class CaseMapping:
    """A whole mapping file."""

    delivery: DeliveryPaths
    entries: tuple[Entry, ...]
