"""`amends obligations`: what was promised and is due, or was missed; the next to fall due first."""

from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.asking import ServerOption, fail
from amends.cli.log import OutputFormat, print_message
from amends.cli.log_access import DatabaseOption, DataDirOption, moment_of
from amends.cli.output import print_page
from amends.domain.record import ObligationState

if TYPE_CHECKING:
    # Only named in signatures: at run time the messages bring gRPC along, which a supervisor must not load.
    from amends_client.messages import TrackedObligation


def obligations(  # one an option
    due_before: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="Only those due before: 2026-11-01, or a moment with its zone.")
    ] = None,
    state: Annotated[
        list[ObligationState] | None, typer.Option(help="Only in this state; may be repeated. Else open and missed.")
    ] = None,
    owner: Annotated[str, typer.Option(help="Only of this owner: a team, same_person or assigned.")] = "",
    team: Annotated[str, typer.Option(metavar="ID", help="Only kept by this team.")] = "",
    incident: Annotated[str, typer.Option(metavar="ID", help="Only of this incident.")] = "",
    case: Annotated[str, typer.Option(metavar="ID", help="Only of this case.")] = "",
    policy: Annotated[str, typer.Option(metavar="NAME", help="Only promised under this policy.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    server: ServerOption = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="json: the JSON form of amends.v1.TrackedObligation, a line each.")
    ] = OutputFormat.HUMAN,
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """List promises: open and missed ones, unless said otherwise. Missed is what is open past its time."""
    from amends.cli.deciders import DeciderError
    from amends.cli.records import records
    from amends.server.clock import SystemClock
    from amends_client.messages import ListObligationsRequest
    from amends_client.messages import ObligationState as WireState

    request = ListObligationsRequest(
        owner=owner,
        team=team,
        incident_id=incident,
        case_id=case,
        policy=policy,
        states=[WireState.Value(f"OBLIGATION_STATE_{one.name}") for one in state or ()],
    )
    if due_before is not None:
        moment = moment_of("obligations", "--due-before", due_before, now=SystemClock().now())
        request.due_before.FromNanoseconds(moment or 0)
    try:
        with records("obligations", server=server, database=database, data_dir=data_dir) as kept:
            # One more tells whether there are more.
            found = kept.obligations(request, limit=limit + 1)
    except DeciderError as error:
        fail("obligations", str(error), error.exit_code)
    _print(found[:limit], output)
    if len(found) > limit:
        typer.echo(f"only the first {limit}: --limit shows more", err=True)


def _print(found: "list[TrackedObligation]", output: OutputFormat) -> None:
    if output is OutputFormat.JSON:
        for one in found:
            print_message(one, indent=None)
        return
    if not found:
        typer.echo("no obligation", err=True)
        return
    from rich.console import Console

    from amends.cli.render_records import promised

    print_page(Console(), promised(found))
