"""The files of an input, looked at before Spark reads them: where it would take them for something else, it is told."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet

from amends.rescoring.read_rows import InputError

Columns: TypeAlias = Mapping[str, str]
"""What Parquet says of each, by its path."""

_TABLES: Final = {"_delta_log": "Delta", ".hoodie": "Hudi"}


def rows_in(source: Path) -> int:
    """How many rows a Parquet file has, or all files of a folder; by their footers alone.

    InputError where one is no Parquet, or holds what Spark would leave out, or read as something else.
    """
    first: tuple[Path, Columns] | None = None
    rows = 0
    for path in _files(source):
        found = _opened(path)
        columns = _columns(path, found)
        if first is None:
            first = path, columns
        elif columns != first[1]:
            raise InputError(_differing(path, columns, *first))
        rows += found.metadata.num_rows
    if first is None:
        raise InputError(f"{source}: there is no Parquet file in it")
    return rows


def _files(source: Path) -> Iterator[Path]:
    """Those that Spark reads, in the order of their names."""
    if source.is_file():
        yield source
        return
    for name, kind in _TABLES.items():
        if (source / name).exists():
            raise InputError(
                f"{source}: it is a table of {kind}, whose files also hold rows that are no longer in it; read it by "
                f"Spark's reader of {kind}, and score it by rescore_dataframe"
            )
    for folder, folders, names in os.walk(source, followlinks=True):
        folders[:] = sorted(filter(_is_read, folders))
        yield from (Path(folder, name) for name in sorted(filter(_is_read, names)))


def _is_read(name: str) -> bool:
    """Spark passes over what others keep for themselves."""
    return not name.startswith(".") and (not name.startswith("_") or "=" in name)


def _opened(path: Path) -> pa.parquet.ParquetFile:
    try:
        return pa.parquet.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path}: it cannot be read as Parquet: {error}") from None


def _columns(path: Path, found: pa.parquet.ParquetFile) -> Columns:
    """InputError where a type is Arrow's and not Parquet's, or Spark has none for it."""
    for field in found.schema_arrow:
        for name, kind in _within(field):
            if pa.types.is_duration(kind):
                raise InputError(
                    f"{path}: the column {name} is a duration, which Spark reads as a bare number; write it as "
                    "one, and say its `unit` in the mapping"
                )
    columns = [found.schema.column(place) for place in range(len(found.schema))]
    for column in columns:
        if "timeUnit=nanoseconds" in str(column.logical_type):
            raise InputError(
                f"{path}: the column {column.path} has moments by nanoseconds, which Spark does not read; write them "
                "by microseconds, as by pyarrow's coerce_timestamps='us'"
            )
    return {column.path: f"{column.physical_type} {column.logical_type}" for column in columns}


def _within(field: pa.Field) -> Iterator[tuple[str, pa.DataType]]:
    """A column, and all that lie within it."""
    yield field.name, field.type
    for place in range(field.type.num_fields):
        for name, kind in _within(field.type.field(place)):
            yield f"{field.name}.{name}", kind


def _differing(path: Path, columns: Columns, first: Path, others: Columns) -> str:
    """Spark takes the columns of one file for those of all, and leaves out what only others have."""
    name = min(name for name in {*columns, *others} if columns.get(name) != others.get(name))
    if name not in columns:
        how = f"has no column {name}, which {first.name} has"
    elif name not in others:
        how = f"has the column {name}, which {first.name} has not"
    else:
        how = f"has another type of {name} than {first.name}"
    return f"{path}: it {how}; write both with the same columns, or score a frame of your own by rescore_dataframe"
