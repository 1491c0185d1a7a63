"""`amends check`: everything that is wrong with the rule packs of a folder, said so that their owner can mend it."""

from pathlib import Path
from typing import Annotated

import typer

from amends.cli.exit_codes import ExitCode


def check(
    rules: Annotated[
        Path | None, typer.Option(help="The folder that holds the rule packs [AMENDS_RULES, else rules].")
    ] = None,
) -> None:
    """Check that the rule packs compile; print everything that is wrong with them, warnings too."""
    from amends.cli.loading import broken_packs, load

    loaded = load("check", rules)
    for found in loaded.diagnostics.values():
        for diagnostic in found:
            typer.echo(diagnostic.render())
    broken = broken_packs(loaded)
    typer.echo(f"{len(loaded.diagnostics) - len(broken)} of {len(loaded.diagnostics)} packs compile")
    if broken:
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
