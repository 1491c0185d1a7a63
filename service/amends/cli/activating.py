"""What the commands about activations have in common: whom they ask, who asks, and how an activation is told."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from amends.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    # Only named in signatures: `--help` need not load gRPC.
    from amends_client import Activation, Actor, AmendsClient

Server: TypeAlias = Annotated[str, typer.Option("--server", "--target", metavar="HOST:PORT", help="The server to ask.")]
ActorName: TypeAlias = Annotated[
    str | None, typer.Option("--actor", metavar="NAME", help="Who asks for it [the name of this login].")
]
HERE: Final = "127.0.0.1:50051"
_DIGEST_SHOWN: Final = 12
_SUCCEEDED: Final = frozenset({"live", "valid", "awaiting approval", "replaced"})


@contextmanager
def asked_of(server: str, command: str) -> Iterator["AmendsClient"]:
    """A client of the server; what it refuses ends the command."""
    from amends.cli.deciders import DeciderError, server_client, told_by_server

    try:
        with server_client(server) as client, told_by_server():
            yield client
    except DeciderError as error:
        typer.echo(f"amends {command}: {error}", err=True)
        raise typer.Exit(error.exit_code) from None


def who_asks(name: str | None) -> "Actor":
    """Who asks, in the contract's form."""
    from amends_client import Actor, ActorKind

    return Actor(actor_id=name or getpass.getuser(), kind=ActorKind.ACTOR_KIND_HUMAN)


def state_of(activation: "Activation") -> str:
    """How far it is, in words."""
    from amends.cli.action_words import member_words
    from amends_client import ActivationState

    return member_words(ActivationState, activation.state).replace("_", " ")


def one_line(activation: "Activation") -> str:
    """An activation as a list shows it."""
    asked = activation.requested_at.ToDatetime().isoformat(sep=" ", timespec="seconds")
    pack = " ".join(part for part in (activation.pack_id, activation.version) if part) or "(no pack)"
    digest = f" ({activation.digest[:_DIGEST_SHOWN]})" if activation.digest else ""
    who = activation.caller or activation.actor.actor_id or activation.origin
    ticket = f" [{activation.ticket}]" if activation.ticket else ""
    told = f"{asked}Z  {activation.activation_id}  {activation.policy}: {state_of(activation)}: {pack}{digest}"
    return f"{told}, by {who}: {activation.reason}{ticket}"


def tell(activation: "Activation") -> None:
    """An activation with what was found; the command fails where it will not go live, or where that is still open."""
    from amends_client import ActivationState

    typer.echo(one_line(activation))
    if activation.engines:
        verified = "" if activation.independently_verified else ", none of them by other hands"
        agreed = f"{', '.join(activation.engines)} agree on {activation.situations_agreed:,} situations{verified}"
        typer.echo(f"  {activation.tests_passed} tests passed; {agreed}")
    for problem in activation.problems:
        typer.echo("\n".join(f"  {line}" for line in problem.splitlines()), err=True)
    if activation.state == ActivationState.ACTIVATION_STATE_REFUSED and not activation.digest:
        raise typer.Exit(ExitCode.PACK_DOES_NOT_COMPILE)
    if state_of(activation) not in _SUCCEEDED:
        raise typer.Exit(ExitCode.UNEXPECTED)
