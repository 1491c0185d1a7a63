"""What the demo prints at the end: how the decisions came out, what they do, what they ask, and how fast they came."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from amends.cli.action_words import member_words
from amends_client import DecideResponse, Outcome, kind_of

_NOTHING: Final = "·"


@dataclass(frozen=True, slots=True)
class Round:
    """Decisions that were asked for together; `seconds` is the wall time of the calls, `calls` how many they were."""

    title: str
    responses: Sequence[DecideResponse]
    calls: int
    seconds: float


def print_summary(console: Console, rounds: Sequence[Round]) -> None:
    """A column a round; first the outcomes, then the actions, then the questions."""
    outcomes = [number for number in Outcome.values() if number != Outcome.OUTCOME_UNSPECIFIED]
    names = {number: member_words(Outcome, number) for number in outcomes}
    _print_counts(console, "Decisions by outcome", rounds, _outcomes, rows=names.values())
    _print_counts(console, "Actions by kind", rounds, _kinds)
    _print_counts(console, "The question to ask next", rounds, _questions)


def print_throughput(console: Console, rounds: Iterable[Round]) -> None:
    """How fast each round was decided, and how that was measured."""
    console.print(_heading("Throughput"))
    for done in rounds:
        rate = len(done.responses) / done.seconds
        console.print(
            f"  {done.title}: {len(done.responses):,} decisions in {done.calls} calls, {done.seconds:.2f} s:"
            f" [bold]{rate:,.0f} decisions a second[/bold]"
        )
    console.print(
        "  Wall time of BatchDecide as a client sees it, encoding and decoding included: one worker, one call at a"
        " time, client and service on this machine. Nothing is written to a log of decisions.",
        style="dim",
    )


def _print_counts(
    console: Console,
    title: str,
    rounds: Sequence[Round],
    count: Callable[[Iterable[DecideResponse]], Counter[str]],
    *,
    rows: Iterable[str] = (),
) -> None:
    """A table of counts: the rows in the order given, or else by how often they occur in all rounds together."""
    columns = [count(done.responses) for done in rounds]
    total = Counter[str]()
    for column in columns:
        total.update(column)
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 2))
    table.add_column()
    for done in rounds:
        table.add_column(done.title, justify="right", vertical="bottom")
    for row in list(rows) or [name for name, _ in total.most_common()]:
        table.add_row(Text(row), *(f"{column[row]:,}" if column[row] else _NOTHING for column in columns))
    console.print(_heading(title), table)


def _outcomes(responses: Iterable[DecideResponse]) -> Counter[str]:
    return Counter(member_words(Outcome, response.decision.outcome) for response in responses)


def _kinds(responses: Iterable[DecideResponse]) -> Counter[str]:
    return Counter(kind_of(action).replace("_", " ") for response in responses for action in response.decision.actions)


def _questions(responses: Iterable[DecideResponse]) -> Counter[str]:
    """The first of the needed facts that can be asked for, of every decision that has one."""
    asked = (response.decision.ask_next for response in responses if response.decision.HasField("ask_next"))
    return Counter(f"{fact.path}: {fact.question}" for fact in asked)


def _heading(title: str) -> Text:
    return Text(f"\n{title}", "bold")
