"""`amends activate` and `amends rollback`: ask a running server for a policy to decide by another pack."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from amends.cli.activating import HERE, ActorName, Server, asked_of, one_line, tell, who_asks
from amends.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    # Only named in signatures: `--help` need not load gRPC.
    from amends_client import Activation, ActivationFields, AmendsClient

_Reason: TypeAlias = Annotated[str, typer.Option("--reason", help="Why, for whoever reads of it later.")]
_Ticket: TypeAlias = Annotated[str | None, typer.Option("--ticket", help="Where it was asked for.")]
_AllowUnverified: TypeAlias = Annotated[
    bool, typer.Option("--allow-unverified", help="Also where no engine by other hands can verify it.")
]
_SECONDS = 600.0


def activate(  # the options of the command
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[PACK_DIR]", help="The folder of the pack, on this machine; its name is the pack's."),
    ] = None,
    digest: Annotated[
        str | None, typer.Option("--digest", metavar="D", help="A pack that the server keeps, in place of a folder.")
    ] = None,
    policy: Annotated[str, typer.Option("--policy", metavar="P", help="The policy that is to decide by it.")] = "",
    reason: _Reason = "",
    ticket: _Ticket = None,
    check_only: Annotated[bool, typer.Option("--check-only", help="Check, test and prove it; no more.")] = False,
    allow_unverified: _AllowUnverified = False,
    wait: Annotated[bool, typer.Option("--wait", help="Until it is live, or refused.")] = False,
    actor: ActorName = None,
    server: Server = HERE,
) -> None:
    """Ask a server to let a policy decide by another pack: it is checked, tested and proved first."""
    if (folder is None) is (digest is None):
        _stop("name the folder of a pack, or the --digest of one that the server keeps")
    if not policy or not reason:
        _stop("--policy and --reason are required")
    if folder is not None and not (folder / "pack.yaml").is_file():
        _stop(f"there is no pack.yaml in {str(folder)!r}")
    fields: ActivationFields = {
        "policy": policy,
        "reason": reason,
        "ticket": ticket,
        "actor": who_asks(actor),
        "validate_only": check_only,
        "allow_unverified": allow_unverified,
    }
    with asked_of(server, "activate") as client:
        asked = client.activate(folder, **fields) if folder else client.activate_digest(digest or "", **fields)
        told = _waited(client, asked) if wait else asked
    if wait:
        tell(told)
    else:
        typer.echo(one_line(told))


def rollback(
    policy: Annotated[str, typer.Option("--policy", metavar="P", help="The policy.")],
    reason: _Reason,
    ticket: _Ticket = None,
    allow_unverified: _AllowUnverified = False,
    actor: ActorName = None,
    server: Server = HERE,
) -> None:
    """Ask a server to let a policy decide again by the pack before the one that is live, and wait for it.

    Where it was proved under this software that takes a second; else it is proved first.
    """
    from amends_client import ActivationState

    with asked_of(server, "rollback") as client:
        live = next(
            (one for one in client.list_activations(policy) if one.state == ActivationState.ACTIVATION_STATE_LIVE), None
        )
        if live is None or not live.previous_digest:
            typer.echo(f"amends rollback: no pack decided for {policy!r} before", err=True)
            raise typer.Exit(ExitCode.UNEXPECTED)
        fields: ActivationFields = {
            "policy": policy,
            "reason": reason,
            "ticket": ticket,
            "actor": who_asks(actor),
            "allow_unverified": allow_unverified,
        }
        told = _waited(client, client.activate_digest(live.previous_digest, **fields))
    tell(told)


def _waited(client: "AmendsClient", asked: "Activation") -> "Activation":
    return client.wait_for_activation(asked.activation_id, seconds=_SECONDS)


def _stop(problem: str) -> None:
    typer.echo(f"amends activate: {problem}", err=True)
    raise typer.Exit(ExitCode.BAD_ARGUMENTS)
