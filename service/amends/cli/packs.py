"""`amends packs`: the rule packs of a folder, and the policies that point to them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from amends.cli.exit_codes import ExitCode
from amends.cli.output import print_page
from amends.cli.standings import tell_standings

_DIGEST_SHOWN = 12


def packs(
    rules: Annotated[
        Path | None, typer.Option(help="The folder that holds the rule packs [AMENDS_RULES, else rules].")
    ] = None,
    server: Annotated[
        str,
        typer.Option("--server", "--target", metavar="HOST:PORT", help="Tell how the policies of this server stand."),
    ] = "",
) -> None:
    """List the rule packs: version, digest, how many rules, and which policies point to each.

    With --server, how each of its policies stands instead, and why: 1 where one is undecided, behind or not followed.
    """
    from amends.bootstrap.packs import policies_astray
    from amends.cli.loading import broken_packs, load

    if server:
        if rules is not None:
            typer.echo("amends packs: --server and --rules exclude each other", err=True)
            raise typer.Exit(ExitCode.BAD_ARGUMENTS)
        tell_standings(server, "packs")
        return
    loaded = load("packs", rules)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("pack", "version", "digest", "rules", "policies", "title"):
        table.add_column(heading, justify="right" if heading == "rules" else "left")
    for pack_id, compiled in loaded.catalog.packs.items():
        pack = compiled.pack
        cells = (
            pack_id,
            pack.version,
            pack.digest[:_DIGEST_SHOWN],
            str(len(pack.rules)),
            ", ".join(loaded.catalog.policies_of(pack_id)),
            pack.title,
        )
        table.add_row(*(Text(cell) for cell in cells))
    print_page(Console(), table)
    broken = broken_packs(loaded)
    for pack_id in broken:
        typer.echo(f"amends packs: {pack_id} does not compile; `amends check` says why", err=True)
    astray = policies_astray(loaded)
    for problem in astray:
        typer.echo(f"amends packs: {problem}", err=True)
    if astray:
        raise typer.Exit(ExitCode.BAD_ARGUMENTS)
    if broken:
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
