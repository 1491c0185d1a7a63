"""What the bridge believes and remembers of a case, whatever goes wrong and whoever else decides; by a real service."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amends_client import AmendsClient, OutcomeKind
from amends_client.bridge.arrivals import change_of, report_of
from amends_client.bridge.handle import Handler, Source
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.mapping.take import take
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.note import note_of
from amends_client.bridge.ports import DUE, AwayError, DeniedError
from amends_client.bridge.queue.model import Arrival, DeliveryKind, State
from amends_client.bridge.queue.queue import Queue
from amends_client.bridge.watch import Watch
from amends_client.bridge.work import Patience, Workers
from tests.clients.bridge.bridging import MAPPING, eventually, payload
from tests.fakes.helpdesk import FakeHelpdesk

DAY = 86_400 * 1_000_000_000
PATIENCE = Patience(pause=0.01, attempts=6, idle=0.01)


class Later:
    """The service's own time, and so many days."""

    days = 0

    def now(self) -> int:
        return time.time_ns() + self.days * DAY


class Bridge:
    """A bridge without its door: two sources of one helpdesk, by the starter pack and by one that promises."""

    def __init__(self, queue: Queue, amends: AmendsClient, clock: Later) -> None:
        self.clock = clock
        self.queue = queue
        self.amends = amends
        self.desk = FakeHelpdesk()
        self.mapping = read_mapping(MAPPING, file="mapping.yaml")
        self._sources = {name: self.source(name) for name in ("starter", "promises")}
        self._handler = Handler(amends, queue, self._sources, Metrics())
        self.watch = Watch(amends, queue, lead=timedelta(days=2), now=clock.now)

    def source(self, name: str, *, policy: str = "") -> Source:
        return Source(name, self.desk, self.mapping, policy or name)

    def changed(self, content: dict[str, Any], *, by: str = "starter", policy: str = "") -> None:
        self._sources[by] = self.source(by, policy=policy)
        arrival = change_of(self._sources[by], content, json.dumps(content).encode())
        assert arrival is not None
        self.queue.put(arrival)
        self.work()

    def reported(self, **said: str) -> None:
        content = {"action": "refund", "kind": "executed", "event": "paid", **said}
        self.queue.put(report_of(self._sources["starter"], content, json.dumps(content).encode()))
        self.work()

    def work(self) -> None:
        """Until nothing waits."""
        workers = Workers(self.queue, self._handler, Metrics(), patience=PATIENCE, count=1)
        workers.start()
        eventually(lambda: self.queue.counts()[State.WAITING] == 0)
        workers.stop()

    def decided(self, case_id: str) -> list[tuple[str, str]]:
        """The case's decisions with what they took the place of, the oldest first."""
        found = [(one.decision_id, one.supersedes) for one in self.amends.list_decisions(case_id=case_id)]
        return found[::-1]

    def paid(self, decision_id: str) -> list[tuple[str, int, int]]:
        outcomes = self.amends.get_decision(decision_id).outcomes
        return [(OutcomeKind.Name(one.kind), one.amount.units, one.amount.nanos) for one in outcomes]


@pytest.fixture
def bridge(tmp_path: Path, starter_service: str) -> Iterator[Bridge]:
    clock = Later()
    with Queue(f"sqlite:///{tmp_path / 'bridge.db'}", clock.now) as queue, AmendsClient(starter_service) as amends:
        yield Bridge(queue, amends, clock)


def in_sidebar(bridge: Bridge, ticket: str, *, shipping: float) -> str:
    """Somebody else decides the case in the place of what the bridge has decided."""
    case_id = f"starter-{ticket}"
    situation = take(payload(ticket, shipping=shipping), bridge.mapping, case_id=case_id).situation
    ((before, _),) = bridge.decided(case_id)
    return bridge.amends.decide(situation, policy="starter", supersedes=before).decision_id


def test_a_report_is_of_the_newest_decision_whoever_made_it(bridge: Bridge) -> None:
    """What an agent has decided in the sidebar is what is paid."""
    bridge.changed(payload("h1"))
    newest = in_sidebar(bridge, "h1", shipping=19.9)
    bridge.reported(case="h1")

    assert bridge.paid(newest) == [("OUTCOME_KIND_EXECUTED", 19, 900_000_000)]


def test_a_report_may_say_which_decision_it_is_of(bridge: Bridge) -> None:
    """Who paid by an older note says its last line; one of another case is refused, and so is none at all."""
    bridge.changed(payload("h2"))
    ((first, _),) = bridge.decided("starter-h2")
    in_sidebar(bridge, "h2", shipping=4)
    bridge.reported(case="h2", decision=first)
    bridge.changed(payload("h3"))
    bridge.reported(case="h3", decision=first, event="other")
    bridge.reported(case="h3", decision="d-0", event="none")

    assert bridge.paid(first) == [("OUTCOME_KIND_EXECUTED", 9, 900_000_000)]
    assert [one.why for one in bridge.queue.letters()] == [
        f"the decision {first!r} is of another case",
        "there is no decision 'd-0'",
    ]


@pytest.mark.parametrize(
    "how", [lambda: DeniedError("no such note"), lambda: AwayError("away")], ids=["denied", "away"]
)
def test_what_was_decided_is_remembered_although_its_note_was_given_up(
    bridge: Bridge, how: Callable[[], Exception], request: pytest.FixtureRequest
) -> None:
    """The next change takes its place and is decided, also where it sets back what had changed."""
    ticket = f"h4{request.node.callspec.id}"
    bridge.changed(payload(ticket))
    bridge.desk.raises = [how() for _ in range(PATIENCE.attempts)]
    bridge.changed(payload(ticket, event="e2", changed="2026-11-22T10:01:00Z", shipping=19.9))
    bridge.desk.raises = []
    bridge.changed(payload(ticket, event="e3", changed="2026-11-22T10:02:00Z"))

    decided = bridge.decided(f"starter-{ticket}")
    assert [before for _, before in decided] == ["", decided[0][0], decided[1][0]]
    assert [note.rpartition(" ")[2] for note in bridge.desk.notes[ticket]] == [decided[0][0], decided[2][0]]


def test_a_dead_letter_is_replayed_by_another_policy(bridge: Bridge) -> None:
    """Which is what its operator has mended."""
    bridge.desk.raises = [DeniedError("no")]
    bridge.changed(payload("h5"))
    (letter,) = bridge.queue.letters()
    bridge.queue.replay(letter.number)
    bridge.changed(payload("other"), policy="promises")

    assert bridge.queue.letters() == []
    assert len(bridge.desk.notes["h5"]) == 1


def test_a_reminder_that_comes_too_late_leaves_it_to_the_one_that_says_it_was_missed(bridge: Bridge) -> None:
    """One note each, however long the helpdesk was away."""
    bridge.changed(payload("h6", observed=(datetime.now(UTC) - timedelta(days=2)).isoformat()), by="promises")
    (promised,) = bridge.amends.list_obligations(case_id="promises-h6")
    due = promised.obligation.due_time.ToNanoseconds()
    body = json.dumps({"obligation_id": promised.obligation_id, "due": due}).encode()
    # As a look before its time has queued it.
    before = f"{DUE}{promised.obligation_id}/{due}"
    bridge.queue.put(Arrival("promises", "h6", before, body, kind=DeliveryKind.REMINDER))
    assert bridge.watch() == 1
    bridge.work()

    assert [note.partition(":")[0] for note in bridge.desk.notes["h6"][1:]] == ["Missed"]


def test_a_missed_promise_is_told_once_however_long_it_stays_missed(bridge: Bridge) -> None:
    """Its row outlasts what else is forgotten."""
    bridge.changed(payload("h7", observed=(datetime.now(UTC) - timedelta(days=3)).isoformat()), by="promises")
    for _ in range(3):
        bridge.watch()
        bridge.work()
        bridge.clock.days += 8
        bridge.queue.forget(received_before=bridge.clock.now() - 7 * DAY)

    assert [note.partition(":")[0] for note in bridge.desk.notes["h7"][1:]] == ["Missed"]


def test_a_new_decision_takes_away_what_was_overdue(bridge: Bridge) -> None:
    """It was a promise of the decision before; what is missed of the new one is told anew."""
    situation = take(payload("anew"), bridge.mapping, case_id="promises-anew").situation
    said = note_of(bridge.amends.decide(situation, policy="promises")).said

    assert "amends_overdue" in said.tags_gone
