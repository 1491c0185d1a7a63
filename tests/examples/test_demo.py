"""The demo does what it says, with the real service, and leaves nothing behind."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from amends.cli.action_words import member_words
from amends_client import AmendsClient, DecideRequest, InvalidSituation, Outcome, Unavailable, kind_of, situation
from examples.demo import DemoError, asks_whether, check_outcomes, decide_all, one_of_each_outcome, request_of
from examples.flights import Flight, find_data_set, read_week
from examples.service import ServiceError, running_service
from examples.written_cases import read_cases

ROOT = Path(__file__).resolve().parents[2]
DEMO = (sys.executable, "-m", "examples.demo")


@pytest.fixture(scope="module")
def client() -> Iterator[AmendsClient]:
    with running_service() as address, AmendsClient(address) as connected:
        yield connected


@pytest.fixture(scope="module")
def long_delays() -> list[Flight]:
    """What the rule of the Department of Transportation is about: cancelled, or three hours late."""
    three_hours = timedelta(hours=3)
    week = read_week(find_data_set())
    return [flight for flight in week if flight.cancelled or (flight.arrival_delay or timedelta()) >= three_hours]


def test_the_demo_runs_and_shows_every_outcome() -> None:
    """It ends well; before it sums up, a decision of each outcome stands in full; and every flight was decided."""
    run = subprocess.run(DEMO, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stderr) == (0, "")

    in_full, in_sum = run.stdout.split(" In sum ")
    for number in Outcome.values():
        headline = member_words(Outcome, number).capitalize()
        assert bool(re.search(rf"^{headline}\b", in_full, re.MULTILINE)) == (number != 0), headline
    assert "\x1b" not in run.stdout

    by_outcome = in_sum.split("Decisions by outcome")[1].split("Actions by kind")[0]
    header, *rows = by_outcome.strip("\n").splitlines()
    assert header.split() == ["48", "cases", "6,099", "flights", "81", "again"]
    columns = zip(*(row.split()[-3:] for row in rows if row.strip()), strict=True)
    totals = [sum(0 if cell == "·" else int(cell.replace(",", "")) for cell in column) for column in columns]
    assert totals == [48, 6_099, 81]


def test_long_delays_ask_whether_an_alternative_was_accepted(client: AmendsClient, long_delays: list[Flight]) -> None:
    """Cancelled or three hours late, it decides whether a fare is owed; only what would hold that is asked sooner."""
    assert len(long_delays) == 60
    asked = decide_all(client, [request_of(flight) for flight in long_delays], title="long delays").responses
    first_two = {tuple(fact.path for fact in response.decision.needed_facts[:2]) for response in asked}
    assert first_two == {("flags", "facts.alternative_accepted")}
    assert all(asks_whether(response) for response in asked)


def test_who_accepted_no_alternative_is_owed_an_amount_to_be_found(
    client: AmendsClient, long_delays: list[Flight]
) -> None:
    """The entitlement stands, never as zero: it says that the fare must be known. No refund pays the same twice."""
    refused = decide_all(client, [request_of(flight, refused=True) for flight in long_delays], title="refused")
    for response in refused.responses:
        kinds = [kind_of(action) for action in response.decision.actions]
        assert (kinds.count("entitlement"), kinds.count("refund")) == (1, 0)
        owed = response.decision.actions[kinds.index("entitlement")]
        assert not owed.HasField("amount")
        assert list(owed.amount_needs) == ["amount_paid"]
        assert "amount_paid" in {fact.path for fact in response.decision.needed_facts}


def test_a_situation_without_a_decision_fails_the_demo(client: AmendsClient) -> None:
    """One bad item of a batch is named, with what is wrong with it."""
    bad = DecideRequest(situation=situation(case_id="bad", facts={"not_a_fact": 1}), policy="airline")
    with pytest.raises(DemoError, match=r"bad was not decided: (?s:.)*not_a_fact"):
        decide_all(client, [bad], title="bad")


def test_an_unexpected_outcome_fails_the_demo(client: AmendsClient) -> None:
    """Answers in another order are other answers; and an outcome that no case has cannot be shown."""
    cases = list(read_cases(client))
    answers = decide_all(client, [case.request for case in cases], title="cases").responses
    check_outcomes(cases, answers)
    with pytest.raises(DemoError, match="otherwise than their writers expect"):
        check_outcomes(cases, answers[::-1])
    with pytest.raises(DemoError, match="no written case comes out as"):
        list(one_of_each_outcome(cases[:1], answers[:1]))


def test_a_service_that_does_not_start_says_why(tmp_path: Path) -> None:
    """What it logged stands below the error: whoever runs the demo sees no log."""
    with (
        pytest.raises(ServiceError, match="ended before it could be called") as failed,
        running_service(tmp_path / "x"),
    ):
        pass
    assert any("there is no folder" in note for note in failed.value.__notes__)


def test_the_service_is_stopped_when_its_user_fails() -> None:
    """Whatever happens, no process is left behind."""
    served: list[str] = []

    def fail() -> None:
        with running_service() as address, AmendsClient(address) as client:
            served.append(address)
            client.decide(situation(case_id="bad", facts={"not_a_fact": 1}))

    with pytest.raises(InvalidSituation):
        fail()
    assert_nobody_answers(served[0])


@pytest.mark.parametrize(("told", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_service_is_stopped_when_the_demo_is(told: signal.Signals, exit_code: int) -> None:
    """Ctrl-C and a polite kill end the service too."""
    with subprocess.Popen(DEMO, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as demo:
        assert demo.stdout is not None
        found = re.search(r"127\.0\.0\.1:\d+", demo.stdout.readline())
        demo.send_signal(told)
        demo.communicate(timeout=60)
    assert found is not None
    assert demo.returncode == exit_code
    assert_nobody_answers(found[0])


def assert_nobody_answers(address: str) -> None:
    with AmendsClient(address, wait_for_ready=False) as client, pytest.raises(Unavailable):
        client.list_rule_packs()
