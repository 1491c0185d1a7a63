"""The packs of a folder for the commands that work on packs; a mistake in the options ends the command."""

from collections.abc import Sequence
from pathlib import Path

import typer

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap import packs
from amends.cli.exit_codes import ExitCode
from amends.config import SettingsError, load_settings
from amends.packs.diagnostics import PackError
from amends.packs.folder import HEADER
from amends.packs.pack_test import PackTest
from amends.packs.pack_test_file import load_pack_tests


def located(command: str, names: Sequence[str] | None, rules: Path | None) -> tuple[Path | None, list[str]]:
    """The folder of rules and the packs by name, where a path was given for either: `rules/`, or `rules/airline`.

    Paths into two folders, or beside another `--rules`, end the command.
    """
    folders: dict[Path, None] = {} if rules is None else {rules: None}
    chosen: list[str] = []
    for name in names or ():
        path = Path(name)
        if "/" not in name or not path.is_dir():
            chosen.append(name)
        elif (path / HEADER).exists():
            folders[path.parent] = None
            chosen.append(path.name)
        else:
            folders[path] = None
    if len({folder.resolve() for folder in folders}) > 1:
        typer.echo(f"amends {command}: one folder of rules at a time, not {', '.join(map(str, folders))}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS)
    return next(iter(folders), None), chosen


def load(command: str, rules: Path | None) -> packs.Loaded:
    """What the folder holds: the option's, else the setting's. A folder without any pack ends the command."""
    try:
        settings = load_settings({} if rules is None else {"rules": rules})
        loaded = packs.load(settings)
    except SettingsError as error:
        for problem in error.problems:
            typer.echo(f"amends {command}: {problem}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    if not loaded.diagnostics:
        typer.echo(f"amends {command}: {packs.no_pack(settings.rules)}", err=True)
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
    return loaded


def choose(command: str, names: Sequence[str] | None, loaded: packs.Loaded) -> Sequence[str]:
    """The packs that a command was given, each once; none: all. A name that is none ends the command."""
    known = list(loaded.diagnostics)
    chosen = list(dict.fromkeys(names or known))
    unknown = [name for name in chosen if name not in known]
    if unknown:
        message = f"amends {command}: there is no pack {', '.join(unknown)}; there are: {', '.join(known) or 'none'}"
        typer.echo(message, err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS)
    return chosen


def pack_of_policy(command: str, policy: str, rules: Path | None) -> CompiledPack:
    """The pack that a policy points to; one that there is not, or whose pack does not compile, ends the command."""
    loaded = load(command, rules)
    known = loaded.catalog.policies
    pack_id = known.get(policy)
    if pack_id is not None and pack_id in loaded.catalog.packs:
        return loaded.catalog.pack(pack_id)
    there = f"there is no policy {policy!r}; there are: {', '.join(sorted(known))}"
    broken = f"the pack {pack_id} of the policy {policy!r} does not compile; `amends check` says why"
    typer.echo(f"amends {command}: {there if pack_id is None else broken}", err=True)
    raise typer.Exit(ExitCode.BAD_ARGUMENTS)


def tests_of(pack_id: str, loaded: packs.Loaded, folder: Path) -> tuple[PackTest, ...] | None:
    """The tests of a pack of the folder; None where the pack or one of them cannot be read, which is said."""
    if pack_id not in loaded.catalog.packs:
        typer.echo(f"{pack_id}: does not compile; `amends check` says why", err=True)
        return None
    try:
        return load_pack_tests(folder / pack_id, loaded.catalog.pack(pack_id).pack)
    except PackError as error:
        typer.echo(f"{pack_id}: its tests cannot be read\n{error}", err=True)
        return None


def broken_packs(loaded: packs.Loaded) -> tuple[str, ...]:
    """The packs that do not compile."""
    return tuple(pack_id for pack_id in loaded.diagnostics if pack_id not in loaded.catalog.packs)
