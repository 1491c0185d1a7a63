"""`amends rescore`: every row of a file decided, into a file: what each case comes to under a policy."""

import json
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from amends.cli.asking import fail
from amends.cli.exit_codes import ExitCode
from amends.cli.loading import pack_of_policy
from amends.cli.log_access import DatabaseOption, DataDirOption
from amends.cli.pack_options import RulesOption
from amends.cli.report import PicturesOption, ReportOption, wanted_report
from amends.cli.rescore_against import AgainstLogOption, AgainstOption, AgainstPackOption, Beside, OnlyChangesOption
from amends.cli.rescore_input import FromLogOption, QueryFileOption, QueryOption, Rows, SinceOption, SourceArgument
from amends.cli.rescoring_extra import check_rescoring

if TYPE_CHECKING:
    from collections.abc import Callable

    from amends.application.compiled_pack import CompiledPack
    from amends.rescoring.parts import Parts
    from amends.rescoring.run import Progress

_TELL_EVERY_SECONDS = 0.5
_KEPT = "the parts that are done are kept: mend it and give the same command again"


class ProgressForm(StrEnum):
    """How to tell how far it is, on stderr: a bar where that is a terminal, a JSON object a line, or nothing."""

    BAR = "bar"
    JSON = "json"
    NONE = "none"


def rescore(  # one an option
    out: Annotated[
        Path, typer.Option(dir_okay=False, help="Where to: .parquet, .csv, .jsonl or .arrow. A whole file, or none.")
    ],
    source: SourceArgument = None,
    query: QueryOption = None,
    query_file: QueryFileOption = None,
    from_log: FromLogOption = False,
    since: SinceOption = None,
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
    mapping: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="What the columns mean; without it, they bear facts' names."),
    ] = None,
    policy: Annotated[str, typer.Option(help="The policy that decides.")] = "default",
    role: Annotated[str, typer.Option(help="As seen by this role; else the pack's first.")] = "",
    observe_time: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="For rows that say none: 2026-11-01T12:00:00Z; else now.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first row that is no situation.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Begin anew, whatever an earlier run has left.")] = False,
    part_rows: Annotated[
        int, typer.Option(min=1, help="So many rows a part: what a killed run may have to do again.")
    ] = 16_000_000,
    batch_rows: Annotated[int, typer.Option(min=1, help="So many rows at once: more are a little faster.")] = 131_072,
    form: Annotated[ProgressForm, typer.Option("--progress", help="How to tell how far it is.")] = ProgressForm.BAR,
    against: AgainstOption = None,
    against_pack: AgainstPackOption = None,
    against_log: AgainstLogOption = False,
    only_changes: OnlyChangesOption = False,
    report: ReportOption = None,
    report_dir: PicturesOption = None,
    rules: RulesOption = None,
) -> None:
    """Decide every row of a file, of a query or of the decision log.

    Rows that are no situations go to OUT.rejects.jsonl, each with all its reasons.

    A run that was killed goes on where it was when it is started again.
    """
    check_rescoring("rescore")
    from amends.bootstrap.rescoring import Job
    from amends.cli.log_access import moment_of
    from amends.packs.diagnostics import PackError
    from amends.rescoring.finishing import Finishing
    from amends.rescoring.parts import OutputError
    from amends.rescoring.read_rows import InputError, format_of
    from amends.rescoring.run import StrictError
    from amends.server.clock import SystemClock

    beside = Beside(against, against_pack, against_log, only_changes, rules, policy, database, data_dir)
    if against_log and source is not None:
        # Then they belong to the log that the rows of the file are compared with.
        database = data_dir = None
    rows = Rows(source, query, query_file, from_log, since, database, data_dir, mapping, policy)
    rows.check()
    compiled = pack_of_policy("rescore", policy, rules)
    now = SystemClock().now()
    moment = moment_of("rescore", "--observe-time", observe_time, now=now)

    def job_of(pack: "CompiledPack", out: Path, role: str, moment: int | None) -> Job:
        job = rows.job(pack, out, role, moment, now)
        if again:
            job.begin_anew()
        return job

    def run(job: Job, finish: "Callable[[Parts, Path], None]") -> "Progress":
        with _Told(form) as told:
            return job.run(strict=strict, told=told, part_rows=part_rows, batch_rows=batch_rows, finish=finish)

    def run_beside(pack: "CompiledPack", began: int, finish: "Callable[[Parts, Path], None]") -> None:
        theirs = out.with_name(out.name + ".against")
        run(job_of(pack, theirs, _role_in(role, pack), began if moment is None else moment), finish)

    try:
        format_of(out)
        _check_out(out, source)
        wanted = wanted_report("rescore", report, report_dir, compiled.pack) if report or report_dir else None
        finishing = Finishing(beside.against(run_beside), only_changes=only_changes, wanted=wanted)
        progress = run(job_of(compiled, out, _role(role, compiled), moment), finishing)
    except (InputError, OutputError, StrictError) as error:
        fail("rescore", str(error), ExitCode.BAD_ARGUMENTS)
    except PackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    except OSError as error:
        # What cannot be read is told above: this is about what is written.
        fail("rescore", f"{out}: it cannot be written: {error}; {_KEPT}", ExitCode.UNEXPECTED)
    _summary(progress, out)


def _check_out(out: Path, source: Path | None) -> None:
    if source is not None and out.exists() and out.samefile(source):
        fail(
            "rescore",
            f"{out}: the output would take the place of the input; choose another --out",
            ExitCode.BAD_ARGUMENTS,
        )
    if not out.parent.is_dir():
        fail("rescore", f"{out.parent}: there is no such folder for the output; make it first", ExitCode.BAD_ARGUMENTS)


def _role(role: str, compiled: "CompiledPack") -> str:
    known = [one.role for one in compiled.pack.authority]
    if role and role not in known:
        fail("rescore", f"the pack has no role {role!r}; it has: {', '.join(known)}", ExitCode.BAD_ARGUMENTS)
    return role or known[0]


def _role_in(role: str, pack: "CompiledPack") -> str:
    """Another pack may know other roles."""
    known = [one.role for one in pack.pack.authority]
    return role if role in known else known[0]


class _Told:
    """Tells how far a run is, twice a second."""

    def __init__(self, form: ProgressForm) -> None:
        self._form = ProgressForm.NONE if form is ProgressForm.BAR and not sys.stderr.isatty() else form
        self._began = self._last = time.monotonic()

    def __enter__(self) -> Self:
        if self._form is ProgressForm.BAR:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._task = self._bar.add_task("", total=None, rate="")
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._form is ProgressForm.BAR:
            self._bar.stop()

    def __call__(self, progress: "Progress") -> None:
        now = time.monotonic()
        if self._form is ProgressForm.NONE or now - self._last < _TELL_EVERY_SECONDS:
            return
        self._last = now
        rows = progress.done + progress.rejected
        rate = (rows - progress.resumed) / (now - self._began)
        if self._form is ProgressForm.BAR:
            told = f"{rate:,.0f} rows/s, {progress.rejected:,} rejected"
            self._bar.update(self._task, completed=rows, total=progress.total, rate=told)
        else:
            left = None if progress.total is None else round((progress.total - rows) / max(rate, 1))
            said = {"rows": rows, "total": progress.total, "rejected": progress.rejected}
            typer.echo(json.dumps({**said, "rows_per_second": round(rate), "seconds_left": left}), err=True)


def _summary(progress: "Progress", out: Path) -> None:
    typer.echo(f"{progress.done:,} rows decided, {progress.rejected:,} rejected: {out}")
    for outcome, count in sorted(progress.outcomes.items()):
        typer.echo(f"  {outcome}: {count:,}")
    for (kind, currency), units in sorted(progress.money.items()):
        from amends.domain.money import Money

        typer.echo(f"  {kind}: {Money(currency, units)}")
    if progress.rejected:
        typer.echo(f"what was rejected, and why: {out}.rejects.jsonl", err=True)
