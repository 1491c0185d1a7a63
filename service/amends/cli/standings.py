"""How the policies of a server stand, for `amends health --policies` and `amends packs --server`."""

from typing import TYPE_CHECKING

import typer

from amends.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from amends_client import PolicyStatus  # only named: `--help` need not load gRPC


def tell_standings(server: str, command: str) -> None:
    """A line for each policy; the command fails where one is not decided as it was last asked for."""
    from amends.cli.activating import asked_of
    from amends_client import PolicyState

    with asked_of(server, command) as client:
        statuses = client.policy_statuses()
    for one in statuses:
        typer.echo(_line(one))
    in_order = {PolicyState.POLICY_STATE_PROVED, PolicyState.POLICY_STATE_UNPROVED}
    if not statuses or any(one.state not in in_order for one in statuses):
        raise typer.Exit(ExitCode.UNEXPECTED)


def _line(status: "PolicyStatus") -> str:
    from amends.cli.action_words import member_words
    from amends_client import PolicyState

    digest = f" ({status.digest[:12]})" if status.digest else ""
    activation = f" [activation {status.activation_id}]" if status.activation_id else ""
    reason = f": {status.reason}" if status.reason else ""
    return f"{status.policy}{digest}: {member_words(PolicyState, status.state).replace('_', ' ')}{activation}{reason}"
