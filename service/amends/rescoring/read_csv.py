"""Reads the rows of a CSV file with a header. All of it is text: nothing passes through a float."""

import codecs
import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv

from amends.rescoring.columns import Integers
from amends.rescoring.mapping import CsvForm
from amends.rescoring.read_rows import (
    LONGEST_EXCERPT,
    START,
    Broken,
    Done,
    InputError,
    RawBatch,
    check_names,
    rows_after,
)

_BLOCK_BYTES: Final = 16 * 1024 * 1024
_UTF_8: Final = "utf-8-sig"
_UNDECODED: Final = re.compile("[\udc80-\udcff]")
_OTHER_DELIMITERS: Final = (";", "\t", "|")


class CsvRows:
    """A CSV file with a header, written in the form that the mapping says; else with commas and in UTF-8."""

    def __init__(self, path: Path, form: CsvForm | None = None) -> None:
        self._path, self._form = path, form or CsvForm()
        is_utf8 = codecs.lookup(self._form.encoding).name == codecs.lookup("utf-8").name
        # Not by Arrow: it would read on in a thread that outlives whoever wants no more than the names.
        encoding = _UTF_8 if is_utf8 else self._form.encoding
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as text:
            self.columns: Sequence[str] = next(csv.reader(text, delimiter=self._form.delimiter), [])
        if not self.columns:
            raise InputError(f"{path}: it is empty; its first line names the columns")
        if any(_UNDECODED.search(name) for name in self.columns):
            raise self._wrong_encoding()
        only = self.columns[0]
        meant = next((sign for sign in _OTHER_DELIMITERS if sign in only), None)
        if form is None and len(self.columns) == 1 and meant is not None:
            raise InputError(
                f"{path}: its first line has a single column, {only[:100]!r}: if {meant!r} parts its cells, say so in "
                f"the mapping: csv: {{delimiter: {json.dumps(meant)}}}"
            )
        check_names(self.columns, path)
        self.total: int | None = None

    def batches(self, columns: Sequence[str], *, size: int, after: Done = START) -> Iterator[RawBatch]:
        """A row with too many or too few values is broken; the rest goes on."""
        try:
            yield from self._batches(columns, size, after)
        except (pa.ArrowInvalid, UnicodeError):
            if self._first_undecoded() is None:
                raise
            raise self._wrong_encoding() from None

    def _batches(self, columns: Sequence[str], size: int, after: Done) -> Iterator[RawBatch]:
        broken: list[Broken] = []

        def skip(row: Any) -> str:  # noqa: ANN401 -- pyarrow has no types
            # The header is line 1 to Arrow, and no row to anybody else.
            why = f"it has {row.actual_columns} values, not {row.expected_columns}"
            broken.append(Broken(row.number - 1, why, (row.text or "")[:LONGEST_EXCERPT]))
            return "skip"

        converting = pa.csv.ConvertOptions(
            include_columns=list(columns), column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
        )
        # In one thread, or broken rows would not know their numbers.
        reading = pa.csv.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES, encoding=self._form.encoding)
        parsing = pa.csv.ParseOptions(delimiter=self._form.delimiter, newlines_in_values=True, invalid_row_handler=skip)
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
                    yield from rows_after(some, part, told, after.position)
            if broken:
                nothing = pa.RecordBatch.from_pylist([], schema=reader.schema)
                yield from rows_after(np.array([], dtype=np.int64), nothing, tuple(broken), after.position)

    def _wrong_encoding(self) -> InputError:
        found = self._first_undecoded()
        where = "" if found is None else f"line {found[0]}: byte {found[1]:#04x}: "
        return InputError(
            f"{self._path}: {where}it is not written in {self._form.encoding}; if all of it is written otherwise, say "
            "so in the mapping, as in csv: {encoding: windows-1252}"
        )

    def _first_undecoded(self) -> tuple[int, int] | None:
        """The first line that is not written as the file should be, and a byte of it; None where there is none."""
        encoding = self._form.encoding
        if "\n".encode(encoding) != b"\n":
            # Lines of such a file cannot be told before it is decoded.
            return None
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    line.decode(encoding)
                except UnicodeDecodeError as error:
                    return number, line[error.start]
        return None


def _around(broken: Sequence[int], count: int, before: int) -> Integers:
    """The positions of rows that could be read, around those that could not."""
    everything = np.arange(before + 1, before + 1 + count + len(broken))
    return np.setdiff1d(everything, np.array(broken, dtype=np.int64))[:count]
