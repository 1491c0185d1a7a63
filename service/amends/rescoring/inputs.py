"""Inputs of a run: what it scores, whatever holds it, from where an earlier run came to."""

from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from amends.rescoring.mapping import Mapped
from amends.rescoring.read_rows import Done, InputError, RawBatch, RowSource
from amends.rescoring.score_batch import BatchScorer
from amends.rescoring.score_rows import RowScorer, ScoredBatch


class Times(NamedTuple):
    """When a run began, if it was resumed the first time, and when rows are looked at that do not say so themselves.

    Both in nanoseconds since the epoch.
    """

    began: int
    observe_time: int


class Input(Protocol):
    """What a run scores."""

    @property
    def total(self) -> int | None:
        """How many rows there are; None where nobody can tell before the end."""
        ...

    @property
    def identity(self) -> str:
        """What tells it apart from other inputs."""
        ...

    def scored(self, scorer: RowScorer, done: Done, times: Times, *, size: int) -> Generator[ScoredBatch]:
        """What lies behind `done`, some `size` rows at once; of an input without any rows one batch without any."""
        ...


class MappedRows:
    """Rows of a file or a query, by a mapping."""

    def __init__(self, source: RowSource, mapped: Mapped, *, identity: str) -> None:
        self._source, self._mapped, self.identity = source, mapped, identity

    @property
    def total(self) -> int | None:
        """As the source says."""
        return self._source.total

    def scored(self, scorer: RowScorer, done: Done, times: Times, *, size: int) -> Generator[ScoredBatch]:
        """Batches as the source has them."""
        columns = self._mapped.columns
        batches = BatchScorer(scorer, self._mapped, observe_time=times.observe_time)
        is_empty = not done.position
        for batch in _readable(self._source.batches(columns, size=size, after=done)):
            is_empty = False
            yield batches.score(batch)
        if is_empty:
            nothing = pa.array([], pa.string())
            yield batches.score(RawBatch(np.array([], dtype=np.int64), dict.fromkeys(columns, nothing)))


def check_columns(mapped: Mapped, columns: Sequence[str], *, by_mapping: bool) -> None:
    """InputError where the mapping reads a column that is not there, or none says which case a row is of."""
    lacking = [column for column in mapped.columns if column not in columns]
    if lacking:
        raise InputError(f"the input has no column {', '.join(lacking)}; it has: {', '.join(columns)}")
    if not mapped.facts:
        raise InputError(f"no column is named as a fact is: {', '.join(columns)}; write a --mapping")
    if "case_id" not in mapped.names:
        how = "the mapping needs `case_id: {column: ..}`" if by_mapping else "write a --mapping that says which it is"
        raise InputError(f"no column says which case a row is of: {how}")


def _readable(batches: Iterator[RawBatch]) -> Iterator[RawBatch]:
    """InputError where the input ends before its end, or is not what it began as."""
    try:
        yield from batches
    except (OSError, UnicodeError, pa.ArrowException) as error:
        raise InputError(f"the input cannot be read on: {error}; once it is mended begin anew with --again") from error
