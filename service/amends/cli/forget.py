"""`amends forget`: removes from the log what identifies a customer. Without --yes it only says what would go."""

import asyncio
import json
from typing import Annotated

import typer

from amends.cli.exit_codes import ExitCode
from amends.cli.log import OutputFormat
from amends.cli.log_access import DatabaseOption, DataDirOption, log_tools, refused


def forget(
    customer: Annotated[str, typer.Option(metavar="ID", help="The customer, as callers name them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it. It cannot be undone.")] = False,
    unknown_too: Annotated[
        bool, typer.Option("--unknown-too", help="Also where nothing is known of them: an older backup may know more.")
    ] = False,
    output: Annotated[OutputFormat, typer.Option("--format", help="json: the receipt, for a program.")] = (
        OutputFormat.HUMAN
    ),
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Forget a customer: who they are goes, what finance must keep stays. Without --yes nothing changes."""
    if not customer:
        raise refused("forget", "--customer: an id, not an empty one")
    with log_tools("forget", database=database, data_dir=data_dir) as tools:
        affected = asyncio.run(tools.forget.would_forget(customer))
        if not any(affected) and not unknown_too:
            # A slip in the id would else pass for somebody forgotten, with a receipt.
            why = f"nothing is known of a customer {customer!r}: is the id spelt as callers send it?"
            hint = "to have them forgotten when an older backup is restored, say --unknown-too"
            raise refused("forget", f"{why}\n{hint}" if yes else why)
        receipt = asyncio.run(tools.forget(customer)) if yes else None
        affected = affected if receipt is None else receipt.affected
    from amends.cli.render_log import affected_words, to_the_second

    if output is OutputFormat.JSON:
        said = (
            {}
            if receipt is None
            else {
                "erasure_id": receipt.erasure_id,
                "erased_at": to_the_second(receipt.erased_at),
                "cleaned": receipt.cleaned,
            }
        )
        typer.echo(json.dumps({"erased": receipt is not None, **said, **affected._asdict()}, indent=2))
    elif receipt is None:
        typer.echo(f"would forget: {affected_words(affected)}")
        if affected.open_obligations:
            typer.echo(f"open obligations among them: {affected.open_obligations}; nobody will know whose they were")
        typer.echo("nothing was changed; --yes does it, and it cannot be undone")
    else:
        typer.echo(f"forgotten: {affected_words(affected)}")
        typer.echo(f"receipt {receipt.erasure_id}, {to_the_second(receipt.erased_at)}")
    if receipt is not None and not receipt.cleaned:
        raise refused(
            "forget",
            "copies are left in the WAL, because somebody reads the database all the time: stop the servers and run"
            " this again",
            ExitCode.UNEXPECTED,
        )
