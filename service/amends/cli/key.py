"""`amends key`: make an API key, and what the access file keeps of it."""

from typing import Annotated, Final

import typer

from amends.server.api_keys import new_key

_IDENTITY: Final = """\
[[identity]]
name = "{name}"
api_keys = ["{kept}"]
permissions = ["decide", "preview", "read", "outcome"]
policies = ["default"]
role = "frontline"
"""


def key(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The caller: print a whole identity for the access file.")
    ] = None,
) -> None:
    """Make an API key: it is shown once, on stderr; what the access file keeps, its hash, goes to stdout."""
    made = new_key()
    typer.echo(f"The key, for whoever calls; it is shown only now:\n\n  {made.key}\n", err=True)
    if name is None:
        typer.echo("The line for `api_keys` of an identity in the access file:\n", err=True)
        typer.echo(f'"{made.kept}"')
    else:
        typer.echo("The identity for the access file; change what it may do:\n", err=True)
        typer.echo(_IDENTITY.format(name=_as_toml(name), kept=made.kept), nl=False)


def _as_toml(name: str) -> str:
    """What may stand between quotes."""
    return "".join(letter if letter.isprintable() and letter not in '"\\' else "_" for letter in name)
