"""`amends health`: ask a running service whether it can decide. Made for container health checks."""

from typing import Annotated

import typer

from amends.cli.connection import connection
from amends.cli.exit_codes import ExitCode
from amends.cli.standings import tell_standings


def health(
    target: Annotated[
        str, typer.Option("--target", "--server", help="The service to ask, as HOST:PORT.")
    ] = "127.0.0.1:50051",
    service: Annotated[
        str, typer.Option(help="The gRPC service to ask about, by its full name; all of them if left out.")
    ] = "",
    policies: Annotated[
        bool, typer.Option("--policies", help="Tell how each policy stands, too; needs the permission `read`.")
    ] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="How many seconds to wait for the answer.")] = 2.0,
) -> None:
    """Ask a running service whether it can decide: exit code 0 if it can, 1 if it cannot or does not answer.

    With --policies, 1 also where one of them is undecided, behind or not followed.
    """
    from amends.server.health_check import check_health

    try:
        made = connection()
    except ValueError as error:
        typer.echo(f"amends health: {error}", err=True)
        raise typer.Exit(ExitCode.BAD_ARGUMENTS) from None
    answer = check_health(target, service=service, timeout=timeout, credentials=made.credentials)
    typer.echo(answer.word, err=not answer.serving)
    if policies and (answer.serving or "NOT_SERVING" in answer.word):
        tell_standings(target, "health")
    if not answer.serving:
        raise typer.Exit(ExitCode.UNEXPECTED)
