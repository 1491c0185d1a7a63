"""Writes the output of a run from its parts, in the form that its name tells; under its name only when it is whole."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet

from amends.rescoring.part_writer import parquet_writer, sync
from amends.rescoring.parts import Parts
from amends.rescoring.read_rows import RowFormat, format_of
from amends.rescoring.safe_cells import made_safe


def write_output(parts: Parts, out: Path) -> None:
    """All rows of all parts in `out`, and rejected ones, if any, beside it."""
    write_rejects(parts, out)
    if format_of(out) is RowFormat.PARQUET and len(parts.done) == 1:
        # The part stays until the run is finished: should its report fail, nothing has to be decided again.
        unfinished = _unfinished(out)
        unfinished.unlink(missing_ok=True)
        try:
            os.link(parts.done[0].path, unfinished)
        except OSError:  # not every file system has links
            shutil.copyfile(parts.done[0].path, unfinished)
        _put(unfinished, out)
    else:
        write_tables(parts.tables(), out)


def rejects_of(out: Path) -> Path:
    """Where the rejected rows of an output lie, if any were."""
    return out.with_name(out.name + ".rejects.jsonl")


def write_rejects(parts: Parts, out: Path) -> None:
    """The rejected rows of all parts as `<out>.rejects.jsonl`; no such file where there are none."""
    put_rejects(parts.rejected(), out)


def put_rejects(rejected: Iterator[str], out: Path) -> None:
    """These lines beside an output; no such file where there are none."""
    first = next(rejected, None)
    if first is None:
        rejects_of(out).unlink(missing_ok=True)
        return
    unfinished = _unfinished(out)
    with unfinished.open("w", encoding="utf-8") as lines:
        lines.write(first)
        lines.writelines(rejected)
    _put(unfinished, rejects_of(out))


def write_tables(tables: Iterator[pa.Table], out: Path) -> None:
    """All rows of all tables in `out`."""
    unfinished = _unfinished(out)
    _WRITERS[format_of(out)](tables, unfinished)
    _put(unfinished, out)


def _unfinished(out: Path) -> Path:
    return out.with_name(out.name + ".unfinished")


def _put(written: Path, where: Path) -> None:
    sync(written)
    written.replace(where)
    sync(where.parent)


def _parquet(tables: Iterator[pa.Table], path: Path) -> None:
    first = next(tables, None)
    if first is None:
        path.touch()
        return
    with parquet_writer(path, first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _arrow(tables: Iterator[pa.Table], path: Path) -> None:
    first = next(tables)
    with pa.ipc.new_file(str(path), first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


def _jsonl(tables: Iterator[pa.Table], path: Path) -> None:
    with path.open("w", encoding="utf-8") as lines:
        for table in tables:
            lines.writelines(json.dumps(row, default=_told, ensure_ascii=False) + "\n" for row in table.to_pylist())


def _csv(tables: Iterator[pa.Table], path: Path) -> None:
    """Lists as JSON: a cell has one text. None is a formula."""
    with path.open("wb") as sink:
        for place, table in enumerate(tables):
            flat = table
            for index, field in enumerate(table.schema):
                if pa.types.is_nested(field.type):
                    told = [json.dumps(value, default=_told, ensure_ascii=False) for value in table[index].to_pylist()]
                    flat = flat.set_column(index, field.name, pa.array(told, pa.string()))
                elif pa.types.is_string(field.type):
                    flat = flat.set_column(index, field.name, made_safe(table[index]))
            pa.csv.write_csv(flat, sink, pa.csv.WriteOptions(include_header=place == 0))


def _told(value: Any) -> str:  # noqa: ANN401 -- what JSON cannot hold
    assert isinstance(value, datetime)
    return value.isoformat().replace("+00:00", "Z")


_WRITERS = {RowFormat.PARQUET: _parquet, RowFormat.ARROW: _arrow, RowFormat.JSONL: _jsonl, RowFormat.CSV: _csv}
