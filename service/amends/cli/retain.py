"""`amends retain`: lets go of decisions that are older than they are to be kept. Without --yes it only counts them."""

import asyncio
from typing import Annotated, Final

import typer

from amends.application.retain import LetGo
from amends.cli.exit_codes import ExitCode
from amends.cli.log_access import DatabaseOption, DataDirOption, log_tools, refused
from amends.config import SettingsError, load_settings
from amends.domain.erasure import Affected
from amends.packs.literals import LiteralError, read_duration

_DAY: Final = 86_400 * 1_000_000_000


def retain(
    older_than: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Older than this, such as 400d [AMENDS_RETENTION_DAYS, else 400d]."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. It cannot be undone.")] = False,
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Let go of old decisions with all that hangs on them. Without --yes nothing changes."""
    from amends.cli.render_log import affected_words, to_the_second

    days = _days(older_than)
    with log_tools("retain", database=database, data_dir=data_dir) as tools:
        keeping = tools.retain(days)
        gone = asyncio.run(keeping(progress=_progress)) if yes else None
        affected = asyncio.run(keeping.would_go()) if gone is None else gone.affected
    before = f"from before {to_the_second(keeping.before)}"
    if gone is None:
        typer.echo(f"would go, {before}: {affected_words(affected)}")
        typer.echo("the statistics of rules, and the history of customers, would count them no more")
        typer.echo("nothing was changed; --yes does it, and it cannot be undone")
        return
    typer.echo(f"gone, {before}: {affected_words(affected)}")
    _check_cleaned(gone)


def _days(older_than: str | None) -> int:
    if older_than is None:
        try:
            return load_settings({}).retention_days
        except SettingsError as error:
            raise refused("retain", "\n".join(error.problems)) from None
    try:
        nanos = read_duration(older_than)
    except LiteralError as error:
        raise refused("retain", f"--older-than: {error.message}{f' ({error.hint})' if error.hint else ''}") from None
    if nanos < _DAY or nanos % _DAY:
        raise refused("retain", f"--older-than: whole days, at least one, not {older_than!r}")
    return nanos // _DAY


def _progress(gone: Affected) -> None:
    """On stderr: a large log takes a while."""
    typer.echo(f"{gone.decisions} decisions so far", err=True)


def _check_cleaned(gone: LetGo) -> None:
    if not gone.cleaned:
        raise refused(
            "retain",
            "copies are left in the WAL, because somebody reads the database all the time: run this again later",
            ExitCode.UNEXPECTED,
        )
