"""The packs of a folder for the commands that work on packs; a mistake in the options ends the command."""

from collections.abc import Sequence
from pathlib import Path

import typer

from amends import bootstrap
from amends.cli.exit_codes import ExitCode
from amends.config import SettingsError, load_settings


def load(command: str, rules: Path | None) -> bootstrap.Loaded:
    """What the folder holds: the option's, else the setting's. A folder without any pack ends the command."""
    try:
        settings = load_settings({} if rules is None else {"rules": rules})
        loaded = bootstrap.load(settings)
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"amends {command}: {problem}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    if not loaded.diagnostics:
        typer.echo(f"amends {command}: {bootstrap.no_pack(settings.rules)}", err=True)
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
    return loaded


def choose(command: str, names: Sequence[str] | None, loaded: bootstrap.Loaded) -> Sequence[str]:
    """The packs that a command was given, each once; none: all. A name that is none ends the command."""
    known = list(loaded.diagnostics)
    chosen = list(dict.fromkeys(names or known))
    unknown = [name for name in chosen if name not in known]
    if unknown:
        message = f"amends {command}: there is no pack {', '.join(unknown)}; there are: {', '.join(known) or 'none'}"
        typer.echo(message, err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS)
    return chosen


def broken_packs(loaded: bootstrap.Loaded) -> tuple[str, ...]:
    """The packs that do not compile."""
    return tuple(pack_id for pack_id in loaded.diagnostics if pack_id not in loaded.catalog.packs)
