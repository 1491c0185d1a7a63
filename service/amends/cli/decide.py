"""`amends decide`: one situation in, a decision out, by the packs of a folder or by a server.

A situation in YAML or JSON is read under the vocabulary of the pack that will decide: the folder's, or with `--server`
the server's own, so that no rules need to be on this machine. What the file leaves unsaid (policy, role) the options
say; what both say, the options win.
"""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.asking import (
    InputFormat,
    InputOption,
    PolicyOption,
    Question,
    RoleOption,
    ServerOption,
    SituationFile,
    ask,
    fail,
)
from amends.cli.exit_codes import ExitCode
from amends.cli.output import is_unicode
from amends.cli.pack_options import RulesOption

if TYPE_CHECKING:
    # Only named in signatures: at run time the messages bring gRPC along, which a supervisor must not load.
    from google.protobuf.message import Message


class OutputFormat(StrEnum):
    """For a person, or the contract's JSON for a program."""

    TEXT = "text"
    JSON = "json"


class ExplainLevel(StrEnum):
    """How much of the way to the decision to show."""

    FIRED = "fired"
    FULL = "full"


def decide(  # one an option
    file: SituationFile,
    input_format: InputOption = InputFormat.YAML,
    policy: PolicyOption = None,
    role: RoleOption = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would be decided.")] = False,
    explain: Annotated[
        ExplainLevel, typer.Option(help="fired: the rules that did something, or may. full: every rule and condition.")
    ] = ExplainLevel.FIRED,
    supersedes: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|ID",
            help="An earlier answer of the case, in JSON; with --server its decision id will do.",
        ),
    ] = None,
    request_id: Annotated[
        str, typer.Option(metavar="ID", help="Decided once under this id, however often it is sent; with --server.")
    ] = "",
    rules: RulesOption = None,
    server: ServerOption = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="json: the JSON form of amends.v1.DecideResponse.")
    ] = OutputFormat.TEXT,
) -> None:
    """Decide one situation: what to do for this customer, now, and who may do it."""
    response = ask(
        Question(
            command="decide",
            file=file,
            input_format=input_format,
            policy=policy,
            role=role,
            rules=rules,
            server=server,
            preview=preview,
            explain_full=explain is ExplainLevel.FULL,
            superseded=None if supersedes is None else _earlier(supersedes, server=server),
            request_id=request_id,
        )
    )
    if output is OutputFormat.JSON:
        print_json(response)
        return
    from rich.console import Console

    from amends.cli.render import print_response

    print_response(Console(), response)


def _earlier(text: str, *, server: str | None) -> str:
    """What a file holds, or the id that a server knows."""
    if text == "-":
        return sys.stdin.read()
    try:
        return Path(text).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        if server and not Path(text).exists():
            return text
        why = getattr(error, "strerror", None) or "it is no text"
        fail("decide", f"--supersedes: {text}: {why}", ExitCode.BAD_ARGUMENTS)


def print_json(response: "Message") -> None:
    """The contract's JSON form, whatever the output can write."""
    from google.protobuf.json_format import MessageToJson

    # JSON has a spelling of its own for what the output cannot write.
    typer.echo(MessageToJson(response, ensure_ascii=not is_unicode(sys.stdout.encoding)))
