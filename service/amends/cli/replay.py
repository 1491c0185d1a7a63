"""`amends replay`: makes recorded decisions again and proves that they come out as they were, byte for byte."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from amends.application.replay import Replayed, ReplayResult
from amends.cli.exit_codes import ExitCode
from amends.cli.log import OutputFormat
from amends.cli.log_access import (
    DatabaseOption,
    DataDirOption,
    SinceOption,
    UntilOption,
    log_tools,
    moment_of,
    refused,
)
from amends.domain.log_queries import DecisionFilter

if TYPE_CHECKING:
    from amends.bootstrap.log_tools import LogTools

_PAGE: Final = 200
_WORDS: Final = {
    ReplayResult.SAME: "the same, byte for byte",
    ReplayResult.DIFFERENT: "different: something is wrong",
    ReplayResult.OTHER_SEMANTICS: "decided by other semantics of the language, so they may differ",
    ReplayResult.ERASED: "erased, so they cannot be made again",
    ReplayResult.NO_RULE_PACK: "without their rule pack, so they cannot be made again",
}

_FAULTS: Final = frozenset({ReplayResult.DIFFERENT, ReplayResult.NO_RULE_PACK})


def replay(  # one an option
    decision_ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="The decisions.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    output: Annotated[OutputFormat, typer.Option("--format", help="json: a line for each decision.")] = (
        OutputFormat.HUMAN
    ),
    database: DatabaseOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Make recorded decisions again: these, or all of a time. Exit code 5 if one differs, 1 if a pack is missing."""
    if bool(decision_ids) is (since is not None):
        raise refused("replay", "name decisions by their ids, or say --since")
    if decision_ids and until is not None:
        raise refused("replay", "--until goes with --since")
    with log_tools("replay", database=database, data_dir=data_dir) as tools:
        wanted = DecisionFilter(
            since=moment_of("replay", "--since", since, now=tools.now()),
            until=moment_of("replay", "--until", until, now=tools.now()),
        )
        counts = asyncio.run(_all(tools, decision_ids or (), wanted, output))
    if output is OutputFormat.HUMAN:
        _print_counts(counts)
    if counts[ReplayResult.DIFFERENT]:
        raise typer.Exit(ExitCode.DISAGREEMENT)
    if counts[ReplayResult.NO_RULE_PACK]:
        raise typer.Exit(ExitCode.UNEXPECTED)


async def _all(
    tools: "LogTools", named: Sequence[str], wanted: DecisionFilter, output: OutputFormat
) -> Counter[ReplayResult]:
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    counts: Counter[ReplayResult] = Counter()
    columns = (SpinnerColumn(), TextColumn("replayed"), MofNCompleteColumn(), TimeElapsedColumn())
    # On stderr, and only for a person: what comes out may go to a file.
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("replay", total=len(named) or None)
        async for decision_id in _ids(tools, named, wanted):
            replayed = await tools.replay(decision_id)
            counts[replayed.result] += 1
            _print_one(replayed, output)
            progress.advance(task)
    return counts


async def _ids(tools: "LogTools", named: Sequence[str], wanted: DecisionFilter) -> AsyncIterator[str]:
    for decision_id in named:
        yield decision_id
    before = ""
    while not named:
        page = await tools.list_decisions(wanted, before=before, size=_PAGE)
        for found in page.decisions:
            yield found.decision_id
        before = page.next_before
        if not before:
            return


def _print_one(replayed: Replayed, output: OutputFormat) -> None:
    """For a person only those with which something is wrong; the others are counted."""
    if output is OutputFormat.JSON:
        told = {
            "decision_id": replayed.entry.decision_id,
            "result": replayed.result.value,
            "differences": replayed.differences,
        }
        typer.echo(json.dumps(told))
    elif replayed.result in _FAULTS:
        from amends.cli.page import clean

        typer.echo(f"{replayed.entry.decision_id}: {_WORDS[replayed.result]}")
        for difference in replayed.differences:
            typer.echo(f"  {clean(difference)}")


def _print_counts(counts: Counter[ReplayResult]) -> None:
    if not counts:
        typer.echo("no decision", err=True)
    for result, words in _WORDS.items():
        if counts[result]:
            typer.echo(f"{counts[result]:>6}  {words}")
