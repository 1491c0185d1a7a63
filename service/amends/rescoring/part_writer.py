"""Writes a part of a run: Parquet under another name, synced and renamed, with what it rejects beside it."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet

from amends.rescoring.read_rows import Done
from amends.rescoring.score_rows import Rejected

ABOUT: Final = b"amends.part"
"""Under which key of its metadata a part says of which rows it is."""

_LEVEL: Final = 1
_BATCH: Final = 65_536
_OF_ONE_ROW: Final = ("case_id", "order_id", "item_id")


class Part(NamedTuple):
    """A finished part: its file, how far the input is done with it, its rows, and how many it rejected."""

    path: Path
    reached: Done
    rows: int
    rejected: int


class PartWriter:
    """A part that is being written. Only a batch of it is in memory."""

    def __init__(self, path: Path) -> None:
        self._path, self._unfinished = path, path.with_suffix(".unfinished")
        self._rejects = rejects_of_part(path).open("w", encoding="utf-8")
        self._rows: pa.parquet.ParquetWriter | None = None
        self.rows, self.rejected = 0, 0

    def write(self, table: pa.Table, rejected: Sequence[Rejected]) -> None:
        """Rows more."""
        if self._rows is None:
            self._rows = parquet_writer(self._unfinished, table.schema)
        self._rows.write_table(table)
        self._rejects.writelines(map(rejected_line, rejected))
        self.rows += table.num_rows
        self.rejected += len(rejected)

    def close(self) -> None:
        """Nothing more is written: what is there has no name yet, and is removed when the run goes on."""
        self._rejects.close()
        if self._rows is not None:
            self._rows.close()

    def finish(self, *, done: Done) -> Part:
        """All of it on disk, then under its name."""
        assert self._rows is not None  # a part begins with its first rows
        self._rejects.close()
        rejects = rejects_of_part(self._path)
        if self.rejected:
            sync(rejects)
        else:
            rejects.unlink()
        about = {"last": done.position, "mark": done.mark, "rows": self.rows, "rejected": self.rejected}
        self._rows.add_key_value_metadata({ABOUT: json.dumps(about).encode()})
        self._rows.close()
        sync(self._unfinished)
        self._unfinished.rename(self._path)
        sync(self._path.parent)
        return Part(self._path, done, self.rows, self.rejected)


def parquet_writer(path: Path, schema: pa.Schema) -> pa.parquet.ParquetWriter:
    """A writer of scored rows. A dictionary of what differs in each row is of no use, nor are bounds of lists."""
    texts = [leaf for field in schema if field.name not in _OF_ONE_ROW for leaf in _texts(field.type, field.name)]
    flat = [field.name for field in schema if not pa.types.is_nested(field.type)]
    return pa.parquet.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=texts,
        write_statistics=flat,
        # With the usual 1,024 values a batch, a tenth of the time of writing goes into asking whether a page is full.
        write_batch_size=_BATCH,
        # A reader gets texts, whether they were written by their codes or as they are.
        store_schema=False,
    )


def _texts(of: pa.DataType, path: str) -> list[str]:
    """The columns of text within a column, as Parquet names them."""
    if pa.types.is_list(of):
        return _texts(of.value_type, f"{path}.list.element")
    if pa.types.is_struct(of):
        return [leaf for field in of for leaf in _texts(field.type, f"{path}.{field.name}")]
    return [path] if pa.types.is_string(of) or pa.types.is_dictionary(of) else []


def sync(path: Path) -> None:
    """On disk before anybody relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rejects_of_part(path: Path) -> Path:
    """Where the rows lie that a part rejected, if any."""
    return path.with_suffix(".rejects.jsonl")


def rejected_line(rejected: Rejected) -> str:
    """A rejected row as a line of JSON: where it stands, what is wrong with it, and what it holds."""
    told = {"position": rejected.position, "reasons": rejected.reasons, "row": rejected.row}
    return json.dumps(told, default=str, ensure_ascii=False) + "\n"
