"""What the demo prints: some decisions in full; how all of them came out, what they ask, and how fast they came."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from amends.cli.action_words import member_words
from amends.cli.render import print_response
from amends_client import DecideResponse, Outcome, kind_of
from examples.flights import Flight
from examples.written_cases import WrittenCase

_NOTHING: Final = "·"
_WIDE_ENOUGH_FOR_QUESTIONS: Final = 120
_GOING_ON: Final = (
    ("start the service, to stay", "make serve"),
    ("decide this case, or your own", ".venv/bin/amends decide {case}"),
    ("list the rule packs", ".venv/bin/amends packs"),
    ("write a client or a rule", "README.md"),
    ("see how it is built", "docs/architecture.md"),
)


@dataclass(frozen=True, slots=True)
class Round:
    """Decisions that were asked for together, and the wall time that the calls took."""

    title: str
    responses: Sequence[DecideResponse]
    seconds: float


def print_in_full(console: Console, case: WrittenCase, response: DecideResponse) -> None:
    """One written case and its decision, under the name of its file."""
    console.print("", Rule(Text(case.title, "bold")), Text(f"{case.shown}\n", "dim"))
    print_response(console, response)


def print_about_the_flights(console: Console, flights: Sequence[Flight], again: Round) -> None:
    """What a reader must know of the flights to read the numbers."""
    cancelled = sum(flight.cancelled for flight in flights)
    diverted = sum(flight.diverted for flight in flights)
    owed = [
        action
        for response in again.responses
        for action in response.decision.actions
        if kind_of(action) == "entitlement" and not action.HasField("amount")
    ]
    needs = sorted({path for action in owed for path in action.amount_needs})
    console.print(
        "",
        Rule(Text("In sum", "bold")),
        f"\nThe flights are all {len(flights):,} that were to leave New York on 1-7 January 2013, their dates moved to"
        f" 2026. {cancelled} were cancelled. {diverted} left and did not arrive as planned: how late they were is"
        " unknown, so it is asked for.",
        f"{len(again.responses)} flights wait to hear whether the passengers accepted an alternative. They are"
        f" decided again as if nobody had: {len(owed)} then owe the fare by law. It stands without an amount, and says"
        f" what it needs: {', '.join(needs) or 'nothing'}.",
        sep="\n",
        highlight=False,
    )


def print_summary(console: Console, rounds: Sequence[Round]) -> None:
    """A column a round: the outcomes, the actions, and the first fact that each decision would have asked for."""
    every = [number for number in Outcome.values() if number != Outcome.OUTCOME_UNSPECIFIED]
    outcomes = [member_words(Outcome, number) for number in every]
    console.print(_heading("Decisions by outcome"), _counts(rounds, _outcomes, rows=outcomes))
    console.print(_heading("Actions by kind"), _counts(rounds, _kinds))
    questions = _questions(rounds) if console.width >= _WIDE_ENOUGH_FOR_QUESTIONS else {}
    console.print(_heading("Facts to ask for next"), _counts(rounds, _asked, notes=questions))


def print_throughput(console: Console, rounds: Sequence[Round]) -> None:
    """How fast the rounds were decided, and how that was measured."""
    decisions = sum(len(done.responses) for done in rounds)
    seconds = sum(done.seconds for done in rounds)
    console.print(
        "\n[bold]Throughput[/bold]",
        f"[bold]{decisions / seconds:,.0f} decisions a second[/bold]: {decisions:,} in {seconds:.2f} seconds",
        "[dim]Wall time of the calls of BatchDecide, encoding and decoding by the client included. One worker, one"
        " call at a time, client and service on this machine.[/dim]",
        sep="\n",
        highlight=False,
    )


def print_going_on(console: Console, case: WrittenCase) -> None:
    """The next things to try, from the folder of the checkout."""
    table = _table()
    table.show_header = False
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", style="cyan")
    for what, how in _GOING_ON:
        table.add_row(what, how.format(case=case.shown))
    console.print(_heading("How to go on"), table)


def _counts(
    rounds: Sequence[Round],
    count: Callable[[Iterable[DecideResponse]], Counter[str]],
    *,
    rows: Sequence[str] = (),
    notes: Mapping[str, str] = MappingProxyType({}),
) -> Table:
    """A table of counts: the rows in the order given, or else the most frequent first; a note ends its row."""
    columns = [count(done.responses) for done in rounds]
    table = _table()
    table.add_column(no_wrap=True)
    for done in rounds:
        table.add_column(f"{len(done.responses):,} {done.title}", justify="right")
    if notes:
        table.add_column(style="dim")
    for row in rows or [name for name, _ in sum(columns, Counter[str]()).most_common()]:
        cells = [f"{column[row]:,}" if column[row] else _NOTHING for column in columns]
        table.add_row(Text(row), *cells, *([Text(notes[row])] if notes else []))
    return table


def _outcomes(responses: Iterable[DecideResponse]) -> Counter[str]:
    return Counter(member_words(Outcome, response.decision.outcome) for response in responses)


def _kinds(responses: Iterable[DecideResponse]) -> Counter[str]:
    return Counter(kind_of(action).replace("_", " ") for response in responses for action in response.decision.actions)


def _asked(responses: Iterable[DecideResponse]) -> Counter[str]:
    return Counter(response.decision.ask_next.path for response in responses if response.decision.HasField("ask_next"))


def _questions(rounds: Iterable[Round]) -> Mapping[str, str]:
    """How to ask for each fact."""
    facts = (response.decision.ask_next for done in rounds for response in done.responses)
    return {fact.path: fact.question for fact in facts}


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="")


def _heading(title: str) -> Text:
    return Text(f"\n{title}", "bold")
