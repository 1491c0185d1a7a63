"""`amends activations`, `amends approve` and `amends cancel`: what is on its way to the policies of a server."""

from itertools import islice
from typing import Annotated, TypeAlias

import typer

from amends.cli.activating import HERE, ActorName, Server, asked_of, one_line, tell, who_asks

_Id: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The activation.")]


def activations(
    activation_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One activation, with all that was found.")
    ] = None,
    policy: Annotated[str, typer.Option("--policy", metavar="P", help="Of this policy alone.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many.")] = 20,
    server: Server = HERE,
) -> None:
    """List what was asked for, the newest first; or show one with what was found."""
    with asked_of(server, "activations") as client:
        if activation_id is not None:
            found = [client.get_activation(activation_id)]
        else:
            found = list(islice(client.list_activations(policy), limit))
    if activation_id is not None:
        tell(found[0])
        return
    for one in found:
        typer.echo(one_line(one))


def approve(activation_id: _Id, actor: ActorName = None, server: Server = HERE) -> None:
    """Let an activation go live that somebody else has asked for."""
    with asked_of(server, "approve") as client:
        live = client.approve_activation(activation_id, actor=who_asks(actor))
    tell(live)


def cancel(
    activation_id: _Id,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    actor: ActorName = None,
    server: Server = HERE,
) -> None:
    """End an activation that is not live yet."""
    with asked_of(server, "cancel") as client:
        ended = client.cancel_activation(activation_id, reason=reason, actor=who_asks(actor))
    typer.echo(one_line(ended))
