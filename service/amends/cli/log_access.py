"""The decision log for commands that work on its database: their options, and what can go wrong, a line each."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from amends.application.log_errors import LogUnavailableError, UnknownDecisionError
from amends.cli.exit_codes import ExitCode
from amends.config import SettingsError, load_settings
from amends.packs.literals import LiteralError, read_date, read_duration

if TYPE_CHECKING:
    from amends.bootstrap.log_tools import LogTools

DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="The database [AMENDS_DATABASE, else a file of --data-dir]."),
]
DataDirOption = Annotated[
    Path | None, typer.Option("--data-dir", help="The folder of the SQLite file [AMENDS_DATA_DIR, else amends-data].")
]
SinceOption = Annotated[
    str | None,
    typer.Option(metavar="MOMENT", help="At this moment or later: 2026-11-01, 2026-11-01T12:00:00Z, or 7d for ago."),
]
UntilOption = Annotated[str | None, typer.Option(metavar="MOMENT", help="Before this moment.")]

_UTC: Final = ZoneInfo("UTC")


@contextmanager
def log_tools(command: str, *, database: str | None, data_dir: Path | None) -> Iterator["LogTools"]:
    """What works on the log; the command ends where it cannot be had, or is away in between."""
    from amends.bootstrap.log_tools import log_tools as tools_of
    from amends.storage.engines import DatabaseUrlError
    from amends.storage.opened import UnusableSchemaError

    given = {"database": database, "data_dir": data_dir}
    try:
        settings = load_settings({name: value for name, value in given.items() if value is not None})
        with tools_of(settings) as tools:
            yield tools
    except SettingsError as error:
        raise refused(command, "\n".join(error.problems)) from None
    except DatabaseUrlError as error:
        raise refused(command, f"--database (AMENDS_DATABASE): {error}") from None
    except UnusableSchemaError as error:
        raise refused(command, str(error), ExitCode.UNEXPECTED) from None
    except UnknownDecisionError as error:
        raise refused(command, str(error)) from None
    except LogUnavailableError as error:
        raise refused(command, str(error), ExitCode.UNEXPECTED) from None


def refused(command: str, message: str, code: ExitCode = ExitCode.BAD_ARGUMENTS) -> typer.Exit:
    """The end of a command, with what is wrong said on stderr."""
    for line in message.splitlines():
        typer.echo(f"amends {command}: {line}", err=True)
    return typer.Exit(code)


def moment_of(command: str, option: str, text: str | None, *, now: int) -> int | None:
    """A moment, a day in UTC, or how long ago; None where nothing is said."""
    if text is None:
        return None
    try:
        return now - read_duration(text)
    except LiteralError:
        pass
    try:
        return read_date(text, _UTC)
    except LiteralError as error:
        raise refused(command, f"{option}: {error.message}{f' ({error.hint})' if error.hint else ''}") from None
