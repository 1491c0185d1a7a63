"""The main job, on real input: starts the service and lets it decide written cases and a week of real flights.

`make demo` runs it. It ends with 0 only if every situation got a decision, every written case the outcome that its
writer expects, and every outcome was there to be shown.
"""

import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from amends.cli.deciders import DeciderError
from amends.cli.render import print_response
from amends.packs.diagnostics import PackError
from amends_client import AmendsClient, AmendsError, DecideRequest, DecideResponse, Outcome, kind_of
from examples.flights import DataSetError, Flight, find_data_set, read_week, situation_of
from examples.report import Round, print_summary, print_throughput
from examples.service import ROOT, ServiceError, running_service
from examples.written_cases import WrittenCase, read_cases

_BATCH: Final = 500
_AIRLINE: Final = "airline"
_TO_BE_ASKED: Final = "facts.alternative_accepted"
_WIDTH_OF_A_FILE: Final = 110
_INTERRUPTED: Final = 130
_GOING_ON: Final = (
    ("make serve", "start the service; `make serve ARGS=--help` lists its settings"),
    (".venv/bin/amends decide {case}", "decide this case again, or one of your own"),
    (".venv/bin/amends packs", "list the rule packs that decide; they are data, in rules/"),
    ("README.md", "a client in ten lines, and a rule with the decision that it makes"),
    ("docs/architecture.md", "how it is built, and where to find what"),
)


class DemoError(Exception):
    """Something is wrong with the answers; the message says what."""


def main() -> int:
    """Run the demo; the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # unwinds, so that the service is stopped
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH_OF_A_FILE)
    try:
        with running_service() as address, AmendsClient(address) as client:
            console.print(Text(f"The service answers at {address}, one worker."))
            run(console, client)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (DemoError, DataSetError, ServiceError, DeciderError, PackError, AmendsError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    return 0


def run(console: Console, client: AmendsClient) -> None:
    """Decide the cases, then the flights; show one decision of each outcome, and sum up."""
    cases = list(read_cases(client))
    written = decide_all(client, [case.request for case in cases], title="written cases")
    check_outcomes(cases, written.responses)
    print_one_of_each_outcome(console, cases, written.responses)

    flights = read_week(find_data_set())
    first = decide_all(client, [request_of(flight) for flight in flights], title="flights")
    asked = [flight for flight, response in zip(flights, first.responses, strict=True) if asks_whether(response)]
    again = decide_all(client, [request_of(flight, refused=True) for flight in asked], title="flights, again")

    console.print(Rule("In sum"))
    print_about_the_flights(console, flights, again)
    print_summary(console, (written, first, again))
    print_throughput(console, (first, again))
    print_going_on(console, cases[0])


def request_of(flight: Flight, *, refused: bool = False) -> DecideRequest:
    """A flight as a request: as the data tell it, or supposing that its passengers took no alternative."""
    return DecideRequest(
        situation=situation_of(flight, alternative_accepted=False if refused else None), policy=_AIRLINE
    )


def asks_whether(response: DecideResponse) -> bool:
    """Whether the decision waits to hear if the passengers accepted an alternative."""
    return any(fact.path == _TO_BE_ASKED for fact in response.decision.needed_facts)


def decide_all(client: AmendsClient, requests: Sequence[DecideRequest], *, title: str) -> Round:
    """The decisions of all requests, in their order; DemoError names the first that has none."""
    answers: list[DecideResponse | AmendsError] = []
    seconds = 0.0
    starts = range(0, len(requests), _BATCH)
    for start in starts:
        batch = requests[start : start + _BATCH]
        before = time.perf_counter()
        answers += client.batch_decide(batch)
        seconds += time.perf_counter() - before
    return Round(title, list(_decided(requests, answers)), calls=len(starts), seconds=seconds)


def _decided(
    requests: Sequence[DecideRequest], answers: Sequence[DecideResponse | AmendsError]
) -> Iterator[DecideResponse]:
    for request, answer in zip(requests, answers, strict=True):
        if isinstance(answer, AmendsError):
            raise DemoError(f"{request.situation.case_id} was not decided: {answer}")
        yield answer


def check_outcomes(cases: Sequence[WrittenCase], responses: Sequence[DecideResponse]) -> None:
    """DemoError lists every case that came out otherwise than its writer expects."""
    wrong = [
        f"{case.file.name}: expected {Outcome.Name(case.expected)}, got {Outcome.Name(response.decision.outcome)}"
        for case, response in zip(cases, responses, strict=True)
        if case.expected is not None and case.expected != response.decision.outcome
    ]
    if wrong:
        raise DemoError("\n  ".join(["cases came out otherwise than their writers expect:", *wrong]))


def print_one_of_each_outcome(
    console: Console, cases: Sequence[WrittenCase], responses: Sequence[DecideResponse]
) -> None:
    """The first case of each outcome in full; DemoError if an outcome has none."""
    for outcome in Outcome.values():
        if outcome == Outcome.OUTCOME_UNSPECIFIED:
            continue
        decided = zip(cases, responses, strict=True)
        found = next((pair for pair in decided if pair[1].decision.outcome == outcome), None)
        if found is None:
            raise DemoError(f"no written case comes out as {Outcome.Name(outcome)}")
        case, response = found
        console.print("", Rule(Text(case.title, "bold")), Text(f"{_shown(case)}\n", "dim"))
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
    needs = ", ".join(sorted(Counter(path for action in owed for path in action.amount_needs)))
    console.print(
        Text(
            f"\nEvery flight out of New York on 1-7 January 2013, with its dates moved to 2026: {len(flights):,}."
            f" {cancelled} were cancelled; {diverted} left and never arrived as planned, so their delay is unknown,"
            f" and is asked for.\n{len(again.responses)} decisions wait to hear whether the passengers accepted an"
            f" alternative. Decided again as if they had not, {len(owed)} owe the fare by law, without an amount yet:"
            f" what it needs is {needs or 'nothing'}."
        )
    )


def print_going_on(console: Console, case: WrittenCase) -> None:
    """The next things to try."""
    console.print(Text("\nHow to go on", "bold"))
    for command, what in _GOING_ON:
        line = Text.assemble("  ", (command.format(case=_shown(case)), "bold cyan"), f"  {what}")
        console.print(line, soft_wrap=True)


def _shown(case: WrittenCase) -> str:
    return str(case.file.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
