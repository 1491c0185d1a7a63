"""`amends check`: everything that is wrong with the rule packs of a folder, said so that their owner can mend it."""

from pathlib import Path
from typing import Annotated

import typer

from amends.cli.exit_codes import ExitCode


def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[PACK]...", help="The packs; none: all.")] = None,
    rules: Annotated[
        Path | None, typer.Option(help="The folder that holds the rule packs [AMENDS_RULES, else rules].")
    ] = None,
) -> None:
    """Check that the rule packs compile; print everything that is wrong with them, warnings too."""
    from amends.cli.loading import broken_packs, choose, load

    loaded = load("check", rules)
    chosen = choose("check", names, loaded)
    for pack_id in chosen:
        for diagnostic in loaded.diagnostics[pack_id]:
            typer.echo(diagnostic.render())
    broken = [pack_id for pack_id in broken_packs(loaded) if pack_id in chosen]
    typer.echo(f"{len(chosen) - len(broken)} of {len(chosen)} packs compile")
    if broken:
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
