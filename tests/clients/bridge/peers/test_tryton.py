"""A real Tryton with sale_complaint beside the service and the bridge: complaints, their actions, credit notes."""

import base64
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from amends_client import AmendsClient, OutcomeKind
from amends_client.bridge.ports import DeniedError, Offer, Said
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.tryton import Tryton, TrytonSettings
from tests.clients.bridge.bridging import eventually, metric
from tests.clients.bridge.peers.conftest import serving_bridge, serving_peer
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import write_pack

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
DESK = {
    "vendor": "tryton",
    "database": "shop",
    "user": "amends-bridge",
    "password": {"env": "TRYTON_PASSWORD"},
    "timeout": 2,
}
DECIDED = "17.97"


class Person:
    """Somebody who works in Tryton."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, trust_env=False, timeout=60)
        self.log_in()

    def log_in(self) -> None:
        login = {"method": "common.db.login", "params": ["jo", {"password": PASSWORD}]}
        number, session, _ = self.http.post("/shop/rpc/", json=login, headers={"Authorization": ""}).json()
        token = base64.b64encode(f"jo:{number}:{session}".encode()).decode()
        self.http.headers["Authorization"] = f"Session {token}"

    def ask(self, method: str, *parameters: object) -> Any:  # noqa: ANN401  # JSON
        answer = self.http.post("/shop/rpc/", json={"method": f"model.{method}", "params": [*parameters, {}]})
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


@dataclass(frozen=True)
class Shop:
    """A person in Tryton, and where the bridge and the service are."""

    person: Person
    bridge: str
    amends: str

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
        bridging = serving_bridge(
            folder,
            amends=service.target,
            name="shop",
            source={"mapping": MAPPING, "policy": "shop", "desk": {**DESK, "address": address}},
            TRYTON_PASSWORD=PASSWORD,
        )
        with bridging as bridge:
            person = Person(address)
            with closing(person.http):
                yield Shop(person, bridge.target, service.target)


@dataclass(frozen=True)
class Alone:
    """A person in Tryton and the adapter, without a bridge that decides."""

    person: Person
    tryton: Tryton
    database: Path


@pytest.fixture(scope="module")
def alone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    folder = tmp_path_factory.mktemp("alone")
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    with serving_peer(request, "tryton", folder) as running:
        address = f"http://{running.target}"
        secret = Secret(file=folder / "password")
        settings = TrytonSettings(
            vendor="tryton", address=address, database="shop", user="amends-bridge", password=secret, submit=False
        )
        person, tryton = Person(address), Tryton(settings, time.time_ns)
        with closing(person.http), closing(tryton):
            yield Alone(person, tryton, folder / "tryton" / "shop.sqlite")


def test_a_refund_becomes_an_action_of_its_complaint_and_what_was_credited_comes_back(shop: Shop) -> None:
    """Entered to the cent and waiting for approval; a person approves, and it is executed, once."""
    complaint = shop.person.complain(invoice=1)
    eventually(lambda: shop.person.state(complaint) == "waiting" and len(shop.person.notes(complaint)) == 1)
    (action,) = shop.person.actions(complaint)
    assert (action["action"], action["amount"]["decimal"], action["currency."]["code"]) == (
        "credit_note",
        DECIDED,
        "USD",
    )
    (note,) = shop.person.notes(complaint)
    assert f"refund {DECIDED} USD: needs approval, by supervisor or above" in note
    assert f"\nEntered in this complaint: refund {DECIDED} USD, action " in note

    shop.person.ask("sale.complaint.approve", [complaint])
    eventually(lambda: shop.reported(complaint, "EXECUTED") is not None)

    (action,) = shop.person.actions(complaint)
    (credit,) = shop.person.ask("account.invoice.read", [int(action["result"].partition(",")[2])], ["total_amount"])
    executed = shop.reported(complaint, "EXECUTED")
    assert credit["total_amount"]["decimal"] == f"-{DECIDED}"
    assert (executed.amount.units, executed.amount.nanos) == (17, 970_000_000)
    assert (executed.external_reference, executed.actor.actor_id) == (str(credit["id"]), "jo")
    assert [OutcomeKind.Name(one.kind).removeprefix("OUTCOME_KIND_") for one in shop.outcomes(complaint)] == [
        "APPROVAL_REQUESTED",
        "APPROVED",
        "EXECUTED",
    ]
    assert len(shop.person.notes(complaint)) == 1


def test_a_person_who_credits_another_amount_or_rejects_it_has_overridden_it(shop: Shop) -> None:
    """With the reason and what was given instead; nobody writes a report for that."""
    less, rejected = shop.person.complain(invoice=2), shop.person.complain(invoice=3)
    eventually(lambda: shop.person.state(less) == shop.person.state(rejected) == "waiting")
    shop.person.ask("sale.complaint.reject", [rejected])
    shop.person.ask("sale.complaint.draft", [less])
    (action,) = shop.person.actions(less)
    shop.person.ask("sale.complaint.action.delete", [action["id"]])
    (line, _) = shop.person.ask("account.invoice.line.search", [["invoice", "=", 2]], 0, 9, None)
    parts = [{"line": line, "quantity": 1, "unit_price": {"__class__": "Decimal", "decimal": "5.01"}}]
    shop.person.ask(
        "sale.complaint.action.create",
        [{"complaint": less, "action": "credit_note", "invoice_lines": [["create", parts]]}],
    )
    shop.person.ask("sale.complaint.wait", [less])
    shop.person.ask("sale.complaint.approve", [less])
    eventually(lambda: all(shop.reported(one, "OVERRIDDEN") is not None for one in (less, rejected)))

    overridden = shop.reported(less, "OVERRIDDEN")
    assert overridden.reason == f"5.01 USD credited in Tryton in place of {DECIDED} USD"
    assert (overridden.instead.amount.units, overridden.instead.amount.nanos) == (5, 10_000_000)
    assert shop.reported(rejected, "OVERRIDDEN").reason == "rejected in Tryton"
    assert metric(shop.bridge, 'amends_bridge_deliveries{state="dead"}') == 0


def said(amount: str, mark: str = "Amends decision d1") -> Said:
    return Said(mark, f"A note.\n\n{mark}", offers=(Offer("a1", "Give it back", "why", "refund", f"{amount} USD"),))


@pytest.mark.parametrize(
    ("invoice", "refund", "lines"),
    [(1, "20.00", ["14.90", "5.10"]), (2, "0.01", ["0.01"]), (3, "59.90", []), (5, "110.00", [])],
)
def test_a_refund_is_entered_to_the_cent(alone: Alone, invoice: int, refund: str, lines: list[str]) -> None:
    """Spread over lines each of which holds its part; the whole invoice as it is, with its tax."""
    complaint = alone.person.complain(invoice)
    alone.tryton.write(str(complaint), said(refund))

    (action,) = alone.person.actions(complaint)
    rows = alone.person.ask(
        "sale.complaint.action-account.invoice.line.search_read",
        [["action", "=", action["id"]]],
        *(0, 9, [["id", "ASC"]], ["unit_price"]),
    )
    assert [row["unit_price"]["decimal"] for row in rows] == lines
    assert f"Entered in this complaint: refund {refund} USD, action a1\n" in alone.person.notes(complaint)[0]


@pytest.mark.parametrize(("invoice", "refund"), [(5, "10.00"), (1, "59.91"), (1, "9.905"), (1, "9.90001")])
def test_what_cannot_be_credited_exactly_is_left_to_a_person(alone: Alone, invoice: int, refund: str) -> None:
    """A tax would come on top, there is not as much, or Tryton is not as fine: nothing is entered, nor left."""
    complaint = alone.person.complain(invoice)
    alone.tryton.write(str(complaint), said("9.90" if invoice == 1 else "110.00", mark="before"))
    alone.tryton.write(str(complaint), said(refund))

    assert alone.person.actions(complaint) == []
    assert "\nNot entered in this complaint: " in alone.person.notes(complaint)[1]


def test_a_decision_that_takes_the_place_of_another_replaces_its_action_and_no_one_elses(alone: Alone) -> None:
    """Entered anew with each decision, however often it is tried; what a person has entered stays."""
    complaint = alone.person.complain(invoice=1)
    alone.person.ask("sale.complaint.action.create", [{"complaint": complaint, "action": "credit_note"}])
    for amount in ("10.00", "10.00", "12.00"):
        alone.tryton.write(str(complaint), said(amount))

    assert [one["amount"]["decimal"] for one in alone.person.actions(complaint)] == ["59.90", "12.00"]
    alone.tryton.write(str(complaint), Said("m", "No refund.\n\nm", offers=()))
    assert [one["amount"]["decimal"] for one in alone.person.actions(complaint)] == ["59.90"]


def test_a_refund_that_a_newer_decision_took_back_is_not_reported_on(alone: Alone) -> None:
    """What is credited then was decided otherwise; a reminder takes nothing back."""
    taken_back, reminded = alone.person.complain(invoice=2), alone.person.complain(invoice=3)
    for complaint in (taken_back, reminded):
        alone.tryton.write(str(complaint), said("9.90"))
    alone.tryton.write(str(taken_back), Said("Amends decision d2", "No refund.\n\nAmends decision d2", offers=()))
    alone.tryton.write(str(reminded), Said("Amends due o1 now", "It is due.\n\nAmends due o1 now"))
    for complaint in (taken_back, reminded):
        alone.person.ask("sale.complaint.cancel", [complaint])

    payloads = [seen.payload for seen in alone.tryton.look() if seen.report and isinstance(seen.payload, dict)]
    reported = {one["case"]: one for one in payloads}
    assert str(taken_back) not in reported
    # By its decision: a complaint that is a draft again may be cancelled a second time.
    assert reported[str(reminded)]["decision"] == "d1"
    assert reported[str(reminded)]["event"] == f"{reminded}-cancelled-d1"


def test_a_note_is_found_by_its_mark_and_a_session_that_has_ended_is_begun_anew(alone: Alone) -> None:
    """Whoever finds a beginning without an end looks for the note; sessions end after a while, and nothing is lost."""
    complaint = str(alone.person.complain(invoice=1))
    alone.tryton.write(complaint, said("10.00"))
    with closing(sqlite3.connect(alone.database, timeout=30)) as database, database:
        database.execute("DELETE FROM ir_session")
    alone.person.log_in()

    assert alone.tryton.has(complaint, "Amends decision d1")
    assert not alone.tryton.has(complaint, "Amends decision d2")


def test_a_case_that_is_no_number_is_refused_for_good(alone: Alone) -> None:
    """It would be another resource's name."""
    with pytest.raises(DeniedError):
        alone.tryton.has("1,2", "m")
