"""Parts: the output of a run, written piece by piece, so that a run that was killed goes on where it was.

A part is a Parquet file whose name tells its first row and whose metadata tell its last one. It
is written under another name, synced and renamed: what has its name is whole. Rejected rows lie beside it, and are
there before it is.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

import pyarrow as pa
import pyarrow.parquet

from amends.rescoring.own_folder import BESIDE, PART, RUN, OutputError, OwnFolder, clear_compared
from amends.rescoring.part_writer import ABOUT, Part, PartWriter, rejects_of_part, sync
from amends.rescoring.read_rows import START, Done


class Said(NamedTuple):
    """A moment as it was said, and what that is by when the run began."""

    text: str
    moment: Callable[[int], int]


class Run(NamedTuple):
    """What tells a run apart from others, each by what it is called: its input, its pack .. `now`: when it would begin.

    `observe_time`: what was said of when rows are looked at that say no time themselves; None: nothing.
    """

    told: Mapping[str, str]
    now: int
    observe_time: Said | None = None


class Parts:
    """The parts of one run in one folder, which is this process's until it is closed or removed.

    `began` is when the run began, in nanoseconds since the epoch; of one that is resumed, when it began first. So is
    `observe_time`, when rows are looked at that say no time: a resumed run that is told nothing else keeps it.
    """

    __slots__ = ("_done", "_own", "began", "folder", "observe_time")

    def __init__(self, folder: Path, run: Run, *, again: bool = False) -> None:
        """OutputError where the folder holds parts of another run, unless it is to begin anew (`again`)."""
        self.folder = folder
        self._done: list[Part] = []
        self._own = OwnFolder(folder)
        try:
            if again:
                self._own.clear()
            said = self._begun(run)
        except BaseException:
            self._own.close()
            raise
        self.began, self.observe_time = int(said["began"]), int(said["observe_time"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begun(self, run: Run) -> Mapping[str, Any]:
        """Rows that say no time are looked at when their run began, also those that are decided after it was killed."""
        said = self._own.said()
        if said is not None:
            other = _differs(said, run)
            if not other:
                return said
            if self._own.parts:
                raise OutputError(
                    f"{self.folder}: it holds parts of another run (another {' and another '.join(other)}); "
                    "choose another --out, or --again to begin anew"
                )
            # Nothing of it is done, so nothing is lost.
            self._own.clear()
        at = run.now if run.observe_time is None else run.observe_time.moment(run.now)
        text = "" if run.observe_time is None else run.observe_time.text
        begun = {"run": dict(run.told), "began": run.now, "observe_time": at, "observe_time_said": text}
        path = self.folder / RUN
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(begun), encoding="utf-8")
        sync(unfinished)
        unfinished.rename(path)
        sync(self.folder)
        return begun

    def resume(self) -> Done:
        """How far the input is done; what a killed run left unfinished is removed."""
        self._done = []
        reached = START
        for path in self._own.parts:
            part = _finished(path)
            found = PART.fullmatch(path.name)
            assert found is not None  # it is by its name that it is a part
            if int(found["first"]) != reached.position + 1:
                raise OutputError(f"{self.folder}: the part before {path.name} is gone; begin anew with --again")
            self._done.append(part)
            reached = part.reached
        finished = {name for part in self._done for name in (part.path.name, rejects_of_part(part.path).name)}
        for path in list(self.folder.iterdir()):
            if path.name.startswith("part-") and path.name not in finished:
                path.unlink()
        clear_compared(self.folder)
        return reached

    @property
    def beside(self) -> Path:
        """The output of another run that these are compared with; its parts lie among these, and go with them."""
        return self.folder / BESIDE

    @property
    def done(self) -> Sequence[Part]:
        """The parts that are finished, in the order of their rows."""
        return self._done

    def begin(self, first: int) -> PartWriter:
        """A part that begins with this row."""
        return PartWriter(self.folder / f"part-{first:012d}.parquet")

    def finish(self, part: PartWriter, *, done: Done) -> None:
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
            with suppress(FileNotFoundError), rejects_of_part(part.path).open(encoding="utf-8") as lines:
                yield from lines

    def close(self) -> None:
        """Let go of them: another process may go on."""
        self._own.close()

    def remove(self) -> None:
        """The parts are no longer needed."""
        self._own.remove()


def _differs(said: Mapping[str, Any], run: Run) -> list[str]:
    """In what another run was begun."""
    told = said["run"] if isinstance(said["run"], dict) else {}
    other = [name for name, value in run.told.items() if told.get(name) != value]
    wanted = run.observe_time
    known = said.get("observe_time")
    if known is None:
        return [*other, "version of the software"]
    is_same = wanted is None or wanted.text == said["observe_time_said"] or wanted.moment(said["began"]) == known
    return other if is_same else [*other, "--observe-time"]


def _finished(path: Path) -> Part:
    try:
        metadata = pa.parquet.read_metadata(path).metadata or {}
        about = json.loads(metadata[ABOUT])
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise OutputError(f"{path}: no part of a run of `amends rescore`: {error}; begin anew with --again") from None
    part = Part(path, Done(about["last"], about["mark"]), about["rows"], about["rejected"])
    if part.rejected and not rejects_of_part(path).exists():
        raise OutputError(f"{path}: the rows that it rejected are gone; begin anew with --again")
    return part
