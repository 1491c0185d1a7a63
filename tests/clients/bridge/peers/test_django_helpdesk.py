"""A real django-helpdesk beside the service and the bridge: its own webhooks, its own API, its own tickets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from amends_client import AmendsClient, OutcomeKind
from amends_client.bridge.ports import AwayError
from amends_client.bridge.vendors.django_helpdesk import DjangoHelpdesk, DjangoHelpdeskSettings
from tests.clients.bridge.bridging import SECRET, eventually, metric
from tests.clients.bridge.peers.conftest import serving_bridge, serving_peer

MAPPING = """\
delivery:
  case: {path: ticket.id}
situation:
  contact_reason: {path: ticket.custom_reason, values: {late: late_delivery}}
  fault: company
  amount_paid: {path: ticket.custom_paid, currency: USD}
  amount_refunded: 0 USD
  shipping_fee: {path: ticket.custom_shipping, currency: USD}
  facts: {delay_days: {path: ticket.custom_days_late, type: integer}}
"""


DESK = {
    "vendor": "django_helpdesk",
    "user": "amends-bridge",
    "password": {"env": "DESK_PASSWORD"},
    "secret": {"env": "DESK_SECRET"},
    "tags_field": "amends",
}


@dataclass(frozen=True)
class Helpdesk:
    """The helpdesk as an agent uses it, and where the bridge and the service are."""

    agent: httpx.Client
    bridge: str
    amends: str

    def open_ticket(self, **fields: object) -> int:
        ticket = {"queue": 1, "title": "Where is it?", "description": "It came late.", "priority": 3, **fields}
        answer = self.agent.post("/api/tickets/", json=ticket)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def ticket(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.agent.get(f"/api/tickets/{number}/").json()
        return found

    def notes(self, number: int) -> list[dict[str, Any]]:
        return [one for one in self.ticket(number)["followup_set"] if one["title"] == "Amends"]

    def say(self, number: int, comment: str) -> None:
        body = {"ticket": number, "title": "Comment", "comment": comment, "public": False}
        assert self.agent.post("/api/followups/", json=body).status_code == 201

    def idle(self) -> bool:
        return metric(self.bridge, 'amends_bridge_deliveries{state="waiting"}') == 0


@pytest.fixture(scope="module")
def helpdesk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, starter_service: str
) -> Iterator[Helpdesk]:
    folder = tmp_path_factory.mktemp("helpdesk")
    with serving_peer(request, "helpdesk", folder) as running:
        address = f"http://{running.target}"
        bridging = serving_bridge(
            folder,
            amends=starter_service,
            name="helpdesk",
            source={"mapping": MAPPING, "policy": "starter", "desk": {**DESK, "address": address}},
            DESK_SECRET=SECRET,
            DESK_PASSWORD="an invented password",
        )
        with bridging as bridge:
            hook = f"http://django:{SECRET.replace(' ', '%20')}@{bridge.target}/webhooks/helpdesk"
            (folder / "helpdesk" / "webhooks").write_text(f"{hook}\n{hook}/outcomes\n", encoding="utf-8")
            login = ("jo", "an invented password")
            with httpx.Client(base_url=address, auth=login, trust_env=False, timeout=30) as agent:
                yield Helpdesk(agent, bridge.target, starter_service)


LATE = {"custom_reason": "late", "custom_paid": "59.90", "custom_shipping": "9.90", "custom_days_late": 4}


def test_a_ticket_created_in_it_gets_the_note_and_its_tags(helpdesk: Helpdesk) -> None:
    """One private follow-up by the bridge's user; its own follow-up comes back as a webhook and makes no other."""
    ticket = helpdesk.open_ticket(**LATE)
    eventually(lambda: len(helpdesk.notes(ticket)) == 1 and helpdesk.idle())

    (note,) = helpdesk.notes(ticket)
    assert note["public"] is False
    assert "refund 9.90 USD: you may do it now" in note["comment"]
    assert helpdesk.ticket(ticket)["custom_amends"] == "amends_actions_recommended"
    with AmendsClient(helpdesk.amends) as amends:
        (decision,) = amends.list_decisions(case_id=f"helpdesk-{ticket}")
    assert note["comment"].endswith(f"Amends decision {decision.decision_id}")


def test_what_an_agent_writes_into_a_follow_up_reaches_the_log_and_a_change_the_next_decision(
    helpdesk: Helpdesk,
) -> None:
    """Overridden with its reason, executed with its amount; any other follow-up says nothing of what was done."""
    ticket = helpdesk.open_ticket(**LATE)
    eventually(lambda: len(helpdesk.notes(ticket)) == 1)
    helpdesk.say(ticket, "amends: overridden apology because she asked for none\nShe was quite clear about it.")
    helpdesk.say(ticket, "amends: executed refund 4.00 USD")
    answer = helpdesk.agent.patch(f"/api/tickets/{ticket}/", json={"custom_paid": "61.00"})
    assert answer.status_code == 200
    helpdesk.say(ticket, "She has paid for another parcel.")
    eventually(lambda: len(helpdesk.notes(ticket)) == 2 and helpdesk.idle())

    with AmendsClient(helpdesk.amends) as amends:
        newest, first = amends.list_decisions(case_id=f"helpdesk-{ticket}")
        outcomes = amends.get_decision(first.decision_id).outcomes
    assert newest.supersedes == first.decision_id
    assert [(OutcomeKind.Name(one.kind), one.reason) for one in outcomes] == [
        ("OUTCOME_KIND_OVERRIDDEN", "she asked for none"),
        ("OUTCOME_KIND_EXECUTED", ""),
    ]
    assert "refund 5.90 USD" in helpdesk.notes(ticket)[1]["comment"]
    assert metric(helpdesk.bridge, 'amends_bridge_deliveries{state="dead"}') == 0
    assert metric(helpdesk.bridge, "amends_bridge_refused_total") == 0


def test_a_password_that_was_replaced_loses_nothing(helpdesk: Helpdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The helpdesk calls a wrong password forbidden: it is tried again until somebody gives the bridge the new one."""
    monkeypatch.setenv("DESK_PASSWORD", "the one before")
    monkeypatch.setenv("DESK_SECRET", SECRET)
    settings = DjangoHelpdeskSettings.model_validate({**DESK, "address": str(helpdesk.agent.base_url).rstrip("/")})
    adapter = DjangoHelpdesk(settings)
    with pytest.raises(AwayError, match="403"):
        adapter.has(str(helpdesk.open_ticket()), "Amends decision d1")
    adapter.close()


def test_a_webhook_without_the_password_is_refused(helpdesk: Helpdesk) -> None:
    """It is all that tells the helpdesk from anybody else."""
    url = f"http://{helpdesk.bridge}/webhooks/helpdesk"
    answers = [
        httpx.post(url, json={"ticket": {"id": 1}}, auth=auth, timeout=60, trust_env=False)
        for auth in (None, ("django", "another"), ("django", ""))
    ]

    assert [(answer.status_code, answer.json()["reason"]) for answer in answers] == [(401, "bad_signature")] * 3
