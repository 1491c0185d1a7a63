"""Parts: the output of a run, written piece by piece, so that a run that was killed goes on where it was.

A part is a Parquet file whose name tells its first row and whose metadata tell its last one. It
is written under another name, synced and renamed: what has its name is whole. Rejected rows lie beside it, and are
there before it is.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet

from amends.rescoring.read_rows import START, Done
from amends.rescoring.score_rows import Rejected

_NAME: Final = re.compile(r"part-(?P<first>[0-9]{12})\.parquet", re.ASCII)
_ABOUT: Final = b"amends.part"
_RUN: Final = "run.json"
_LEVEL: Final = 1
_BATCH: Final = 65_536
_OF_ONE_ROW: Final = ("case_id", "order_id", "item_id")


class OutputError(Exception):
    """The output cannot be written where it was to be; says why and how to mend it."""


class Part(NamedTuple):
    """A finished part: its file, how far the input is done with it, its rows, and how many it rejected."""

    path: Path
    reached: Done
    rows: int
    rejected: int


class Parts:
    """The parts of one run in one folder. `run` tells runs apart: the same input, pack, mapping, role and time.

    `began` is when the run began, in nanoseconds since the epoch; of one that is resumed, when it began first.
    """

    __slots__ = ("_done", "_run", "began", "folder")

    def __init__(self, folder: Path, *, run: str, now: int) -> None:
        """OutputError where the folder holds another run."""
        self.folder, self._run = folder, run
        self._done: list[Part] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.began = self._begun(now)

    def _begun(self, now: int) -> int:
        """Rows that say no time are looked at when their run began, also those that are decided after it was killed."""
        path = self.folder / _RUN
        if not path.exists():
            if any(_NAME.fullmatch(found.name) for found in self.folder.iterdir()):
                raise OutputError(f"{self.folder}: nobody knows of which run it is; choose another --out, or --again")
            unfinished = path.with_suffix(".unfinished")
            unfinished.write_text(json.dumps({"run": self._run, "began": now}), encoding="utf-8")
            sync(unfinished)
            unfinished.rename(path)
            sync(self.folder)
        said = json.loads(path.read_bytes())
        if said["run"] != self._run:
            raise OutputError(
                f"{self.folder}: it holds parts of another run (another input, mapping, pack, role or time); "
                "choose another --out, or --again to begin anew"
            )
        return int(said["began"])

    def resume(self) -> Done:
        """How far the input is done; what a killed run left unfinished is removed."""
        found = sorted(path for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
        self._done = [self._finished(path) for path in found]
        finished = {name for part in self._done for name in (part.path.name, _rejects(part.path).name)}
        for path in self.folder.iterdir():
            if path.name.startswith("part-") and path.name not in finished:
                path.unlink()
        return self._done[-1].reached if self._done else START

    @property
    def done(self) -> Sequence[Part]:
        """The parts that are finished, in the order of their rows."""
        return self._done

    def begin(self, first: int) -> "PartWriter":
        """A part that begins with this row."""
        return PartWriter(self.folder / f"part-{first:012d}.parquet")

    def finish(self, part: "PartWriter", *, done: Done) -> None:
        """The part is whole, and holds or rejects all rows to this one."""
        self._done.append(part.finish(done=done))

    def tables(self) -> Iterator[pa.Table]:
        """All rows that were scored, in order."""
        for part in self._done:
            with pa.parquet.ParquetFile(part.path) as file:
                if not part.rows:
                    # So that an output without rows has its columns.
                    yield file.schema_arrow.remove_metadata().empty_table()
                for batch in file.iter_batches(131_072):
                    yield pa.Table.from_batches([batch]).replace_schema_metadata(None)

    def rejected(self) -> Iterator[str]:
        """The lines of all rejected rows, in order."""
        for part in self._done:
            with suppress(FileNotFoundError), _rejects(part.path).open(encoding="utf-8") as lines:
                yield from lines

    def remove(self) -> None:
        """The parts are no longer needed."""
        shutil.rmtree(self.folder)

    def _finished(self, path: Path) -> Part:
        try:
            metadata = pa.parquet.read_metadata(path).metadata or {}
            about = json.loads(metadata[_ABOUT])
        except (pa.ArrowException, OSError, KeyError, ValueError) as error:
            raise OutputError(
                f"{path}: no part of a run of `amends rescore`: {error}; begin anew with --again"
            ) from None
        return Part(path, Done(about["last"], about["mark"]), about["rows"], about["rejected"])


class PartWriter:
    """A part that is being written. Only a batch of it is in memory."""

    def __init__(self, path: Path) -> None:
        self._path, self._unfinished = path, path.with_suffix(".unfinished")
        self._rejects = _rejects(path).open("w", encoding="utf-8")
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
        rejects = _rejects(self._path)
        if self.rejected:
            sync(rejects)
        else:
            rejects.unlink()
        about = {"last": done.position, "mark": done.mark, "rows": self.rows, "rejected": self.rejected}
        self._rows.add_key_value_metadata({_ABOUT: json.dumps(about).encode()})
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


def _rejects(path: Path) -> Path:
    return path.with_suffix(".rejects.jsonl")


def rejected_line(rejected: Rejected) -> str:
    """A rejected row as a line of JSON: where it stands, what is wrong with it, and what it holds."""
    told = {"position": rejected.position, "reasons": rejected.reasons, "row": rejected.row}
    return json.dumps(told, default=str, ensure_ascii=False) + "\n"
