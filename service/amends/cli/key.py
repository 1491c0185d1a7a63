"""`amends key`: make an API key, and the line of the access file that keeps its hash."""

import typer

from amends.server.api_keys import new_key


def key() -> None:
    """Make an API key: it is shown once; what is kept in the access file is its hash."""
    made = new_key()
    typer.echo(f"The key, for whoever calls; it is shown only now:\n\n  {made.key}\n")
    typer.echo("The line for `api_keys` of an identity in the access file:\n")
    typer.echo(f'  "{made.kept}"')
