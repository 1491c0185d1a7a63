"""Rows as a source has them, batch by batch: what all sources have in common. A line that is no row is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from amends.rescoring.columns import Integers
from amends.rescoring.raw_columns import Raw, plain, shown

LONGEST_EXCERPT: Final = 200


class RowFormat(StrEnum):
    """A form in which rows are kept."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    ARROW = "arrow"


_SUFFIXES: Final = {
    ".parquet": RowFormat.PARQUET,
    ".pq": RowFormat.PARQUET,
    ".csv": RowFormat.CSV,
    ".jsonl": RowFormat.JSONL,
    ".ndjson": RowFormat.JSONL,
    ".arrow": RowFormat.ARROW,
    ".feather": RowFormat.ARROW,
    ".ipc": RowFormat.ARROW,
}


class InputError(Exception):
    """The input cannot be read; says what and how to mend it."""


class Done(NamedTuple):
    """How far an input is done: to which of its rows, from 1, and by what it knows those again (see `RawBatch`)."""

    position: int = 0
    mark: str = ""


START: Final = Done()
"""Nothing is done yet."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not even be read: where it is, from 1, and why."""

    position: int
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Rows as the file has them, column by column. `positions` counts the rows of the file from 1.

    `mark` is by what the source knows all rows to these again, where it has to be told. `said` are the rows as they are
    written, where that is more than the columns have.
    """

    positions: Integers
    columns: Mapping[str, Raw]
    broken: Sequence[Broken] = ()
    mark: str = ""
    said: Sequence[Mapping[str, object]] = ()

    def shown(self, row: int) -> Mapping[str, object]:
        """A row as JSON can hold it, to be mended and read again."""
        said = self.said[row] if self.said else {name: shown(column, row) for name, column in self.columns.items()}
        return {str(plain(name)): plain(value) for name, value in said.items()}


class RowSource(Protocol):
    """Rows that can be read from any of them on."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of all columns; those of a column within a column are told with a dot."""
        ...

    @property
    def total(self) -> int | None:
        """How many rows there are; None where nobody can tell before the end."""
        ...

    def batches(self, columns: Sequence[str], *, size: int, after: Done = START) -> Iterator[RawBatch]:
        """These columns of the rows behind `after`, at most `size` at once; InputError where its rows have changed."""
        ...


def format_of(path: Path) -> RowFormat:
    """The form that a file's name tells; InputError where it tells none."""
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise InputError(f"{path}: what is it? Its name should end in {', '.join(_SUFFIXES)}")
    return found


def check_names(names: Sequence[str], where: object) -> None:
    """InputError where two columns have the same name: nobody knows which is meant."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"{where}: two columns are named {', '.join(twice)}; give one of them another name")


def rows_after(positions: Integers, batch: pa.RecordBatch, broken: Sequence[Broken], after: int) -> Iterator[RawBatch]:
    """Only what lies behind the first `after` rows, if anything does."""
    done = int(np.searchsorted(positions, after, "right"))
    left = tuple(one for one in broken if one.position > after)
    if done < len(positions) or left:
        part = batch.slice(done)
        yield RawBatch(positions[done:], dict(zip(part.schema.names, part.columns, strict=True)), left)
