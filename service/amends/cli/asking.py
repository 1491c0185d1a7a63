"""What `amends decide` and `amends explain` have in common: the options that name a situation and who decides it."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, NoReturn, TypeAlias

import typer

from amends.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    # Only named in signatures: at run time the messages bring gRPC along, which a supervisor must not load.
    from amends.cli.deciders import Decider
    from amends_client.messages import DecideRequest, DecideResponse


class InputFormat(StrEnum):
    """How the situation is written."""

    YAML = "yaml"
    JSON = "json"
    PROTO = "proto"


SituationFile: TypeAlias = Annotated[
    typer.FileBinaryRead,
    typer.Argument(metavar="FILE", help="The situation, or a case file; `-` reads from stdin."),
]
InputOption: TypeAlias = Annotated[
    InputFormat,
    typer.Option(
        "--input-format", help="yaml and json: as in pack tests. proto: the JSON form of amends.v1.Situation."
    ),
]
PolicyOption: TypeAlias = Annotated[
    str | None, typer.Option("--policy", help="The policy that decides; else the file's, else `default`.")
]
RoleOption: TypeAlias = Annotated[
    str | None, typer.Option("--role", help="The role of who acts; else the file's, else the front line.")
]
ServerOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--server",
        "--target",
        metavar="HOST:PORT",
        help="Ask this server; who calls and how is said by AMENDS_TOKEN and AMENDS_SERVER_CA.",
    ),
]


class Question(NamedTuple):
    """One situation and who is to decide it, as the options of `command` say; None: they do not say it.

    `superseded` is an earlier answer, in the contract's JSON form, or its id.
    """

    command: str
    file: typer.FileBinaryRead
    input_format: InputFormat
    policy: str | None
    role: str | None
    rules: Path | None
    server: str | None
    preview: bool
    explain_full: bool
    superseded: str | None = None
    request_id: str = ""


def ask(question: Question) -> "DecideResponse":
    """The answer; a mistake, the caller's or another, ends the command."""
    _check(question)
    text, name = question.file.read().decode("utf-8", "surrogateescape"), str(getattr(question.file, "name", "-"))
    from amends.cli.deciders import DeciderError, decider
    from amends_client.messages import Explain

    try:
        with decider(rules=question.rules, server=question.server or "") as chosen:
            request = _request(text, name, question, decider=chosen)
            if question.role:
                request.actor.role = question.role
            request.preview = question.preview
            request.request_id = question.request_id
            if question.explain_full:
                request.explain = Explain.EXPLAIN_FULL
            return chosen.decide(request, superseded=question.superseded)
    except DeciderError as error:
        fail(question.command, str(error), error.exit_code)


def fail(command: str, message: str, code: ExitCode) -> NoReturn:
    """End the command: one line, or a list, on stderr."""
    typer.echo(f"amends {command}: {message}", err=True)
    raise typer.Exit(code)


def _check(question: Question) -> None:
    named = (("--policy", question.policy), ("--role", question.role), ("--server", question.server))
    for option, value in named:
        if value is not None and not value.strip():
            fail(question.command, f"{option} is empty: name one, or leave the option out", ExitCode.BAD_ARGUMENTS)
    if question.server and question.rules is not None:
        message = "--server decides by its own rules: leave out --rules"
        fail(question.command, message, ExitCode.BAD_ARGUMENTS)


def _request(text: str, name: str, question: Question, *, decider: "Decider") -> "DecideRequest":
    """The request that a file makes; what it does not say stays unset."""
    from amends.cli.situation_input import request_of_case, request_of_proto

    policy = question.policy or ""
    if question.input_format is InputFormat.PROTO:
        return request_of_proto(text, policy=policy)
    if question.input_format is InputFormat.JSON:
        try:
            json.loads(text)
        except ValueError as error:
            fail(question.command, f"{name} is not JSON: {error}", ExitCode.BAD_ARGUMENTS)
    return request_of_case(text, file=name, policy=policy, decider=decider)
