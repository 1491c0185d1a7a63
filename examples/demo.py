"""The main job, on real input: starts the service and lets it decide written cases and a week of real flights.

`make demo` runs it. It ends with 0 only if every situation got a decision, every written case the outcome that its
writer expects, and every outcome was there to be shown.
"""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console

from amends.cli.deciders import DeciderError
from amends.packs.diagnostics import PackError
from amends_client import AmendsClient, AmendsError, DecideRequest, DecideResponse, Outcome
from examples.flights import DataSetError, Flight, find_data_set, read_week, situation_of
from examples.report import (
    Round,
    print_about_the_flights,
    print_going_on,
    print_in_full,
    print_summary,
    print_throughput,
)
from examples.service import ServiceError, running_service
from examples.written_cases import WrittenCase, read_cases

_BATCH: Final = 500
_AIRLINE: Final = "airline"
_TO_BE_ASKED: Final = "facts.alternative_accepted"
_WIDTH_OF_A_FILE: Final = 80
_INTERRUPTED: Final = 130


class DemoError(Exception):
    """Something is wrong with the answers; the message says what."""


def main() -> int:
    """Run the demo; the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # unwinds, so that the service is stopped
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH_OF_A_FILE)
    try:
        with running_service() as address, AmendsClient(address) as client:
            console.print(f"The service answers at {address}, with one worker.", highlight=False)
            run(console, client)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (DemoError, DataSetError, ServiceError, DeciderError, PackError, AmendsError) as error:
        print("\n".join([f"demo: {error}", *getattr(error, "__notes__", ())]), file=sys.stderr)
        return 1
    return 0


def run(console: Console, client: AmendsClient) -> None:
    """Decide the cases, then the flights; show one decision of each outcome in full, and sum up."""
    cases = list(read_cases(client))
    written = decide_all(client, [case.request for case in cases], title="cases")
    check_outcomes(cases, written.responses)
    for case, response in one_of_each_outcome(cases, written.responses):
        print_in_full(console, case, response)

    flights = read_week(find_data_set())
    first = decide_all(client, [request_of(flight) for flight in flights], title="flights")
    waiting = [flight for flight, response in zip(flights, first.responses, strict=True) if asks_whether(response)]
    again = decide_all(client, [request_of(flight, refused=True) for flight in waiting], title="again")

    print_about_the_flights(console, flights, again)
    print_summary(console, (written, first, again))
    print_throughput(console, (first, again))
    print_going_on(console, cases[0])


def request_of(flight: Flight, *, refused: bool = False) -> DecideRequest:
    """A flight as a request: as the data tell it, or supposing that its passengers accepted no alternative."""
    accepted = False if refused else None
    return DecideRequest(situation=situation_of(flight, alternative_accepted=accepted), policy=_AIRLINE)


def asks_whether(response: DecideResponse) -> bool:
    """Whether the decision waits to hear if the passengers accepted an alternative."""
    return any(fact.path == _TO_BE_ASKED for fact in response.decision.needed_facts)


def decide_all(client: AmendsClient, requests: Sequence[DecideRequest], *, title: str) -> Round:
    """The decisions of all requests, in their order; DemoError names the first that has none."""
    answers: list[DecideResponse | AmendsError] = []
    seconds = 0.0
    for start in range(0, len(requests), _BATCH):
        before = time.perf_counter()
        answers += client.batch_decide(requests[start : start + _BATCH])
        seconds += time.perf_counter() - before
    return Round(title, list(_decided(requests, answers)), seconds)


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
        f"{case.name}: expected {Outcome.Name(case.expected)}, got {Outcome.Name(response.decision.outcome)}"
        for case, response in zip(cases, responses, strict=True)
        if case.expected is not None and case.expected != response.decision.outcome
    ]
    if wrong:
        raise DemoError("\n  ".join(["cases came out otherwise than their writers expect:", *wrong]))


def one_of_each_outcome(
    cases: Sequence[WrittenCase], responses: Sequence[DecideResponse]
) -> Iterator[tuple[WrittenCase, DecideResponse]]:
    """The first case of each outcome, with its decision; DemoError if an outcome has none."""
    for outcome in Outcome.values():
        if outcome == Outcome.OUTCOME_UNSPECIFIED:
            continue
        decided = zip(cases, responses, strict=True)
        found = next((pair for pair in decided if pair[1].decision.outcome == outcome), None)
        if found is None:
            raise DemoError(f"no written case comes out as {Outcome.Name(outcome)}")
        yield found


if __name__ == "__main__":
    sys.exit(main())
