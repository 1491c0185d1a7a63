"""`amends outcome`: records what was done about an action or an obligation of a decision."""

from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.asking import ServerOption, fail
from amends.cli.exit_codes import ExitCode
from amends.cli.log import OutputFormat, print_message
from amends.cli.log_access import DatabaseOption, DataDirOption
from amends.cli.outcome_said import Instead, Said
from amends.domain.record import ActorKind, OutcomeKind

if TYPE_CHECKING:
    # Only named in signatures: at run time the messages bring gRPC along, which a supervisor must not load.
    from amends_client.messages import RecordOutcomeResponse


def outcome(  # one an option
    decision_id: Annotated[str, typer.Argument(metavar="ID", help="The decision.")] = "",
    action: Annotated[str, typer.Option(metavar="ID", help="The action that it is about.")] = "",
    obligation: Annotated[str, typer.Option(metavar="ID", help="Or the obligation.")] = "",
    kind: Annotated[OutcomeKind | None, typer.Option(help="What was done.")] = None,
    amount: Annotated[
        str, typer.Option(metavar="MONEY", help="How much was executed, as 9.90 USD; all that is left if left out.")
    ] = "",
    time: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="When: a moment, or 2h for ago; now if left out.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; required for an override.")] = "",
    reference: Annotated[str, typer.Option(help="The number of the payment, the letter, the ticket.")] = "",
    instead: Annotated[Instead | None, typer.Option(help="What was given in its place, for an override.")] = None,
    instead_amount: Annotated[str, typer.Option(metavar="MONEY", help="How much of that.")] = "",
    actor: Annotated[str, typer.Option(metavar="ID", help="Who did it.")] = "",
    role: Annotated[str, typer.Option(help="In which role of the pack.")] = "",
    actor_kind: Annotated[ActorKind | None, typer.Option(help="What did it.")] = None,
    request_id: Annotated[
        str, typer.Option(metavar="ID", help="Recorded once under this id, however often it is sent.")
    ] = "",
    file: Annotated[
        typer.FileText | None,
        typer.Option(help="Reports in the JSON form of amends.v1.RecordOutcomeRequest, one after the other."),
    ] = None,
    server: ServerOption = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="json: the JSON form of amends.v1.RecordOutcomeResponse, a line.")
    ] = OutputFormat.HUMAN,
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Record what was done: in the log's database, or by a server. What should not have been is recorded, and told."""
    said = Said(
        decision_id, action, obligation, kind, amount, time, reason, reference, instead, instead_amount, actor, role
    )._replace(actor_kind=actor_kind, request_id=request_id)
    if (file is None) is not bool(decision_id) or (file is not None and any(said)):
        fail("outcome", "name a decision and say what was done, or give --file alone", ExitCode.BAD_ARGUMENTS)
    from amends.cli.deciders import DeciderError
    from amends.cli.outcome_request import read_requests, request_of
    from amends.cli.records import records

    done = 0
    try:
        requests = [request_of(said)] if file is None else read_requests(file.read())
        with records("outcome", server=server, database=database, data_dir=data_dir) as kept:
            for request in requests:
                _print(kept.record(request), output)
                done += 1
    except DeciderError as error:
        where = f"after {done} that are recorded: " if done else ""
        fail("outcome", f"{where}{error}", error.exit_code)


def _print(response: "RecordOutcomeResponse", output: OutputFormat) -> None:
    if output is OutputFormat.JSON:
        print_message(response, indent=None)
        return
    from amends.cli.render_records import recorded

    for line in recorded(response):
        typer.echo(line)
