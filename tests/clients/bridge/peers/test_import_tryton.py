"""`amends-bridge import` of a real Tryton: its types of complaints become a draft that takes its own complaints."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from amends_client.bridge.vendors.tryton import Tryton, TrytonSettings
from tests.clients.bridge.importing import imported, taken
from tests.clients.bridge.peers.conftest import serving_peer
from tests.clients.bridge.peers.test_tryton import DESK, PASSWORD, Person

TYPES = ("Late delivery", "Other", 'A "type": {} # not: a comment')


@dataclass(frozen=True)
class Shop:
    """A person in Tryton, and where it is."""

    person: Person
    address: str

    def desk(self, **changed: object) -> dict[str, Any]:
        return {**DESK, "timeout": 5, "address": self.address, **changed}


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with serving_peer(request, "tryton", tmp_path_factory.mktemp("listed")) as running:
        person = Person(f"http://{running.target}")
        with closing(person.http):
            (invoices,) = person.ask("ir.model.search", [["name", "=", "account.invoice"]], 0, 1, None)
            person.ask("sale.complaint.type.create", [{"name": name, "origin": invoices} for name in TYPES])
            yield Shop(person, f"http://{running.target}")


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRYTON_PASSWORD", PASSWORD)


def test_the_draft_takes_a_complaint_as_the_bridge_reads_it(shop: Shop, tmp_path: Path, starter_service: str) -> None:
    """By the guide's paths; the type by its name, money with the invoice's own currency."""
    (late,) = shop.person.ask("sale.complaint.type.search", [["name", "=", "Late delivery"]], 0, 1, None)
    complaint = shop.person.complain(invoice=1)
    shop.person.ask("sale.complaint.write", [complaint], {"type": late})
    draft = imported(tmp_path, shop.desk(), amends=starter_service)
    assert draft.exit_code == 0, draft.output
    with closing(Tryton(TrytonSettings.model_validate(shop.desk()), time.time_ns)) as tryton:
        (seen,) = tryton.look()

    found = taken(draft.stdout, seen.payload)

    assert "  case: {path: complaint.id}\n  time: {path: complaint.changed}\n" in draft.stdout
    assert found.unmapped == ()
    assert found.situation.contact_reason == "late_delivery"
    assert found.situation.subject.order_id
    assert found.situation.customer.customer_id
    paid = found.situation.amount_paid
    assert (paid.units, paid.nanos, paid.currency_code) == (59, 900_000_000, "USD")


def test_what_is_not_guessed_is_a_comment_in_the_words_of_tryton(
    shop: Shop, tmp_path: Path, starter_service: str
) -> None:
    """A type that nobody can tell means nothing yet; what a person wrote is no fact."""
    text = imported(tmp_path, shop.desk(), amends=starter_service).stdout

    assert '"A \\"type\\": {} # not: a comment": null' in text
    assert '"Arrived broken": null  # Arrived broken; which of late_delivery, other?' in text
    assert '#   "Invoice Date" (date): invoice.date\n' in text
    assert "description" not in text.lower()


def test_there_is_nothing_to_tell_it_and_a_wrong_password_is_explained(
    shop: Shop, tmp_path: Path, starter_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked through; whoever is not let in hears so."""
    body = imported(tmp_path, shop.desk(), amends=starter_service, body=True)
    monkeypatch.setenv("TRYTON_PASSWORD", "the one before")
    locked = imported(tmp_path, shop.desk(), amends=starter_service)

    assert (body.exit_code, locked.exit_code) == (1, 1)
    assert "tryton sends all that is mapped by itself" in body.stderr
    assert "401; tryton does not know the bridge's token, password or secret" in locked.stderr
