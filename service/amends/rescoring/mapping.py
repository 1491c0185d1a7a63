"""Mappings: what the columns of a file mean. A mapping reads like a situation in which a value may be a column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.packs.model import Pack

UNIT_NANOS: Mapping[str, int] = MappingProxyType(
    {
        "seconds": 1_000_000_000,
        "minutes": 60 * 1_000_000_000,
        "hours": 3_600 * 1_000_000_000,
        "days": 86_400 * 1_000_000_000,
    }
)
"""The units in which a column may count a duration."""

MINOR = "minor"
"""The unit of a column that counts money in minor units."""


UNOBTAINABLE = "unobtainable"


def unobtainable_spec(pack: Pack) -> FactSpec:
    """How `unobtainable`, which is no fact, is read: as a set of facts."""
    return FactSpec(UNOBTAINABLE, FactType.SET, values=tuple(pack.vocabulary.specs))


class Ambiguous(StrEnum):
    """Which moment an hour means that the clocks of a zone show twice; `reject`: nobody knows."""

    REJECT = "reject"
    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a CSV file is written: what parts its cells, and its encoding."""

    delimiter: str = ","
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class FromColumn:
    """A column and how it is read.

    `values` says what a text of the column is called in the language; None: it is not known. `unit` is that of a bare
    number. `currency` or the column `currency_column` says of what a bare amount is. `decimal` and `thousands` are the
    signs of its numbers; `form` (of strptime) and `timezone` are those of its times, and `ambiguous` says which of two
    moments is meant; `separator` parts a set.
    """

    column: str
    values: Mapping[str, str | None] = field(default_factory=dict)
    unit: str = ""
    currency: str = ""
    currency_column: str = ""
    decimal: str = "."
    thousands: str = ""
    form: str = ""
    timezone: ZoneInfo | None = None
    ambiguous: Ambiguous = Ambiguous.REJECT
    separator: str = ","


@dataclass(frozen=True, slots=True)
class MappedFact:
    """A fact, and where its value comes from: a column, or the same constant in every row."""

    spec: FactSpec
    source: FromColumn | Value


@dataclass(frozen=True, slots=True)
class MappedName:
    """An identifier (`case_id`, `subject.order_id`), and its column or constant text."""

    path: str
    source: FromColumn | str


@dataclass(frozen=True, slots=True)
class MappedGrant:
    """Something that was given before, in the rows that say so.

    Those are the rows where `given` is true, or, without it, those where neither the kind's column nor the amount's is
    empty or nothing. `kind` and `basis` are an action's, and `parameters` its others.
    """

    kind: FromColumn | str
    basis: FromColumn | str = ""
    amount: FromColumn | Money | None = None
    given: FromColumn | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> Mapping[str, FromColumn]:
        """What comes from a column, by its name in the mapping."""
        said = {"kind": self.kind, "basis": self.basis, "amount": self.amount, "given": self.given}
        return {name: source for name, source in said.items() if isinstance(source, FromColumn)}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What each row says: facts by path, and identifiers by theirs. `granted` None: not what was given before.

    `csv` says how a CSV file is written; None: the mapping does not.
    """

    facts: Mapping[str, MappedFact]
    names: Mapping[str, MappedName]
    granted: tuple[MappedGrant, ...] | None = None
    csv: CsvForm | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, each once."""
        facts = [one.source for one in self.facts.values()]
        granted = [source for one in self.granted or () for source in one.sources.values()]
        sources = [*facts, *(one.source for one in self.names.values()), *granted]
        read = [source for source in sources if isinstance(source, FromColumn)]
        return tuple(dict.fromkeys(name for one in read for name in (one.column, one.currency_column) if name))
