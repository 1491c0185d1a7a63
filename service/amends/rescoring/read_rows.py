"""Reads rows of a file, batch by batch: Parquet, CSV, JSON lines, Arrow IPC. A line that is no row is told."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from amends.rescoring.columns import Integers

_BLOCK_BYTES: Final = 16 * 1024 * 1024
_COLUMN_BYTES: Final = 1024 * 1024
_ROWS_TOGETHER: Final = 1_000_000
_LONGEST_LINE: Final = 1024 * 1024
_LONGEST_EXCERPT: Final = 200


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

    `mark` is by what the source knows all rows to these again, where it has to be told.
    """

    positions: Integers
    columns: Mapping[str, pa.Array]
    broken: Sequence[Broken] = ()
    mark: str = ""


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


def open_rows(path: Path) -> RowSource:
    """The rows of a file; InputError where it cannot be opened."""
    try:
        match format_of(path):
            case RowFormat.PARQUET:
                return ParquetRows(path)
            case RowFormat.CSV:
                return CsvRows(path)
            case RowFormat.JSONL:
                return JsonRows(path)
            case RowFormat.ARROW:
                return ArrowRows(path)
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        raise InputError(f"{path}: it cannot be read as its name says: {error}") from error


class ParquetRows:
    """A Parquet file; only the columns that are wanted are read."""

    def __init__(self, path: Path) -> None:
        # Neither mapped nor read whole: what was read once would stay, and a column of a large group comes bit by bit.
        self._file = pa.parquet.ParquetFile(path, buffer_size=_COLUMN_BYTES)
        self._path = path
        self.columns = _leaves(self._file.schema_arrow)
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


class CsvRows:
    """A CSV file with a header. All of it is text: nothing passes through a float."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Not by Arrow: it would read on in a thread that outlives whoever wants no more than the names.
        with path.open(encoding="utf-8-sig", newline="") as text:
            self.columns: Sequence[str] = next(csv.reader(text), [])
        if not self.columns:
            raise InputError(f"{path}: it is empty; its first line names the columns")
        twice = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if twice:
            raise InputError(f"{path}: two columns are named {', '.join(twice)}; give one of them another name")
        self.total: int | None = None

    def batches(self, columns: Sequence[str], *, size: int, after: Done = START) -> Iterator[RawBatch]:
        """A row with too many or too few values is broken; the rest goes on."""
        broken: list[Broken] = []

        def skip(row: Any) -> str:  # noqa: ANN401 -- pyarrow has no types
            # The header is line 1 to Arrow, and no row to anybody else.
            why = f"it has {row.actual_columns} values, not {row.expected_columns}"
            broken.append(Broken(row.number - 1, why, (row.text or "")[:_LONGEST_EXCERPT]))
            return "skip"

        converting = pa.csv.ConvertOptions(
            include_columns=list(columns), column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
        )
        # In one thread, or broken rows would not know their numbers.
        reading = pa.csv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES)
        parsing = pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip)
        with pa.csv.open_csv(self._path, reading, parsing, converting) as reader:
            read = 0
            for one in reader:
                # Arrow reads ahead: of what is broken, some lies behind these rows, and is told with those around it.
                positions = _around([row.position for row in broken], one.num_rows, read)
                for start in range(0, max(one.num_rows, 1), size):
                    some, part = positions[start : start + size], one.slice(start, size)
                    read = int(some[-1]) if len(some) else read
                    told = tuple(row for row in broken if row.position < read)
                    broken[:] = broken[len(told) :]
                    yield from _after(some, part, told, after.position)
            if broken:
                nothing = pa.RecordBatch.from_pylist([], schema=reader.schema)
                yield from _after(np.array([], dtype=np.int64), nothing, tuple(broken), after.position)


class JsonRows:
    """JSON lines: an object a line; what lies within an object is told with a dot."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.total: int | None = None
        names: dict[str, None] = {}
        with path.open("rb") as lines:
            for _, line in zip(range(1_000), lines, strict=False):
                found = _object(line)
                if isinstance(found, dict):
                    names |= dict.fromkeys(_flat(found))
        self.columns: Sequence[str] = tuple(names)

    def batches(self, columns: Sequence[str], *, size: int, after: Done = START) -> Iterator[RawBatch]:
        """Numbers are told as they are written."""
        wanted = tuple(columns)
        rows: list[dict[str, object]] = []
        positions: list[int] = []
        broken: list[Broken] = []
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if number <= after.position:
                    continue
                found = _object(line)
                if isinstance(found, dict):
                    rows.append(_flat(found))
                    positions.append(number)
                elif line.strip():
                    broken.append(Broken(number, found, line[:_LONGEST_EXCERPT].decode("utf-8", "replace")))
                if len(rows) + len(broken) >= size:
                    yield _of_rows(rows, positions, broken, wanted)
                    rows, positions, broken = [], [], []
        if rows or broken:
            yield _of_rows(rows, positions, broken, wanted)


def _object(line: bytes) -> dict[str, object] | str:
    """A line's object, or why it is none."""
    if len(line) > _LONGEST_LINE:
        return f"it is longer than {_LONGEST_LINE:,} bytes"
    try:
        found = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return f"it is no JSON: {error}"
    return found if isinstance(found, dict) else "it is no JSON object"


def _flat(found: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in found.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat


def _of_rows(
    rows: Sequence[Mapping[str, object]], positions: Sequence[int], broken: Sequence[Broken], columns: Sequence[str]
) -> RawBatch:
    found = {name: _texts([row.get(name) for row in rows]) for name in columns}
    return RawBatch(np.array(positions, dtype=np.int64), found, tuple(broken))


def _texts(values: Sequence[object]) -> pa.Array:
    """As text, or as lists of text where any is a list."""
    if any(isinstance(value, list) for value in values):
        lists = [value if value is None or isinstance(value, list) else [value] for value in values]
        return pa.array(
            [None if one is None else [_text(part) for part in one] for one in lists], pa.list_(pa.string())
        )
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool) else str(value)


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
        yield from _after(positions, batch, (), after)


def _after(positions: Integers, batch: pa.RecordBatch, broken: Sequence[Broken], after: int) -> Iterator[RawBatch]:
    """Only what lies behind the first `after` rows, if anything does."""
    done = int(np.searchsorted(positions, after, "right"))
    left = tuple(one for one in broken if one.position > after)
    if done < len(positions) or left:
        part = batch.slice(done)
        yield RawBatch(positions[done:], dict(zip(part.schema.names, part.columns, strict=True)), left)


def _around(broken: Sequence[int], count: int, before: int) -> Integers:
    """The positions of rows that could be read, around those that could not."""
    everything = np.arange(before + 1, before + 1 + count + len(broken))
    return np.setdiff1d(everything, np.array(broken, dtype=np.int64))[:count]
