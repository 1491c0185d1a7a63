"""`amends decide`: one situation in, a decision out, by the packs of a folder or by a server.

A situation in YAML or JSON is read under the vocabulary of the pack that will decide: the folder's, or with `--server`
the server's own, so that no rules need to be on this machine. What the file leaves unsaid (policy, role) the options
say; what both say, the options win.
"""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from amends.cli.exit_codes import ExitCode
from amends.cli.output import is_unicode

if TYPE_CHECKING:
    # Only named in signatures: at run time the messages bring gRPC along, which a supervisor must not load.
    from amends.cli.deciders import Decider
    from amends_client.messages import DecideRequest, DecideResponse


class InputFormat(StrEnum):
    """How the situation is written."""

    YAML = "yaml"
    JSON = "json"
    PROTO = "proto"


class OutputFormat(StrEnum):
    """For a person, or the contract's JSON for a program."""

    TEXT = "text"
    JSON = "json"


def decide(
    file: Annotated[
        typer.FileBinaryRead,
        typer.Argument(metavar="FILE", help="The situation, or a case file; `-` reads from stdin."),
    ],
    input_format: Annotated[
        InputFormat,
        typer.Option(help="yaml and json: as in pack tests. proto: the JSON form of amends.v1.Situation."),
    ] = InputFormat.YAML,
    policy: Annotated[
        str | None, typer.Option(help="The policy that decides; else the file's, else `default`.")
    ] = None,
    role: Annotated[
        str | None, typer.Option(help="The role of who acts; else the file's, else the front line.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would be decided.")] = False,
    rules: Annotated[
        Path | None, typer.Option(help="The folder that holds the rule packs [AMENDS_RULES, else rules].")
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            "--server", "--target", metavar="HOST:PORT", help="Ask this server; the connection is not encrypted."
        ),
    ] = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="json: the JSON form of amends.v1.DecideResponse.")
    ] = OutputFormat.TEXT,
) -> None:
    """Decide one situation: what to do for this customer, now, and who may do it."""
    for option, value in (("--policy", policy), ("--role", role), ("--server", server)):
        if value is not None and not value.strip():
            _fail(f"{option} is empty: name one, or leave the option out", ExitCode.BAD_ARGUMENTS)
    if server and rules is not None:
        _fail("--server decides by its own rules: leave out --rules", ExitCode.BAD_ARGUMENTS)
    text, name = file.read().decode("utf-8", "surrogateescape"), str(getattr(file, "name", "-"))
    from amends.cli.deciders import DeciderError, decider

    try:
        with decider(rules=rules, server=server or "") as chosen:
            request = _request(text, name, input_format, policy=policy or "", decider=chosen)
            if role:
                request.actor.role = role
            request.preview = preview
            response = chosen.decide(request)
    except DeciderError as error:
        _fail(str(error), error.exit_code)
    _print(response, output)


def _request(text: str, name: str, form: InputFormat, *, policy: str, decider: "Decider") -> "DecideRequest":
    """The request that a file makes; what it does not say stays unset."""
    from amends.cli.situation_input import request_of_case, request_of_proto

    if form is InputFormat.PROTO:
        return request_of_proto(text, policy=policy)
    if form is InputFormat.JSON:
        try:
            json.loads(text)
        except ValueError as error:
            _fail(f"{name} is not JSON: {error}", ExitCode.BAD_ARGUMENTS)
    return request_of_case(text, file=name, policy=policy, decider=decider)


def _print(response: "DecideResponse", output: OutputFormat) -> None:
    if output is OutputFormat.JSON:
        from google.protobuf.json_format import MessageToJson

        # JSON has a spelling of its own for what the output cannot write.
        typer.echo(MessageToJson(response, ensure_ascii=not is_unicode(sys.stdout.encoding)))
        return
    from rich.console import Console

    from amends.cli.render import print_response

    print_response(Console(), response)


def _fail(message: str, code: ExitCode) -> NoReturn:
    typer.echo(f"amends decide: {message}", err=True)
    raise typer.Exit(code)
