"""`amends check-reply`: the draft of a reply to the customer, held against a decision or a situation."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from amends.cli.asking import InputFormat, InputOption, PolicyOption, RoleOption, ServerOption, fail
from amends.cli.decide import OutputFormat, print_json
from amends.cli.exit_codes import ExitCode
from amends.cli.pack_options import RulesOption

if TYPE_CHECKING:
    # Only named in signatures: at run time the messages bring gRPC along, which a supervisor must not load.
    from amends.cli.deciders import Decider
    from amends_client.messages import CheckReplyRequest, CheckReplyResponse


def check_reply(  # one an option
    draft: Annotated[str, typer.Argument(metavar="DRAFT", help="A file with the text; `-` reads from stdin.")],
    situation: Annotated[
        str,
        typer.Option("--situation", metavar="FILE", help="Against what is decided on this situation, or case file."),
    ] = "",
    decision: Annotated[
        str, typer.Option("--decision", metavar="ID", help="Against a recorded decision; with --server.")
    ] = "",
    locale: Annotated[str, typer.Option("--locale", metavar="TAG", help="The language of the draft.")] = "en",
    input_format: InputOption = InputFormat.YAML,
    policy: PolicyOption = None,
    role: RoleOption = None,
    rules: RulesOption = None,
    server: ServerOption = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="json: the JSON form of amends.v1.CheckReplyResponse.")
    ] = OutputFormat.TEXT,
) -> None:
    """Find what a reply says and the decision does not bear. A lint by wordings: no finding does not mean good."""
    if bool(situation) == bool(decision):
        fail("check-reply", "name one of --situation and --decision", ExitCode.BAD_ARGUMENTS)
    if decision and not server:
        fail("check-reply", "--decision goes with --server: here nothing is recorded", ExitCode.BAD_ARGUMENTS)
    if server and rules is not None:
        fail("check-reply", "--server decides by its own rules: leave out --rules", ExitCode.BAD_ARGUMENTS)
    from amends.cli.deciders import DeciderError, decider
    from amends_client.messages import CheckReplyRequest, ReplySeverity

    request = CheckReplyRequest(draft=_text(draft), locale=locale, decision_id=decision)
    try:
        with decider(rules=rules, server=server or "") as chosen:
            if situation:
                _put_situation(request, situation, input_format, policy=policy or "", decider=chosen)
            if role:
                request.actor.role = role
            answer = chosen.check_reply(request)
    except DeciderError as error:
        fail("check-reply", str(error), error.exit_code)
    if output is OutputFormat.JSON:
        print_json(answer)
    else:
        typer.echo(_told(answer, request.draft))
    if any(found.severity == ReplySeverity.REPLY_SEVERITY_ERROR for found in answer.findings):
        raise typer.Exit(ExitCode.TESTS_FAILED)


def _put_situation(
    request: "CheckReplyRequest", file: str, form: InputFormat, *, policy: str, decider: "Decider"
) -> None:
    from amends.cli.situation_input import request_of_case, request_of_proto

    text = _text(file)
    asked = (
        request_of_proto(text, policy=policy)
        if form is InputFormat.PROTO
        else request_of_case(text, file=file, policy=policy, decider=decider)
    )
    request.situation.CopyFrom(asked.situation)
    request.policy = asked.policy
    if asked.HasField("actor"):
        request.actor.CopyFrom(asked.actor)


def _text(file: str) -> str:
    if file == "-":
        return sys.stdin.read()
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        fail("check-reply", f"{file}: {why}", ExitCode.BAD_ARGUMENTS)


def _told(answer: "CheckReplyResponse", draft: str) -> str:
    """A block for each finding, and what was looked for."""
    from amends_client.messages import ReplySeverity

    lines = []
    for found in answer.findings:
        line = draft.count("\n", 0, found.start) + 1
        column = found.start - (draft.rfind("\n", 0, found.start) + 1) + 1
        how = "error" if found.severity == ReplySeverity.REPLY_SEVERITY_ERROR else "warning"
        rows = f" ({', '.join(found.sources)})" if found.sources else ""
        lines.append(f"{line}:{column}: {how}[{found.finding_id}]{rows}: {_shown(found.why)}")
        lines += [f"    said:    {_shown(found.said)}"] if found.said else []
        lines += [f"    instead: {_shown(found.instead)}"] if found.instead else []
    more = ", and there are more" if answer.more else ""
    wordings = f"{answer.phrase_count} wordings of {answer.pack_id} {answer.pack_version}"
    language = f" for {answer.locale}" if answer.locale else ""
    lines.append(f"{len(answer.findings)} findings{more}; {wordings}{language} were looked for")
    return "\n".join([*lines, *(f"  {limit}" for limit in answer.cannot_see)])


def _shown(text: str) -> str:
    """It goes to a terminal: what does not print may be an escape sequence."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
