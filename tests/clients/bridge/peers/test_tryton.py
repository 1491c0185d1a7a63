"""A real Tryton with sale_complaint beside the service and the bridge: complaints, their actions, credit notes."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from amends_client import AmendsClient, OutcomeKind
from tests.clients.bridge.bridging import WORK, eventually, metric
from tests.clients.bridge.peers.conftest import serving_peer
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import RunningServer, write_pack

PASSWORD = "an invented password"
PACK = """\
pack: shop
version: 1
title: A shop that gives a part back for what arrived broken
currency: USD
main: [fault]
contact_reasons: [arrived_broken]
teams: {support: {label: Support}}
authority:
  - {role: frontline, refund: 5 USD}
  - {role: supervisor, refund: unlimited}
rules:
  - id: part-back
    title: Thirty percent back
    when: {contact_reason: arrived_broken, fault: company}
    then: [{refund: {percent: 30, of: amount_paid}}]
    because: {agent: It arrived broken., customer: It arrived broken.}
"""
MAPPING = """\
delivery:
  case: {path: complaint.id}
  time: {path: complaint.changed}
situation:
  contact_reason: {path: type, values: {Arrived broken: arrived_broken}}
  fault: company
  amount_paid: {path: invoice.total, currency_path: invoice.currency}
  amount_refunded: 0 USD
"""
DECIDED = "17.97"


@dataclass(frozen=True)
class Shop:
    """Tryton as a person uses it, and where the bridge and the service are."""

    person: httpx.Client
    bridge: str
    amends: str

    def ask(self, method: str, *parameters: object) -> Any:  # noqa: ANN401  # JSON
        answer = self.person.post("/shop/rpc/", json={"method": f"model.{method}", "params": [*parameters, {}]})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def complain(self, invoice: int) -> int:
        (party,) = self.ask("party.party.search", [["name", "=", "Customer"]], 0, 1, None)
        about = {"customer": party, "type": 1, "company": 1, "origin": f"account.invoice,{invoice}"}
        (number,) = self.ask("sale.complaint.create", [about])
        return int(number)

    def state(self, complaint: int) -> str:
        (row,) = self.ask("sale.complaint.read", [complaint], ["state"])
        return str(row["state"])

    def actions(self, complaint: int) -> list[dict[str, Any]]:
        fields = ["action", "amount", "currency.code", "result"]
        found: list[dict[str, Any]] = self.ask(
            "sale.complaint.action.search_read", [["complaint", "=", complaint]], 0, 9, None, fields
        )
        return found

    def notes(self, complaint: int) -> list[str]:
        domain = [["resource", "=", f"sale.complaint,{complaint}"]]
        rows = self.ask("ir.note.search_read", domain, 0, 9, [["id", "ASC"]], ["message"])
        return [row["message"] for row in rows]

    def outcomes(self, complaint: int) -> list[Any]:
        with AmendsClient(self.amends) as amends:
            decisions = list(amends.list_decisions(case_id=f"shop-{complaint}"))
            return list(amends.get_decision(decisions[-1].decision_id).outcomes) if decisions else []

    def reported(self, complaint: int, kind: str) -> Any:  # noqa: ANN401  # an outcome, or None
        found = [one for one in self.outcomes(complaint) if OutcomeKind.Name(one.kind) == f"OUTCOME_KIND_{kind}"]
        return found[0] if found else None


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("tryton")
    write_pack(folder / "rules", "shop", PACK)
    with (
        serving_peer(request, "tryton", folder) as tryton,
        recording_server(folder / "rules", sqlite_url(folder)) as service,
    ):
        address = f"http://{tryton.target}"
        config = configured(folder, amends=service.target, tryton=address)
        program = ("-W", "error", "-m", "amends_client.bridge", "serve", "--config", str(config), "--port", "0")
        with (
            RunningServer(program=program, environment={"TRYTON_PASSWORD": PASSWORD}) as bridge,
            httpx.Client(base_url=address, trust_env=False, timeout=60) as person,
        ):
            login = {"method": "common.db.login", "params": ["jo", {"password": PASSWORD}]}
            number, session, _ = person.post("/shop/rpc/", json=login).json()
            person.headers["Authorization"] = f"Session {base64.b64encode(f'jo:{number}:{session}'.encode()).decode()}"
            yield Shop(person, bridge.target, service.target)


def configured(folder: Path, *, amends: str, tryton: str) -> Path:
    (folder / "shop.yaml").write_text(MAPPING, encoding="utf-8")
    vendor = {
        "vendor": "tryton",
        "address": tryton,
        "database": "shop",
        "user": "amends-bridge",
        "password": {"env": "TRYTON_PASSWORD"},
        "timeout": 2,
    }
    settings = {
        "amends": {"target": amends, "deadline": 5},
        "queue": f"sqlite:///{folder / 'bridge.db'}",
        "work": {**WORK, "lease": 60},
        "sources": {"shop": {"mapping": "shop.yaml", "policy": "shop", "desk": vendor}},
    }
    file = folder / "bridge.yaml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return file


def test_a_refund_becomes_an_action_of_its_complaint_and_what_was_credited_comes_back(shop: Shop) -> None:
    """Entered to the cent and waiting for approval; a person approves, and it is executed, once."""
    complaint = shop.complain(invoice=1)
    eventually(lambda: shop.state(complaint) == "waiting" and len(shop.notes(complaint)) == 1)
    (action,) = shop.actions(complaint)
    assert (action["action"], action["amount"]["decimal"], action["currency."]["code"]) == (
        "credit_note",
        DECIDED,
        "USD",
    )
    (note,) = shop.notes(complaint)
    assert f"refund {DECIDED} USD: needs approval, by supervisor or above" in note
    assert f"\nEntered in this complaint: refund {DECIDED} USD, action " in note

    shop.ask("sale.complaint.approve", [complaint])
    eventually(lambda: shop.reported(complaint, "EXECUTED") is not None)

    (action,) = shop.actions(complaint)
    (credit,) = shop.ask("account.invoice.read", [int(action["result"].partition(",")[2])], ["total_amount"])
    executed = shop.reported(complaint, "EXECUTED")
    assert credit["total_amount"]["decimal"] == f"-{DECIDED}"
    assert (executed.amount.units, executed.amount.nanos) == (17, 970_000_000)
    assert (executed.external_reference, executed.actor.actor_id) == (str(credit["id"]), "jo")
    assert [OutcomeKind.Name(one.kind) for one in shop.outcomes(complaint)].count("OUTCOME_KIND_EXECUTED") == 1
    assert len(shop.notes(complaint)) == 1


def test_a_person_who_credits_another_amount_or_rejects_it_has_overridden_it(shop: Shop) -> None:
    """With the reason and what was given instead; nobody writes a report for that."""
    less, rejected = shop.complain(invoice=2), shop.complain(invoice=3)
    eventually(lambda: shop.state(less) == shop.state(rejected) == "waiting")
    shop.ask("sale.complaint.reject", [rejected])
    shop.ask("sale.complaint.draft", [less])
    (action,) = shop.actions(less)
    shop.ask("sale.complaint.action.delete", [action["id"]])
    (line, _) = shop.ask("account.invoice.line.search", [["invoice", "=", 2]], 0, 9, None)
    parts = [{"line": line, "quantity": 1, "unit_price": {"__class__": "Decimal", "decimal": "5.01"}}]
    shop.ask(
        "sale.complaint.action.create",
        [{"complaint": less, "action": "credit_note", "invoice_lines": [["create", parts]]}],
    )
    shop.ask("sale.complaint.wait", [less])
    shop.ask("sale.complaint.approve", [less])
    eventually(lambda: all(shop.reported(one, "OVERRIDDEN") is not None for one in (less, rejected)))

    overridden = shop.reported(less, "OVERRIDDEN")
    assert overridden.reason == f"5.01 USD credited in Tryton in place of {DECIDED} USD"
    assert (overridden.instead.amount.units, overridden.instead.amount.nanos) == (5, 10_000_000)
    assert shop.reported(rejected, "OVERRIDDEN").reason == "rejected in Tryton"
    assert metric(shop.bridge, 'amends_bridge_deliveries{state="dead"}') == 0
