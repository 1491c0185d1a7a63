"""`amends db`: the database of the decision log. Steps of its schema are taken here, and backups made and put back."""

from collections.abc import Iterator, Mapping
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


@db.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not be there yet.")],
    database: _Database = None,
    data_dir: _DataDir = None,
) -> None:
    """Copy the database into a file, while servers go on; the copy is checked before it gets its name."""
    from amends.storage.backup import save

    with _told("backup"):
        rows = save(_url(database, data_dir), file)
    typer.echo(f"{file}: {_in_words(rows)}")


@db.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that `amends db backup` wrote.")],
    erasures_file: Annotated[
        Path | None,
        typer.Option("--erasures", metavar="FILE", help="Marks of who was forgotten since, by `amends db erasures`."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a database that is not empty.")] = False,
    database: _Database = None,
    data_dir: _DataDir = None,
) -> None:
    """Put a backup in the database's place. Who was forgotten since, as far as is known here, is forgotten again."""
    from amends.server.clock import SystemClock
    from amends.server.new_id import NewUuid7
    from amends.storage.backup import restore as put_back
    from amends.storage.erasure_marks import read_marks

    with _told("restore"):
        marks = () if erasures_file is None else read_marks(erasures_file.read_text(encoding="utf-8"))
        new_id = NewUuid7(SystemClock())
        restored = put_back(_url(database, data_dir), file, marks=marks, force=force, new_id=new_id)
    typer.echo(f"restored: {_in_words(restored.rows)}")
    if restored.forgotten:
        typer.echo(f"forgotten again: {restored.forgotten} customers")


@db.command()
def erasures(database: _Database = None, data_dir: _DataDir = None) -> None:
    """Print the marks of who was forgotten, one a line, to be kept apart from the database for a restore."""
    from amends.storage.backup import erasures as known
    from amends.storage.erasure_marks import write_marks

    with _told("erasures"):
        marks = known(_url(database, data_dir))
    typer.echo(write_marks(marks), nl=False)


def _in_words(rows: Mapping[str, int]) -> str:
    told = [f"{count} {name}" for name, count in rows.items() if count and name != "schema_steps"]
    return ", ".join(told) or "nothing in it yet"


def _url(database: str | None, data_dir: Path | None) -> str:
    given = {"database": database, "data_dir": data_dir}
    return load_settings({name: value for name, value in given.items() if value is not None}).database_url


@contextmanager
def _told(command: str) -> Iterator[None]:
    """What can go wrong with a database is a line each, and never a traceback, which might show a password."""
    from amends.storage.backup_errors import BackupError
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
    except (BackupError, LogUnavailableError) as error:
        typer.echo(f"amends db {command}: {error}", err=True)
        raise typer.Exit(ExitCode.UNEXPECTED) from None
