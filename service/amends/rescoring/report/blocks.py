"""What a report is made of: sections with words, tables and charts. Text only: nothing in a block is markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `numeric` are the places of columns with numbers; the first column names each row."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bars:
    """Lying bars, each of parts in the order of `parts`; a table with the same numbers stands beside it.

    `values` has of each label its parts; `said` is what is written at the end of each bar.
    """

    name: str
    title: str
    alt: str
    unit: str
    labels: Sequence[str]
    parts: Sequence[str]
    values: Sequence[Sequence[float]]
    said: Sequence[str]


@dataclass(frozen=True, slots=True)
class Steps:
    """A waterfall: from the first to the last total, each step by how much it rises or falls."""

    name: str
    title: str
    alt: str
    unit: str
    labels: Sequence[str]
    values: Sequence[float]
    """The first total, the steps, the last total."""
    said: Sequence[str]


Chart: TypeAlias = Bars | Steps
Block: TypeAlias = Words | Table | Bars | Steps


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; `name` is its anchor."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report."""

    title: str
    lead: Sequence[Block]
    sections: Sequence[Section]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts, in order."""
        return tuple(one for section in self.sections for one in section.blocks if isinstance(one, Bars | Steps))
