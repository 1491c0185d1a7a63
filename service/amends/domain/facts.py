"""The vocabulary of facts: which paths exist, of which type, with which values, and how to ask for a missing one.

A fact's value is plain Python: boolean `bool`; integer, duration and date `int` (duration in nanoseconds, date in
nanoseconds since 1970-01-01T00:00Z); decimal `Decimal`; money `Money`; text and enum `str`; set `frozenset[str]`.
A fact that is not known is not in the mapping: there is no other way to say "unknown".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from amends.domain.money import Money

Value: TypeAlias = bool | int | Decimal | Money | str | frozenset[str]
Facts: TypeAlias = Mapping[str, Value]

NANOS_PER_SECOND: Final = 1_000_000_000


class FactType(StrEnum):
    """The nine types a fact may have."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DURATION = "duration"
    DATE = "date"
    TEXT = "text"
    ENUM = "enum"
    SET = "set"


class Sensitivity(StrEnum):
    """What a fact may tell of a person: nothing, something about them, or what the law protects most."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact of the vocabulary.

    `values` lists the members of an enum, or of a set whose members are closed (empty: any text). `ordered` says that
    the order of `values` means something. `minimum` and `maximum` are inclusive, in the fact's own unit. `sensitivity`
    is None where nothing is said but what goes without saying (`domain.sensitivity`).
    """

    path: str
    type: FactType
    values: tuple[str, ...] = ()
    ordered: bool = False
    unit: str = ""
    minimum: int | None = None
    maximum: int | None = None
    ask: str = ""
    sensitivity: Sensitivity | None = None

    @property
    def question(self) -> str:
        """What to ask when the fact is missing."""
        return self.ask or f"What is {self.path}?"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All facts a pack knows, in vocabulary order: the built-in ones first, then the pack's own as declared."""

    specs: Mapping[str, FactSpec]
    order: Mapping[str, int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Number the facts once; the order decides in which sequence missing facts are asked for."""
        object.__setattr__(self, "order", {path: index for index, path in enumerate(self.specs)})

    def get(self, path: str) -> FactSpec | None:
        """The fact at `path`, or None."""
        return self.specs.get(path)

    def __iter__(self) -> Iterator[FactSpec]:
        """The facts in vocabulary order."""
        return iter(self.specs.values())
