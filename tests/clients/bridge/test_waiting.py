"""A workflow that waits at the door and recommendations that are answered, end to end: HubSpot and Salesforce."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from amends_client import AmendsClient, OutcomeKind
from tests.clients.bridge.bridging import SECRET, configured, eventually, metric, payload, send, serving
from tests.clients.bridge.desk import Desk, RunningDesk
from tests.clients.bridge.hubspot_desk import executed, old_signature_headers

BLOCK = {"outputFields": {"hs_execution_state": "BLOCK", "hs_expiration_duration": "PT1H"}}
SUCCESS = {"outputFields": {"hs_execution_state": "SUCCESS"}}


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with RunningDesk(tmp_path_factory.mktemp("desk") / "desk.db") as running:
        yield running


@pytest.fixture
def desk(hosted: RunningDesk) -> Desk:
    return hosted.desk


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, hosted: RunningDesk, starter_service: str) -> Iterator[str]:
    """Where the bridge listens."""
    folder: Path = tmp_path_factory.mktemp("bridge")
    with serving(configured(folder, amends=starter_service, desk=hosted.address)) as bridge:
        yield bridge.target


def idle(address: str) -> bool:
    return metric(address, 'amends_bridge_deliveries{state="waiting"}') == 0


def call_of(content: dict[str, object]) -> str:
    return str(executed(content)["callbackId"])


def told(desk: Desk, content: dict[str, object]) -> bool:
    return call_of(content) in desk.completed


def test_a_workflow_waits_and_goes_on_with_what_was_decided(address: str, desk: Desk, starter_service: str) -> None:
    """The answer at the door is to wait; the outputs are those of the recorded decision, by which a flow can branch."""
    content = payload("wait1")
    heard = send(address, content, vendor="hubspot")
    eventually(lambda: call_of(content) in desk.completed)

    with AmendsClient(starter_service) as amends:
        (decision,) = amends.list_decisions(case_id="hubspot-wait1")
    outputs = desk.completed[call_of(content)]
    assert (heard.status_code, heard.json()) == (200, BLOCK)
    assert "refund 9.90 USD: you may do it now" in outputs.pop("actions")
    assert outputs == {
        "hs_execution_state": "SUCCESS",
        "decision_id": decision.decision_id,
        "outcome": "actions_recommended",
        "ask_next": "",
        "may_do_now": "true",
        "approval_needed": "false",
        "on_hold": "false",
    }
    assert len(desk.notes("wait1")) == 1


def test_a_workflow_goes_on_too_when_nothing_has_changed(address: str, desk: Desk) -> None:
    """With the case's last decision, and without a second note."""
    again = payload("wait2", event="e2", changed="2026-11-22T10:01:00Z")
    send(address, payload("wait2"), vendor="hubspot")
    send(address, again, vendor="hubspot")
    eventually(lambda: call_of(again) in desk.completed)

    assert desk.completed[call_of(again)] == desk.completed[call_of(payload("wait2"))]
    assert len(desk.notes("wait2")) == 1


def test_a_call_that_is_sent_again_waits_again_and_one_that_hubspot_does_not_know_yet_is_told_later(
    address: str, desk: Desk
) -> None:
    """Whoever has not heard the first answer hears it now; one note, one completion."""
    content = payload("wait3")
    desk.deaf = 2
    first = send(address, content, vendor="hubspot")
    again = send(address, content, vendor="hubspot")
    eventually(lambda: call_of(content) in desk.completed and idle(address))

    assert (first.json(), again.json()) == (BLOCK, BLOCK)
    assert len(desk.notes("wait3")) == 1


def test_a_case_that_cannot_be_decided_holds_no_workflow(address: str, desk: Desk) -> None:
    """What the service refuses is a dead letter; the workflow goes on, and knows that there is no decision."""
    content = payload("wait4", delay=-4)
    send(address, content, vendor="hubspot")
    eventually(lambda: call_of(content) in desk.completed)

    assert desk.completed[call_of(content)] == {"hs_execution_state": "FAIL_CONTINUE"}


def test_a_workflow_does_not_go_on_with_a_decision_from_before_what_could_not_be_decided(
    address: str, desk: Desk
) -> None:
    """It could pay by facts that no longer hold; once a later change is decided, there is a decision again."""
    refused = payload("wait7", event="e2", delay=-4, changed="2026-11-22T10:01:00Z")
    mended = payload("wait7", event="e3", delay=5, changed="2026-11-22T10:02:00Z")
    calls = (payload("wait7"), refused, {**refused, "callbackId": "again"}, mended)
    for content in calls:
        send(address, content, vendor="hubspot")
        eventually(partial(told, desk, content))

    states = [desk.completed[call_of(content)]["hs_execution_state"] for content in calls]
    assert states == ["SUCCESS", "FAIL_CONTINUE", "FAIL_CONTINUE", "SUCCESS"]


def test_a_recorded_call_that_is_sent_again_and_again_does_not_fill_the_line(address: str, desk: Desk) -> None:
    """Version 2 signs no time: whoever has recorded a call can send it for ever."""
    content = payload("wait8")
    before = metric(address, "amends_bridge_deliveries{")
    for _ in range(20):
        send(address, content, vendor="hubspot")
    eventually(partial(told, desk, content))

    # The change, and an answer in every ten seconds that this takes.
    assert metric(address, "amends_bridge_deliveries{") - before <= 5


def test_a_call_signed_as_actions_sign_is_accepted_and_one_that_names_no_call_is_not(address: str, desk: Desk) -> None:
    """Version 2, over the address that HubSpot calls; what cannot be told to go on is refused."""
    content = payload("wait5")

    def post(sent: object) -> httpx.Response:
        body = json.dumps(sent).encode()
        headers = old_signature_headers("https://bridge.example/webhooks/hubspot", body, secret=SECRET)
        return httpx.post(
            f"http://{address}/webhooks/hubspot", content=body, headers=headers, timeout=60, trust_env=False
        )

    refused, accepted = post(content), post(executed(content))
    eventually(lambda: call_of(content) in desk.completed)

    assert (refused.status_code, refused.json()) == (422, {"reason": "lacking", "message": "it lacks callbackId"})
    assert (accepted.status_code, accepted.json()) == (200, BLOCK)


def test_an_action_that_reports_is_answered_at_once(address: str) -> None:
    """Nobody has to wait for the log."""
    send(address, payload("wait6"), vendor="hubspot")
    report = {"case": "wait6", "action": "refund", "kind": "executed", "event": "paid"}

    heard = send(address, report, vendor="hubspot", to="/outcomes")

    assert (heard.status_code, heard.json()) == (200, SUCCESS)


def test_a_recommendation_that_is_rejected_reaches_the_log_as_an_override(
    address: str, desk: Desk, starter_service: str
) -> None:
    """The recommendation carries the action's id, and its reaction brings it back."""
    send(address, payload("500nba"), vendor="salesforce")
    eventually(lambda: desk.counts().get("500nba") == 1)
    (offer,) = (
        one for one in desk.records.values() if one.get("AmendsCase__c") == "500nba" and "refund" in one["Name"]
    )
    reaction = {
        "contextRecordId": "500nba",
        "externalId": offer["ExternalId"],
        "onBehalfOfId": "005xx",
        "reactionType": "Rejected",
    }
    assert send(address, reaction, vendor="salesforce", to="/outcomes").is_success

    with AmendsClient(starter_service) as amends:
        (decision,) = amends.list_decisions(case_id="salesforce-500nba")
        eventually(lambda: bool(amends.get_decision(decision.decision_id).outcomes))
        (outcome,) = amends.get_decision(decision.decision_id).outcomes
    assert (OutcomeKind.Name(outcome.kind), outcome.action_id) == ("OUTCOME_KIND_OVERRIDDEN", offer["ExternalId"])
    assert (outcome.reason, outcome.actor.actor_id) == ("rejected in Next Best Action", "005xx")
    assert desk.records["500nba"]["AmendsDecision__c"] == offer["AmendsDecision__c"]


def test_a_promise_moves_its_milestone(address: str, desk: Desk) -> None:
    """Its due time stands in the case's field from which Salesforce reckons the milestone."""
    observed = (datetime.now(UTC) - timedelta(hours=1)).replace(microsecond=0)
    body = payload("500due", observed=observed.isoformat())
    send(address, body, vendor="salesforce-promises")
    eventually(lambda: desk.counts().get("500due", 0) >= 1)

    due = datetime.fromisoformat(desk.records["500due"]["AmendsVerifyDue__c"])
    assert due == observed + timedelta(days=1)
