"""`amends report`: what an output of `amends rescore` comes to, as a page that people read."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from amends.cli.asking import fail
from amends.cli.exit_codes import ExitCode
from amends.cli.loading import pack_of_policy
from amends.cli.pack_options import RulesOption
from amends.cli.rescore_paths import Read, clashes, pages_of
from amends.cli.rescoring_extra import check_rescoring

if TYPE_CHECKING:
    from amends.packs.model import Pack
    from amends.rescoring.finishing import Wanted

ReportOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--report", dir_okay=False, metavar="PAGE.html", help="What all rows come to, as a page."),
]
PicturesOption: TypeAlias = Annotated[
    Path | None, typer.Option("--report-dir", file_okay=False, metavar="DIR", help="The report's charts, as PNG.")
]


def report(
    out: Annotated[
        Path, typer.Argument(metavar="OUTPUT", exists=True, dir_okay=False, help="An output of `amends rescore`.")
    ],
    page: ReportOption = None,
    pictures: PicturesOption = None,
    policy: Annotated[
        str | None, typer.Option(help="The policy that decided, for the names of its rules; else they go by their ids.")
    ] = None,
    rules: RulesOption = None,
) -> None:
    """Write the report of an output of `amends rescore`."""
    check_rescoring("report")
    from amends.rescoring.finishing import report_of
    from amends.rescoring.read_rows import InputError
    from amends.rescoring.write_output import rejects_of

    if page is None and pictures is None:
        fail("report", "where to? --report PAGE.html, --report-dir DIR, or both", ExitCode.BAD_ARGUMENTS)
    read = [Read("the output", out), Read("the rejected rows", rejects_of(out))]
    clash = clashes(list(pages_of(page, pictures)), read)
    if clash:
        fail("report", "\n".join(clash), ExitCode.BAD_ARGUMENTS)
    pack = None if policy is None else pack_of_policy("report", policy, rules).pack
    wanted = wanted_report("report", page, pictures, pack)
    try:
        report_of(out, wanted)
    except InputError as error:
        fail("report", str(error), ExitCode.BAD_ARGUMENTS)
    typer.echo(" and ".join(str(one) for one in (page, pictures) if one is not None))


def wanted_report(command: str, page: Path | None, pictures: Path | None, pack: "Pack | None") -> "Wanted":
    """The report that the options ask for; the command ends where it cannot be drawn."""
    from amends.rescoring.finishing import Wanted
    from amends.rescoring.report.charts import ChartsError, check_charts
    from amends.rescoring.report.words import Names, names_of

    if page is not None and not page.parent.is_dir():
        fail(command, f"{page.parent}: there is no such folder for the page; make it first", ExitCode.BAD_ARGUMENTS)
    try:
        check_charts()
    except ChartsError as error:
        fail(command, str(error), ExitCode.BAD_ARGUMENTS)
    return Wanted(page, pictures, Names() if pack is None else names_of(pack))
