"""Reads an output of `amends rescore` back, in any of its forms: the same columns of the same types."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from amends.rescoring.changed_columns import CHANGED
from amends.rescoring.read_rows import InputError, RowFormat, format_of
from amends.rescoring.safe_cells import as_written
from amends.rescoring.scored import OBLIGATION, SHARED

_ROWS: Final = 65_536

OUTPUT: Final = pa.schema(
    [
        pa.field("position", pa.int64()),
        *(pa.field(name, pa.string()) for name in ("case_id", "order_id", "item_id", "incident_id", "pack_digest")),
        pa.field("observe_time", pa.timestamp("us", tz="UTC")),
        *(field.with_nullable(nullable=True) for field in SHARED),
        pa.field("obligations", pa.list_(OBLIGATION)),
    ]
)
"""What every output holds."""


class OutputFile:
    """An earlier output. InputError where it is none, or cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path, self._form = path, format_of(path)
        try:
            names = _NAMES[self._form](path)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise InputError(f"{path}: {error}") from error
        lacking = [name for name in OUTPUT.names if name not in names]
        if lacking:
            raise InputError(f"{path}: it is no output of `amends rescore`: it has no column {', '.join(lacking)}")
        self.schema = pa.schema([*OUTPUT, *(field for field in CHANGED if field.name in names)])

    @property
    def total(self) -> int | None:
        """How many rows there are, where the file says so."""
        return pa.parquet.read_metadata(self._path).num_rows if self._form is RowFormat.PARQUET else None

    def tables(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """These columns (None: all) of all rows, in order."""
        wanted = self.schema if columns is None else pa.schema([self.schema.field(name) for name in columns])
        try:
            for table in _READERS[self._form](self._path, wanted):
                yield table.cast(wanted)
        except (ValueError, pa.ArrowException) as error:
            raise InputError(f"{self._path}: {error}") from error


def _parquet(path: Path, wanted: pa.Schema) -> Iterator[pa.Table]:
    with pa.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS, columns=wanted.names):
            yield pa.Table.from_batches([batch]).select(wanted.names)


def _arrow(path: Path, wanted: pa.Schema) -> Iterator[pa.Table]:
    with pa.memory_map(str(path)) as source:
        reader = pa.ipc.open_file(source)
        for index in range(reader.num_record_batches):
            yield pa.Table.from_batches([reader.get_batch(index)]).select(wanted.names)


def _jsonl(path: Path, wanted: pa.Schema) -> Iterator[pa.Table]:
    rows: list[dict[str, Any]] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            rows.append(json.loads(line))
            if len(rows) == _ROWS:
                yield _of_rows(rows, wanted)
                rows = []
    if rows:
        yield _of_rows(rows, wanted)


def _of_rows(rows: Sequence[dict[str, Any]], wanted: pa.Schema) -> pa.Table:
    """Times stand as text in JSON, at whatever depth."""
    told = _with_texts(wanted)
    return pa.Table.from_pylist([{name: row.get(name) for name in wanted.names} for row in rows], schema=told)


def _csv(path: Path, wanted: pa.Schema) -> Iterator[pa.Table]:
    converting = pa.csv.ConvertOptions(
        include_columns=wanted.names,
        column_types={field.name: pa.string() if pa.types.is_nested(field.type) else field.type for field in wanted},
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    parsing = pa.csv.ParseOptions(newlines_in_values=True)
    with pa.csv.open_csv(path, parse_options=parsing, convert_options=converting) as reader:
        for batch in reader:
            yield pa.table([_nested(batch.column(field.name), field) for field in wanted], names=wanted.names)


def _nested(column: pa.Array, field: pa.Field) -> pa.Array:
    if pa.types.is_string(field.type):
        return as_written(column)
    if not pa.types.is_nested(field.type):
        return column
    told = [None if text is None else json.loads(text) for text in column.to_pylist()]
    return pa.array(told, _with_texts(pa.schema([field])).field(0).type)


def _with_texts(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(field.name, _text_for_times(field.type)) for field in schema])


def _text_for_times(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(_text_for_times(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(one.name, _text_for_times(one.type)) for one in kind])
    return kind


def _names_of_arrow(path: Path) -> Sequence[str]:
    with pa.memory_map(str(path)) as source:
        names: Sequence[str] = pa.ipc.open_file(source).schema.names
        return names


def _names_of_jsonl(path: Path) -> Sequence[str]:
    with path.open(encoding="utf-8") as lines:
        first = next(lines, None)
    if first is None:
        # Of no rows it tells no names: it is an output of none.
        return tuple(OUTPUT.names)
    found = json.loads(first)
    return tuple(found) if isinstance(found, dict) else ()


def _names_of_csv(path: Path) -> Sequence[str]:
    with pa.csv.open_csv(path) as reader:
        names: Sequence[str] = reader.schema.names
        return names


def _names_of_parquet(path: Path) -> Sequence[str]:
    names: Sequence[str] = pa.parquet.read_schema(path).names
    return names


_NAMES: Final[dict[RowFormat, Callable[[Path], Sequence[str]]]] = {
    RowFormat.PARQUET: _names_of_parquet,
    RowFormat.ARROW: _names_of_arrow,
    RowFormat.JSONL: _names_of_jsonl,
    RowFormat.CSV: _names_of_csv,
}
_READERS: Final[dict[RowFormat, Callable[[Path, pa.Schema], Iterator[pa.Table]]]] = {
    RowFormat.PARQUET: _parquet,
    RowFormat.ARROW: _arrow,
    RowFormat.JSONL: _jsonl,
    RowFormat.CSV: _csv,
}
