"""`amends log`: looks into the decision log. It changes nothing."""

import asyncio
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from amends.cli.exit_codes import ExitCode
from amends.cli.log_access import (
    DatabaseOption,
    DataDirOption,
    SinceOption,
    UntilOption,
    log_tools,
    moment_of,
    refused,
)
from amends.cli.output import is_unicode, print_page
from amends.domain.decision import Outcome
from amends.domain.facts import Sensitivity
from amends.domain.log_queries import DecisionFilter, DecisionInShort

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from amends.bootstrap.log_tools import LogTools

log: Final = typer.Typer(name="log", help="Look into the decision log.", no_args_is_help=True)

_PAGE: Final = 200
_LOOK_BACK: Final = 60 * 1_000_000_000
"""Decisions are written in another order than they are made in, but never so much later."""


class OutputFormat(StrEnum):
    """How the log is shown."""

    HUMAN = "human"
    JSON = "json"


_Format = Annotated[OutputFormat, typer.Option("--format", help="json: the JSON form of the contract, a line each.")]
_Case = Annotated[str, typer.Option(metavar="ID", help="Only of this case.")]
_Customer = Annotated[str, typer.Option(metavar="ID", help="Only of this customer.")]
_Policy = Annotated[str, typer.Option(metavar="NAME", help="Only decided by this policy.")]
_Came = Annotated[Outcome | None, typer.Option(help="Only those that came to this.")]
_Rule = Annotated[str, typer.Option(metavar="ID", help="Only those in which this rule applied.")]


@log.command("list")
def list_decisions(  # one an option
    case: _Case = "",
    customer: _Customer = "",
    policy: _Policy = "",
    outcome: _Came = None,
    rule: _Rule = "",
    since: SinceOption = None,
    until: UntilOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    output: _Format = OutputFormat.HUMAN,
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """List recorded decisions, the newest first."""
    with log_tools("log list", database=database, data_dir=data_dir) as tools:
        wanted = DecisionFilter(
            case_id=case,
            customer_id=customer,
            policy=policy,
            outcome=outcome,
            rule_id=rule,
            since=moment_of("log list", "--since", since, now=tools.now()),
            until=moment_of("log list", "--until", until, now=tools.now()),
        )
        # One more tells whether there are more.
        found = asyncio.run(_newest(tools, wanted, limit + 1))
    shown = found[:limit]
    if output is OutputFormat.JSON:
        _print_json_lines(shown)
        return
    if not shown:
        typer.echo("no decision", err=True)
        return
    from rich.console import Console

    from amends.cli.render_log import listed

    print_page(Console(), listed(shown))
    if len(found) > limit:
        typer.echo(f"only the newest {limit}: --limit shows more, --until earlier ones", err=True)


@log.command()
def show(
    decision_id: Annotated[str, typer.Argument(metavar="ID", help="The decision.")],
    facts: Annotated[Sensitivity, typer.Option(help="Show facts up to this sensitivity.")] = Sensitivity.NONE,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="json: the JSON form of amends.v1.RecordedDecision.")
    ] = OutputFormat.HUMAN,
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show one decision: what it said, who asked, on which facts, and what was done about it since."""
    with log_tools("log show", database=database, data_dir=data_dir) as tools:
        found = asyncio.run(tools.get_decision(decision_id))
        shown = asyncio.run(tools.facts(found.entry, up_to=facts))
    if output is OutputFormat.HUMAN:
        from rich.console import Console

        from amends.cli.render_log import remembered

        print_page(Console(), remembered(found, shown))
        return
    from amends.wire.encode_record import encode_remembered
    from amends.wire.withhold import withhold

    message = encode_remembered(found).decision
    if shown is None:
        message.ClearField("situation")
    else:
        withhold(message.situation, shown.withheld)
    print_message(message, indent=2)


@log.command()
def tail(
    lines: Annotated[int, typer.Option(min=0, max=_PAGE, help="So many of the newest first.")] = 10,
    policy: _Policy = "",
    output: _Format = OutputFormat.HUMAN,
    every: Annotated[float, typer.Option(min=0.05, help="Look for new ones every so many seconds.")] = 1.0,
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show decisions as they are recorded, until Ctrl-C."""
    with log_tools("log tail", database=database, data_dir=data_dir) as tools:
        try:
            asyncio.run(_follow(tools, policy=policy, lines=lines, every=every, output=output))
        except KeyboardInterrupt:
            raise typer.Exit(ExitCode.OK) from None
        except BrokenPipeError:
            raise refused("log tail", "nobody reads any more", ExitCode.UNEXPECTED) from None


async def _follow(tools: "LogTools", *, policy: str, lines: int, every: float, output: OutputFormat) -> None:
    first = await _newest(tools, DecisionFilter(policy=policy), max(lines, 1))
    _print_new(first[:lines][::-1], output)
    newest = first[0] if first else None
    known = {
        one.decision_id
        for one in await _recent(tools, policy, newest)
        if newest and one.decision_id <= newest.decision_id
    }
    while True:
        await asyncio.sleep(every)
        recent = await _recent(tools, policy, newest)
        _print_new([one for one in recent[::-1] if one.decision_id not in known], output)
        known = {one.decision_id for one in recent}
        newest = max((*recent, *([newest] if newest else ())), key=_when, default=None)


async def _recent(tools: "LogTools", policy: str, newest: DecisionInShort | None) -> Sequence[DecisionInShort]:
    """Those among which a new one can be, once `newest` is known."""
    since = None if newest is None else newest.decided_at - _LOOK_BACK
    return await _newest(tools, DecisionFilter(policy=policy, since=since), None)


def _when(found: DecisionInShort) -> int:
    return found.decided_at


async def _newest(tools: "LogTools", wanted: DecisionFilter, limit: int | None) -> Sequence[DecisionInShort]:
    """The newest first; None: all."""
    found: list[DecisionInShort] = []
    before = ""
    while limit is None or len(found) < limit:
        page = await tools.list_decisions(
            wanted, before=before, size=_PAGE if limit is None else min(_PAGE, limit - len(found))
        )
        found += page.decisions
        before = page.next_before
        if not before:
            break
    return found


def _print_new(found: Sequence[DecisionInShort], output: OutputFormat) -> None:
    if output is OutputFormat.JSON:
        _print_json_lines(found)
        return
    from amends.cli.render_log import one_line

    for one in found:
        typer.echo(one_line(one))


def _print_json_lines(found: Sequence[DecisionInShort]) -> None:
    from amends.wire.encode_record import encode_summary

    for one in found:
        print_message(encode_summary(one), indent=None)


def print_message(message: "Message", *, indent: int | None) -> None:
    """The contract's JSON form, whatever the output can write."""
    from google.protobuf.json_format import MessageToJson

    typer.echo(MessageToJson(message, indent=indent, ensure_ascii=not is_unicode(sys.stdout.encoding)))
