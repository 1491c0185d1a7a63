"""`amends db`: the database of the decision log. Steps of its schema are taken here, and backups made and put back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from amends.application.log_errors import LogUnavailableError
from amends.cli.exit_codes import ExitCode
from amends.config import SettingsError, load_settings

db: Final = typer.Typer(name="db", help="The database of the decision log.", no_args_is_help=True)

_Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="The database [AMENDS_DATABASE, else a file of --data-dir]."),
]
_DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="The folder of the SQLite file [AMENDS_DATA_DIR, else amends-data].")
]


@db.command()
def status(database: _Database = None, data_dir: _DataDir = None) -> None:
    """Say how the schema stands to this software: exit code 0 if it may be used, 1 if not."""
    from amends.storage.migrate import status as schema_status

    with _told("status"):
        found = schema_status(_url(database, data_dir))
    typer.echo(found.sentence, err=not found.usable)
    if not found.usable:
        raise typer.Exit(ExitCode.UNEXPECTED)


@db.command()
def upgrade(database: _Database = None, data_dir: _DataDir = None) -> None:
    """Create the tables, or take the steps that are missing. Servers may go on meanwhile."""
    from amends.storage.migrate import upgrade as schema_upgrade

    with _told("upgrade"):
        found = schema_upgrade(_url(database, data_dir))
    typer.echo(found.sentence, err=not found.usable)
    if not found.usable:
        raise typer.Exit(ExitCode.UNEXPECTED)


def _url(database: str | None, data_dir: Path | None) -> str:
    given = {"database": database, "data_dir": data_dir}
    return load_settings({name: value for name, value in given.items() if value is not None}).database_url


@contextmanager
def _told(command: str) -> Iterator[None]:
    """What can go wrong with a database is a line each, and never a traceback, which might show a password."""
    from amends.storage.engines import DatabaseUrlError

    try:
        yield
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"amends db {command}: {problem}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    except DatabaseUrlError as error:
        typer.echo(f"amends db {command}: --database (AMENDS_DATABASE): {error}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    except OSError as error:
        typer.echo(f"amends db {command}: {error.filename}: {error.strerror}", err=True)
        raise typer.Exit(ExitCode.UNEXPECTED) from None
    except LogUnavailableError as error:
        typer.echo(f"amends db {command}: {error}", err=True)
        raise typer.Exit(ExitCode.UNEXPECTED) from None
