"""`amends rescore`: every row of a file decided, into a file: what each case comes to under a policy."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.asking import fail
from amends.cli.exit_codes import ExitCode
from amends.cli.loading import pack_of_policy
from amends.cli.log_access import DatabaseOption, DataDirOption
from amends.cli.pack_options import RulesOption
from amends.cli.report import PicturesOption, ReportOption, wanted_report
from amends.cli.rescore_against import AgainstLogOption, AgainstOption, AgainstPackOption, Beside, OnlyChangesOption
from amends.cli.rescore_input import FromLogOption, QueryFileOption, QueryOption, Rows, SinceOption, SourceArgument
from amends.cli.rescore_paths import clashes, written_of
from amends.cli.rescore_progress import ProgressForm, Told, summary
from amends.cli.rescore_spark import Asked, Engine, EngineOption, MasterOption, by_spark, check_engine
from amends.cli.rescoring_extra import check_rescoring

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from amends.application.compiled_pack import CompiledPack
    from amends.cli.rescore_paths import Read, Written
    from amends.rescoring.parts import Parts, Said
    from amends.rescoring.run import Progress

_PART_ROWS = 16_000_000
_BATCH_ROWS = 131_072
_KEPT = "the parts that are done are kept: mend it and give the same command again"


def rescore(  # one an option
    out: Annotated[
        Path,
        typer.Option(help="Where to: .parquet, .csv, .jsonl or .arrow. A whole file, or none; by Spark a folder."),
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
    ] = _PART_ROWS,
    batch_rows: Annotated[
        int, typer.Option(min=1, help="So many rows at once: more are a little faster.")
    ] = _BATCH_ROWS,
    form: Annotated[ProgressForm, typer.Option("--progress", help="How to tell how far it is.")] = ProgressForm.BAR,
    against: AgainstOption = None,
    against_pack: AgainstPackOption = None,
    against_log: AgainstLogOption = False,
    only_changes: OnlyChangesOption = False,
    report: ReportOption = None,
    report_dir: PicturesOption = None,
    rules: RulesOption = None,
    engine: EngineOption = Engine.LOCAL,
    master: MasterOption = None,
) -> None:
    """Decide every row of a file, of a query or of the decision log.

    Rows that are no situations go to OUT.rejects.jsonl, each with all its reasons.

    A run that was killed goes on where it was when it is started again.
    """
    check_rescoring("rescore")
    local_only: dict[str, object] = {
        "--query": query,
        "--query-file": query_file,
        "--from-log": from_log,
        "--since": since,
        "--database": database,
        "--data-dir": data_dir,
        "--report": report,
        "--report-dir": report_dir,
        "--against": against,
        "--against-pack": against_pack,
        "--against-log": against_log,
        "--only-changes": only_changes,
        # Spark has partitions of its own, and a bar at most.
        "--part-rows": part_rows != _PART_ROWS,
        "--batch-rows": batch_rows != _BATCH_ROWS,
        "--progress json": form is ProgressForm.JSON,
    }
    check_engine(engine, master, source, local_only)
    from amends.bootstrap.rescoring import Job
    from amends.packs.diagnostics import PackError
    from amends.rescoring.finishing import Finishing
    from amends.rescoring.own_folder import OutputError
    from amends.rescoring.parts import Said
    from amends.rescoring.read_rows import InputError, format_of
    from amends.rescoring.run import StrictError
    from amends.server.clock import SystemClock

    # The database of a query is that of the rows.
    log = database if query is None and query_file is None else None
    beside = Beside(against, against_pack, against_log, only_changes, rules, policy, log, data_dir)
    if source is not None and beside.needs_database:
        # Then they belong to the log that the rows of the file are compared with.
        database = data_dir = None
    rows = Rows(source, query, query_file, from_log, since, database, data_dir, mapping, policy)
    rows.check()
    compiled = pack_of_policy("rescore", policy, rules)
    now = SystemClock().now()
    observed = _said(observe_time, now)
    if engine is Engine.SPARK:
        _check_out(out, written_of(out, None, None), rows.read)
        moment = now if observed is None else observed.moment(now)
        asked = Asked(source, out, mapping, policy, _role(role, compiled), moment, strict, again)
        by_spark(asked, compiled, master=master, form=form)
        return

    def run(job: Job, finish: "Callable[[Parts, Path], None]") -> "Progress":
        sizes = {"part_rows": part_rows, "batch_rows": batch_rows}
        with Told(form) as told:
            return job.run(strict=strict, told=told, finish=finish, again=again, **sizes)

    def run_beside(pack: "CompiledPack", parts: "Parts", finish: "Callable[[Parts, Path], None]") -> None:
        looked_at = Said(str(parts.observe_time), lambda _: parts.observe_time)
        run(rows.job(pack, parts.beside, _role_in(role, pack), looked_at, now), finish)

    try:
        format_of(out)
        _check_out(out, written_of(out, report, report_dir), [*rows.read, *beside.read])
        wanted = wanted_report("rescore", report, report_dir, compiled.pack) if report or report_dir else None
        job = rows.job(compiled, out, _role(role, compiled), observed, now)
        other = beside.against(run_beside, fits=rows.check_mapping)
        finishing = Finishing(other, compiled.pack.combine, only_changes=only_changes, wanted=wanted)
        progress = run(job, finishing)
    except (InputError, OutputError, StrictError) as error:
        fail("rescore", str(error), ExitCode.BAD_ARGUMENTS)
    except PackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    except OSError as error:
        # What cannot be read is told above: this is about what is written.
        fail("rescore", f"{out}: it cannot be written: {error}; {_KEPT}", ExitCode.UNEXPECTED)
    summary(progress, out, policy=policy, pack=compiled.pack)


def _check_out(out: Path, written: "Sequence[Written]", read: "Sequence[Read]") -> None:
    found = clashes(written, read)
    if found:
        fail("rescore", "\n".join(found), ExitCode.BAD_ARGUMENTS)
    if not out.parent.is_dir():
        fail("rescore", f"{out.parent}: there is no such folder for the output; make it first", ExitCode.BAD_ARGUMENTS)


def _said(text: str | None, now: int) -> "Said | None":
    """What `--observe-time` says; a span is from when the run began, whenever it goes on."""
    from amends.cli.log_access import moment_of
    from amends.rescoring.parts import Said

    if text is None:
        return None

    def moment(began: int) -> int:
        found = moment_of("rescore", "--observe-time", text, now=began)
        assert found is not None  # as something is said
        return found

    moment(now)
    return Said(text, moment)


def _role(role: str, compiled: "CompiledPack") -> str:
    known = [one.role for one in compiled.pack.authority]
    if role and role not in known:
        fail("rescore", f"the pack has no role {role!r}; it has: {', '.join(known)}", ExitCode.BAD_ARGUMENTS)
    return role or known[0]


def _role_in(role: str, pack: "CompiledPack") -> str:
    """Another pack may know other roles."""
    known = [one.role for one in pack.pack.authority]
    return role if role in known else known[0]
