"""The `amends` command: puts the commands together. Each is a function in a file of its own name.

A command imports gRPC, and whatever else is dear, in its body: a supervisor of workers may not have it, and `amends
--help` need not wait for it.
"""

import os
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from amends import __version__
from amends.cli.activate import activate, rollback
from amends.cli.activations import activations, approve, cancel
from amends.cli.check import check
from amends.cli.check_reply import check_reply
from amends.cli.db import db
from amends.cli.decide import decide
from amends.cli.explain import explain
from amends.cli.fmt import fmt
from amends.cli.forget import forget
from amends.cli.health import health
from amends.cli.key import key
from amends.cli.log import log
from amends.cli.mutate import mutate
from amends.cli.obligations import obligations
from amends.cli.outcome import outcome
from amends.cli.outcomes import outcomes
from amends.cli.output import safe_stdout
from amends.cli.packs import packs
from amends.cli.print import print_pack
from amends.cli.replay import replay
from amends.cli.report import report
from amends.cli.rescore import rescore
from amends.cli.retain import retain
from amends.cli.serve import serve
from amends.cli.test import run_tests
from amends.cli.verify import verify


class _Commands(TyperGroup):
    def main(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  # typer brings a click of its own, unnamed
        """Every command, and every help, writes to the same stdout, which may not be able to take it."""
        with safe_stdout():
            return super().main(*arguments, **options)


# Locals could hold a situation: a traceback never shows them.
app: Final = typer.Typer(
    name="amends",
    cls=_Commands,
    help="A customer was let down: what should we do for them, now, and who may do it?",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def amends(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Before a command; the option acts by its callback."""
    # Before gRPC is loaded: it would say in lines of its own what we say in one.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")


app.command()(serve)
app.command()(health)
app.command()(key)
app.command()(decide)
app.command()(explain)
app.command()(packs)
app.command()(check)
app.command("check-reply")(check_reply)
app.command("test")(run_tests)
app.command()(mutate)
app.command()(verify)
app.command()(fmt)
app.command("print")(print_pack)
app.command()(activate)
app.command()(activations)
app.command()(approve)
app.command()(cancel)
app.command()(rollback)
app.add_typer(db)
app.add_typer(log)
app.command()(outcome)
app.command()(outcomes)
app.command()(obligations)
app.command()(replay)
app.command()(rescore)
app.command()(report)
app.command()(forget)
app.command()(retain)
