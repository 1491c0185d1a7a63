"""Tables that are too many for memory, kept in files of a folder by a number that each row has."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.ipc

from amends.rescoring.columns import Integers


class Spill:
    """Writes rows apart, then reads each part back. What is left in the folder is its caller's to remove."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._writers: dict[int, pa.ipc.RecordBatchStreamWriter] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def write(self, table: pa.Table, parts: Integers) -> None:
        """`parts` says of each row to which part it belongs. Rows of a part keep their order."""
        order = np.argsort(parts, kind="stable")
        ordered, numbers = table.take(pa.array(order)), parts[order]
        for part, begin, rows in zip(*np.unique(numbers, return_index=True, return_counts=True), strict=True):
            self._writer(int(part), table.schema).write_table(ordered.slice(int(begin), int(rows)))

    def read(self, part: int, schema: pa.Schema) -> pa.Table:
        """All rows of a part, of this schema, once all are written. Its file is gone afterwards."""
        self._open.close()
        path = self._path(part)
        if not path.exists():
            return schema.empty_table()
        with pa.ipc.open_stream(path) as reader:
            table = reader.read_all()
        path.unlink()
        return table

    def parts(self) -> Iterator[pa.Table]:
        """Every part that has rows, in the order of their numbers."""
        for part in sorted(self._writers):
            yield self.read(part, pa.schema([]))

    def _writer(self, part: int, schema: pa.Schema) -> pa.ipc.RecordBatchStreamWriter:
        if part not in self._writers:
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            sink = self._open.enter_context(pa.OSFile(str(self._path(part)), "wb"))
            self._writers[part] = self._open.enter_context(pa.ipc.new_stream(sink, schema, options=options))
        return self._writers[part]

    def _path(self, part: int) -> Path:
        return self._folder / f"{self._name}-{part:04d}.arrow"
