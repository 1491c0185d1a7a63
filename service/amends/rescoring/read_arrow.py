"""Reads the rows of Parquet and Arrow IPC files; what lies within a column is told with a dot."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from amends.rescoring.read_rows import START, Done, RawBatch, check_names, rows_after

_COLUMN_BYTES: Final = 1024 * 1024
_ROWS_TOGETHER: Final = 1_000_000


class ParquetRows:
    """A Parquet file; only the columns that are wanted are read."""

    def __init__(self, path: Path) -> None:
        # Neither mapped nor read whole: what was read once would stay, and a column of a large group comes bit by bit.
        self._file = pa.parquet.ParquetFile(path, buffer_size=_COLUMN_BYTES)
        self._path = path
        self.columns = _leaves(self._file.schema_arrow)
        check_names(self.columns, path)
        self.total: int | None = self._file.metadata.num_rows

    def batches(self, columns: Sequence[str], *, size: int, after: Done = START) -> Iterator[RawBatch]:
        """Row groups before `after` are not read at all."""
        done = after.position
        first = 0
        for groups, rows in self._together():
            if first + rows > done:
                read = self._file.iter_batches(size, row_groups=groups, columns=list(columns))
                yield from _numbered(_within(read, columns), first, done)
            first += rows

    def _together(self) -> Iterator[tuple[list[int], int]]:
        """Row groups that are read together, and their rows: Arrow lets go of what it has read at the end of them."""
        groups, rows = list[int](), 0
        for group in range(self._file.metadata.num_row_groups):
            groups.append(group)
            rows += self._file.metadata.row_group(group).num_rows
            if rows >= _ROWS_TOGETHER:
                yield groups, rows
                groups, rows = [], 0
        if groups:
            yield groups, rows


class ArrowRows:
    """An Arrow IPC file, or a stream in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with pa.memory_map(str(path)) as source:
            self.columns = _leaves(_ipc(source).schema)
        check_names(self.columns, path)
        self.total: int | None = None

    def batches(self, columns: Sequence[str], *, size: int, after: Done = START) -> Iterator[RawBatch]:
        """Batches as they were written, cut to size."""
        with pa.memory_map(str(self._path)) as source:
            reader = _ipc(source)
            whole = (
                (reader.get_batch(index) for index in range(reader.num_record_batches))
                if isinstance(reader, pa.ipc.RecordBatchFileReader)
                else iter(reader)
            )
            cut = (one.slice(start, size) for one in whole for start in range(0, one.num_rows, size))
            yield from _numbered(_within(cut, columns), 0, after.position)


def _ipc(source: Any) -> Any:  # noqa: ANN401 -- pyarrow has no types
    try:
        return pa.ipc.open_file(source)
    except pa.ArrowInvalid:
        source.seek(0)
        return pa.ipc.open_stream(source)


def _leaves(schema: pa.Schema, prefix: str = "") -> tuple[str, ...]:
    """The names of all columns, those within a column with a dot."""
    found: list[str] = []
    for field in schema:
        name = prefix + field.name
        found += _leaves(pa.schema(list(field.type)), f"{name}.") if pa.types.is_struct(field.type) else (name,)
    return tuple(found)


def _within(batches: Iterator[pa.RecordBatch], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """What lies within a column as a column of its own."""
    for batch in batches:
        flat = pa.Table.from_batches([batch])
        while any(pa.types.is_struct(field.type) for field in flat.schema):
            flat = flat.flatten()
        yield from flat.select(list(columns)).combine_chunks().to_batches()


def _numbered(batches: Iterator[pa.RecordBatch], first: int, after: int) -> Iterator[RawBatch]:
    for batch in batches:
        positions = np.arange(first + 1, first + 1 + batch.num_rows)
        first += batch.num_rows
        yield from rows_after(positions, batch, (), after)
