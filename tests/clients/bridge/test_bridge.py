"""The bridge end to end: a real service, a helpdesk over HTTP, the bridge a process; one contract for every vendor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from amends_client import AmendsClient, OutcomeKind
from amends_client.messages import ActionKind
from tests.clients.bridge.bridging import configured, eventually, metric, payload, send, serving
from tests.clients.bridge.desk import Desk, RunningDesk
from tests.service.running import RunningServer

VENDORS = ("generic", "zendesk", "zammad", "hubspot", "salesforce", "django_helpdesk")
TIMED = ("generic", "zendesk", "salesforce")
"""Those that sign the time along."""


@dataclass(frozen=True)
class Running:
    """What a test talks to."""

    bridge: RunningServer
    desk: Desk
    amends: str

    @property
    def address(self) -> str:
        return self.bridge.target

    def idle(self) -> bool:
        """Whether nothing waits in the queue."""
        return metric(self.address, 'amends_bridge_deliveries{state="waiting"}') == 0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, starter_service: str) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("bridge")
    with RunningDesk(folder / "desk.db") as desk:
        config = configured(folder, amends=starter_service, desk=desk.address)
        with serving(config) as bridge:
            yield Running(bridge, desk.desk, starter_service)


@pytest.fixture(params=VENDORS)
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_case_gets_what_the_agent_needs(running: Running, vendor: str) -> None:
    """Actions with their authority and reasons, what to say, tags; by a decision that is recorded."""
    ticket = f"note{vendor}"
    assert send(running.address, payload(ticket), vendor=vendor).is_success
    eventually(lambda: running.desk.counts().get(ticket) == 1)

    (note,) = running.desk.notes(ticket)
    lines = note.splitlines()
    assert lines[0].startswith("Amends: actions recommended (policy starter, rules starter ")
    assert "refund 9.90 USD: you may do it now" in note
    assert "   Say: We delivered late, so you get your shipping fee of 9.90 USD back." in lines
    assert "amends_actions_recommended" in running.desk.tags(ticket)
    with AmendsClient(running.amends) as amends:
        (decision,) = amends.list_decisions(case_id=f"{vendor}-{ticket}")
    assert lines[-1] == f"Amends decision {decision.decision_id}"


def test_a_change_that_matters_is_decided_in_the_place_of_the_decision_before(running: Running, vendor: str) -> None:
    """Only what the mapping reads matters; what is the same again writes nothing."""
    ticket = f"change{vendor}"
    first = payload(ticket)
    send(running.address, first, vendor=vendor)
    eventually(lambda: running.desk.counts().get(ticket) == 1)
    unread = {**payload(ticket, event="e2", changed="2026-11-22T10:01:00Z"), "subject": "another title"}
    send(running.address, unread, vendor=vendor)
    eventually(running.idle)
    assert len(running.desk.notes(ticket)) == 1
    changed = payload(ticket, event="e3", changed="2026-11-22T10:02:00Z", shipping=19.9)
    send(running.address, changed, vendor=vendor)
    eventually(lambda: running.desk.counts().get(ticket) == 2)

    with AmendsClient(running.amends) as amends:
        newest, oldest = amends.list_decisions(case_id=f"{vendor}-{ticket}")
    assert newest.supersedes == oldest.decision_id
    assert "refund 19.90 USD" in running.desk.notes(ticket)[1]
    assert "Changed since the decision before:\n- higher" in running.desk.notes(ticket)[1]


def test_an_older_change_that_comes_late_is_not_handled(running: Running, vendor: str) -> None:
    """Helpdesks promise no order: what is older than what was decided on would take the case back."""
    ticket = f"late{vendor}"
    send(running.address, payload(ticket, event="e2", changed="2026-11-22T10:02:00Z"), vendor=vendor)
    eventually(lambda: running.desk.counts().get(ticket) == 1)
    send(running.address, payload(ticket, event="e1", shipping=5), vendor=vendor)
    eventually(running.idle)

    assert len(running.desk.notes(ticket)) == 1


def test_a_helpdesk_that_is_away_or_breaks_after_the_work_gets_each_note_once(running: Running, vendor: str) -> None:
    """Nothing lost, nothing doubled: a note whose writer was told that it failed is looked for before it is written."""
    ticket = f"away{vendor}"
    running.desk.away, running.desk.lost = 3, 1
    send(running.address, payload(ticket), vendor=vendor)
    eventually(lambda: running.desk.counts().get(ticket) == 1 and running.idle())

    assert (running.desk.away, running.desk.lost) == (0, 0)
    assert len(running.desk.notes(ticket)) == 1
    assert metric(running.address, f'amends_bridge_handled_total{{result="later",source="{vendor}"}}') >= 2


def test_a_zendesk_ticket_that_somebody_changes_meanwhile_keeps_their_change(running: Running) -> None:
    """Tags are written as a whole there: without the check of the ticket's time theirs would be lost."""
    running.desk.overtaken = 2
    send(running.address, payload("overtaken"), vendor="zendesk")
    eventually(lambda: running.desk.counts().get("overtaken") == 1)

    assert {"by_somebody_else", "amends_actions_recommended"} <= running.desk.tags("overtaken")


def test_what_the_bridge_itself_has_changed_is_not_looked_at(running: Running, vendor: str) -> None:
    """A note makes a helpdesk send a webhook: it must not make another note."""
    answer = send(running.address, {**payload(f"own{vendor}"), "actor": "bridge"}, vendor=vendor)

    own = f'amends_bridge_received_total{{result="own",source="{vendor}"}}'
    assert (answer.is_success, metric(running.address, own)) == (True, 1)


def test_what_the_service_refuses_for_good_is_a_dead_letter_that_tells_why(running: Running) -> None:
    """Tried once: the same fails again until somebody mends the mapping or the pack."""
    letters = 'amends_bridge_deliveries{state="dead"}'
    tries, again = (
        f'amends_bridge_handled_total{{result="{result}",source="generic"}}' for result in ("dead", "later")
    )
    before, tried, later = (metric(running.address, line) for line in (letters, tries, again))
    send(running.address, payload("dead", delay=-4), vendor="generic")
    eventually(lambda: metric(running.address, letters) == before + 1)

    assert running.desk.notes("dead") == []
    eventually(lambda: metric(running.address, tries) == tried + 1)
    assert metric(running.address, again) == later


@pytest.mark.parametrize("vendor", TIMED)
def test_a_webhook_that_cannot_be_trusted_or_read_is_refused_told_why_and_counted(
    running: Running, vendor: str
) -> None:
    """4xx with a reason; nothing is queued."""
    body = payload(f"refused{vendor}")
    before = metric(running.address, "amends_bridge_refused_total")
    answers = [
        send(running.address, body, vendor=vendor, secret="another"),
        send(running.address, body, vendor=vendor, at="2020-01-01T00:00:00Z"),
        send(running.address, body, vendor=vendor, at="2999-01-01T00:00:00Z"),
        send(running.address, b"x" * 20_001, vendor=vendor),
        send(running.address, b"{", vendor=vendor),
        send(running.address, {"ticket": {}}, vendor=vendor),
        httpx.post(f"http://{running.address}/webhooks/{vendor}", json=body, timeout=60, trust_env=False),
        httpx.post(f"http://{running.address}/webhooks/nobody", json=body, timeout=60, trust_env=False),
    ]

    assert [(answer.status_code, answer.json()["reason"]) for answer in answers] == [
        (401, "bad_signature"),
        (403, "bad_time"),
        (403, "bad_time"),
        (413, "too_large"),
        (400, "not_json"),
        (422, "lacking"),
        (401, "bad_signature"),
        (404, "unknown_source"),
    ]
    assert answers[5].json()["message"] == "it lacks ticket.id"
    assert metric(running.address, "amends_bridge_refused_total") == before + len(answers)


@pytest.mark.parametrize("vendor", TIMED)
def test_the_very_same_delivery_is_refused_and_the_same_event_signed_anew_is_taken_once(
    running: Running, vendor: str
) -> None:
    """A recording is told from a helpdesk's second try; neither writes a second note."""
    ticket = f"again{vendor}"
    body = payload(ticket)
    at = datetime.now(UTC).isoformat()
    first = send(running.address, body, vendor=vendor, at=at)
    recording = send(running.address, body, vendor=vendor, at=at)
    anew = send(running.address, body, vendor=vendor)
    eventually(lambda: running.desk.counts().get(ticket) == 1 and running.idle())

    assert (first.status_code, first.json()) == (202, {"result": "new"})
    assert (recording.status_code, recording.json()["reason"]) == (409, "replayed")
    assert (anew.status_code, anew.json()) == (202, {"result": "known"})
    assert len(running.desk.notes(ticket)) == 1


def test_who_signs_no_time_is_known_by_the_signature_and_the_same_body_is_one_event(running: Running) -> None:
    """Zammad tries again up to four times, with the same bytes."""
    body = payload("untimed")
    del body["event"]
    wrong = send(running.address, body, vendor="zammad", secret="another")
    first = send(running.address, body, vendor="zammad")
    again = send(running.address, body, vendor="zammad")
    eventually(lambda: running.desk.counts().get("untimed") == 1 and running.idle())

    assert (wrong.status_code, wrong.json()["reason"]) == (401, "bad_signature")
    assert (first.json(), again.json()) == ({"result": "new"}, {"result": "known"})
    assert len(running.desk.notes("untimed")) == 1


def test_what_was_done_in_the_helpdesk_reaches_the_log_once_and_the_next_decision(
    running: Running, vendor: str
) -> None:
    """Executed and overridden, by the kind of the action; what was paid is not paid again."""
    ticket = f"report{vendor}"
    paid = {"case": ticket, "action": "refund", "kind": "executed", "amount": "4.00 USD", "external_reference": "p-1"}
    said = {
        "case": ticket,
        "action": "apology",
        "kind": "overridden",
        "reason": "she asked for no apology",
        "instead": "goodwill",
        "amount": "2 USD",
        "actor": "jo",
        "event": "macro-1",
    }
    send(running.address, payload(ticket), vendor=vendor)
    for report in (paid, paid, said):
        assert send(running.address, report, vendor=vendor, to="/outcomes").is_success
    eventually(lambda: running.desk.counts().get(ticket) == 1 and running.idle())
    changed = payload(ticket, event="e2", changed="2026-11-22T10:02:00Z", paid=60)
    send(running.address, changed, vendor=vendor)
    eventually(lambda: running.desk.counts().get(ticket) == 2)

    with AmendsClient(running.amends) as amends:
        *_, first = amends.list_decisions(case_id=f"{vendor}-{ticket}")
        outcomes = amends.get_decision(first.decision_id).outcomes
    assert [(OutcomeKind.Name(one.kind), one.actor.actor_id, one.reason) for one in outcomes] == [
        ("OUTCOME_KIND_EXECUTED", "", ""),
        ("OUTCOME_KIND_OVERRIDDEN", "jo", "she asked for no apology"),
    ]
    given = outcomes[1].instead
    assert (ActionKind.Name(given.kind), given.amount.units) == ("ACTION_KIND_GOODWILL", 2)
    assert "refund 5.90 USD" in running.desk.notes(ticket)[1]


def test_a_report_that_cannot_be_is_refused_with_everything_that_is_wrong(running: Running) -> None:
    """Who builds the trigger sees at once what it lacks."""
    wrong = {"case": "r", "kind": "overridden", "amount": "4", "instead": "goodwil", "colour": "red"}

    answer = send(running.address, wrong, vendor="generic", to="/outcomes")

    assert (answer.status_code, answer.json()["reason"]) == (422, "lacking")
    for told in (
        "'colour' is not of a report",
        "it lacks action",
        "an override needs its reason",
        "9.90 USD",
        "instead is none of",
        "what was given needs an event or an external_reference",
    ):
        assert told in answer.json()["message"]


def test_a_report_of_an_action_that_the_decision_does_not_have_is_a_dead_letter(running: Running) -> None:
    """With what the decision has, so that somebody can mend and replay it."""
    send(running.address, payload("noaction"), vendor="generic")
    before = metric(running.address, 'amends_bridge_deliveries{state="dead"}')
    report = {"case": "noaction", "action": "remedy", "kind": "offered"}
    send(running.address, report, vendor="generic", to="/outcomes")
    eventually(lambda: metric(running.address, 'amends_bridge_deliveries{state="dead"}') == before + 1)


def observed(ago: timedelta) -> str:
    return (datetime.now(UTC) - ago).isoformat()


def test_what_needs_approval_is_asked_for_once_and_the_log_knows_that_it_was(running: Running) -> None:
    """One request for all of it; what may not be said and what to ask stand beside it."""
    body = payload("approval", observed=observed(timedelta(hours=1)))
    del body["order"]["delay"]
    send(running.address, body, vendor="promises")
    eventually(lambda: running.desk.counts().get("approval", 0) >= 1)

    first = running.desk.notes("approval")[0]
    assert "refund 59.90 USD: needs approval, by supervisor or above" in first
    assert "Approval needed, for all of it at once:\n- refund 59.90 USD, by supervisor or above\n" in first
    assert "Never say:\n- a time. Say instead: what happens next\n" in first
    assert "Ask next:\n- How many days late was it?\n" in first
    assert {"amends_approval", "amends_ask"} <= running.desk.tags("approval")
    with AmendsClient(running.amends) as amends:
        (decision,) = amends.list_decisions(case_id="promises-approval")

        def asked() -> list[str]:
            recorded = amends.get_decision(decision.decision_id)
            return [OutcomeKind.Name(outcome.kind) for outcome in recorded.outcomes]

        eventually(lambda: bool(asked()))
        assert asked() == ["OUTCOME_KIND_APPROVAL_REQUESTED"]


def test_a_promise_is_reminded_of_before_its_time_and_told_when_it_was_missed_each_once(running: Running) -> None:
    """The case itself says it, where people look; however often the bridge looks, it says it once."""
    soon, late = observed(timedelta(hours=1)), observed(timedelta(days=3))
    send(running.address, payload("soon", observed=soon), vendor="promises")
    eventually(lambda: running.desk.counts().get("soon") == 2)
    send(running.address, payload("missed", observed=late), vendor="promises")
    eventually(lambda: running.desk.counts().get("missed") == 2)
    send(running.address, payload("another", observed=late), vendor="promises")
    eventually(lambda: running.desk.counts().get("another") == 2 and running.idle())

    assert running.desk.notes("soon")[1].startswith("Due soon: verify, ")
    assert running.desk.notes("missed")[1].startswith("Missed: verify was due ")
    assert "amends_overdue" in running.desk.tags("missed")
    assert "amends_overdue" not in running.desk.tags("soon")
    assert {ticket: running.desk.counts()[ticket] for ticket in ("soon", "missed")} == {"soon": 2, "missed": 2}
