"""Wires a run of re-scoring: input, mapping, pack, output."""

import asyncio
import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from amends import __version__
from amends.application.compiled_pack import CompiledPack
from amends.application.open_cases import FindOpenCases
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from amends.packs.model import Pack
from amends.packs.source import load_source
from amends.rescoring.against import Against
from amends.rescoring.against_log import StandingLog, against_log
from amends.rescoring.inputs import Input, MappedRows, Times, check_columns
from amends.rescoring.mapping import Mapped
from amends.rescoring.open_rows import open_rows
from amends.rescoring.parts import Parts, Run, Said
from amends.rescoring.read_log import LogRows
from amends.rescoring.read_mapping import by_name, read_mapping
from amends.rescoring.read_query import QuerySource
from amends.rescoring.read_rows import Done, InputError, RowSource
from amends.rescoring.run import Progress, StrictError, run
from amends.rescoring.score_rows import RowScorer, ScoredBatch
from amends.rescoring.write_output import write_output
from amends.server.clock import SystemClock
from amends.storage.customer_ledger import DatabaseCustomerLedger
from amends.storage.database import Database
from amends.storage.engines import read_url, shown
from amends.storage.obligations import DatabaseObligationLog
from amends.storage.opened import check_schema
from amends.storage.pack_store import DatabasePackStore
from amends.storage.standing_decisions import DatabaseStandingDecisions
from amends.wire.codec import Codec
from amends.wire.encode import Encoder


@dataclass(frozen=True, slots=True)
class Job:
    """One run. `observe_time` is for rows that say none; None: when the run began (`now`, nanoseconds since 1970)."""

    source: Input
    compiled: CompiledPack
    role: str
    observe_time: Said | None
    now: int
    out: Path

    @property
    def folder(self) -> Path:
        """Where the parts lie until they are one file."""
        return self.out.with_name(self.out.name + ".parts")

    @property
    def told_apart(self) -> Run:
        """Another input, pack or role is another run, and so is other software: it may decide otherwise."""
        told = {
            "input or mapping": hashlib.sha256(self.source.identity.encode()).hexdigest(),
            "pack": self.compiled.pack.digest,
            "role": self.role,
            "version of the software": __version__,
        }
        return Run(told, self.now, self.observe_time)

    def run(  # noqa: PLR0913 -- by name, all that may differ from run to run
        self,
        *,
        strict: bool,
        told: Callable[[Progress], None],
        part_rows: int,
        batch_rows: int,
        finish: Callable[[Parts, Path], None] = write_output,
        again: bool = False,
    ) -> Progress:
        """Score all rows and `finish` the output; what a killed run has done already is not done again, unless it is to
        begin anew (`again`).
        """
        scorer = RowScorer(self.compiled, role=self.role)
        with Parts(self.folder, self.told_apart, again=again) as parts:

            def scored(done: Done) -> Generator[ScoredBatch]:
                times = Times(parts.began, parts.observe_time)
                return self.source.scored(scorer, done, times, size=batch_rows)

            try:
                progress = run(scored, parts, total=self.source.total, strict=strict, told=told, part_rows=part_rows)
            except (StrictError, InputError):
                if not parts.done:
                    parts.remove()
                raise
            finish(parts, self.out)
            parts.remove()
        return progress


class Since(NamedTuple):
    """From when on: as it was said, and what that is by when the run began (None: ever)."""

    said: str
    moment: Callable[[int], int | None]


def make_job(  # noqa: PLR0913 -- all that a run is told apart by
    source_path: Path,
    out: Path,
    compiled: CompiledPack,
    *,
    mapping: Path | None,
    role: str,
    observe_time: Said | None,
    now: int,
) -> Job:
    """InputError or PackError where input or mapping are wrong, all problems of one at once."""
    meant = mapping_file(mapping, compiled.pack)
    stat = source_path.stat()
    source = open_rows(source_path, meant and meant.mapped.csv)
    told = (str(source_path.resolve()), stat.st_size, stat.st_mtime_ns)
    rows = _mapped_rows(source, told, meant, compiled.pack)
    return job(rows, out, compiled, role=role, observe_time=observe_time, now=now)


def make_query_job(  # noqa: PLR0913 -- all that a run is told apart by
    url: str,
    query: str,
    out: Path,
    compiled: CompiledPack,
    *,
    mapping: Path | None,
    role: str,
    observe_time: Said | None,
    now: int,
) -> Job:
    """As `make_job`, over the rows that a query returns."""
    meant = mapping_file(mapping, compiled.pack)
    source = QuerySource(url, query)
    rows = _mapped_rows(source, (source.database, query), meant, compiled.pack)
    return job(rows, out, compiled, role=role, observe_time=observe_time, now=now)


def make_log_job(  # noqa: PLR0913 -- all that a run is told apart by
    url: str,
    out: Path,
    compiled: CompiledPack,
    *,
    policy: str,
    since: Since,
    role: str,
    observe_time: Said | None,
    now: int,
) -> Job:
    """As `make_job`, over the open cases of a decision log. `since` says from when on, by when the run began.

    DatabaseUrlError, UnusableSchemaError, LogUnavailableError.
    """
    check_schema(url)

    @contextmanager
    def cases() -> Iterator[FindOpenCases]:
        codec = Codec(Encoder(software_version=__version__))
        with Database(url) as database:
            yield FindOpenCases(DatabaseStandingDecisions(database), DatabaseCustomerLedger(database), codec)

    told = ("log", shown(read_url(url)), policy, since.said)
    source = LogRows(cases, policy, since.moment, repr(told))
    return job(source, out, compiled, role=role, observe_time=observe_time, now=now)


def make_against_log(url: str, *, policy: str) -> Against:
    """What a log has decided by a policy. DatabaseUrlError, UnusableSchemaError, LogUnavailableError."""
    check_schema(url)

    @contextmanager
    def opened() -> Iterator[StandingLog]:
        codec = Codec(Encoder(software_version=__version__))
        with Database(url) as database:
            yield StandingLog(DatabaseStandingDecisions(database), DatabaseObligationLog(database), codec)

    return against_log(opened, policy)


def job(  # noqa: PLR0913 -- as above
    source: Input, out: Path, compiled: CompiledPack, *, role: str, observe_time: Said | None, now: int
) -> Job:
    """A run over any input."""
    return Job(source, compiled, role, observe_time, now, out)


class MappingFile(NamedTuple):
    """A mapping as it is written, and as it is meant."""

    text: str
    mapped: Mapped


def mapping_file(path: Path | None, pack: Pack) -> MappingFile | None:
    """What a mapping file says of that pack's facts, and how the input is to be read; errors as of `make_job`."""
    if path is None:
        return None
    try:
        # What is not UTF-8 is told with its line, as everything else that is wrong.
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise InputError(f"{path}: the mapping cannot be read: {error}") from error
    return MappingFile(text, read_mapping(text, file=str(path), pack=pack))


def _mapped_rows(source: RowSource, told: object, meant: MappingFile | None, pack: Pack) -> MappedRows:
    """The rows of a source by a mapping, else by the names of its columns. `told` tells the source apart."""
    mapped = by_name(source.columns, pack) if meant is None else meant.mapped
    check_columns(mapped, source.columns, by_mapping=meant is not None)
    return MappedRows(source, mapped, identity=repr((told, meant.text if meant else "")))


def stored_pack(url: str, *, digest: str) -> CompiledPack | None:
    """A pack that a database has kept, whoever made it decide; None where it has none of that digest.

    SourceError where this version of the language makes another one of it; errors as of `make_against_log`.
    """
    check_schema(url)
    with Database(url) as database, asyncio.Runner() as runner:
        source = runner.run(DatabasePackStore(database, SystemClock()).get(digest))
    return None if source is None else CompiledPack(load_source(source), BitmapEngine())


def pack_of_folder(folder: Path) -> CompiledPack:
    """The pack in that folder, of the folder of rules that holds it. PackError where it cannot be read."""
    return CompiledPack(load_pack(folder.resolve().parent, folder.resolve().name), BitmapEngine())
