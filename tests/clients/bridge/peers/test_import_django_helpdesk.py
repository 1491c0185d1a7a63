"""`amends-bridge import` of a real django-helpdesk: its custom fields become a draft that takes its own tickets."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.bridge.bridging import DJANGO_HELPDESK
from tests.clients.bridge.importing import LATE, imported, order_of, taken
from tests.clients.bridge.peers.conftest import serving_peer

PASSWORD = "an invented password"
FIELDS = (
    ("what", "What went wrong", "list", "Late delivery\nOther\nIt never came # not: a comment"),
    ("mistake", "An obvious mistake", "boolean", None),
    ("hostile", 'A "name"\nsituation: {}', "varchar", None),
    ("order-no", "Order ID", "varchar", None),
    ("owed", "Amount paid", "decimal", None),
    ("site", "Brand", "url", None),
)


@dataclass(frozen=True)
class Helpdesk:
    address: str

    def desk(self, **changed: object) -> dict[str, Any]:
        return {**DJANGO_HELPDESK, "address": self.address, **changed}


@pytest.fixture(scope="module")
def helpdesk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpdesk]:
    """With more custom fields, as an administrator adds them."""
    folder = tmp_path_factory.mktemp("listed")
    with serving_peer(request, "helpdesk", folder) as running:
        (folder / "helpdesk" / "webhooks").write_text("")
        with closing(sqlite3.connect(folder / "helpdesk" / "helpdesk.db")) as database, database:
            for name, label, kind, choices in FIELDS:
                database.execute(
                    "INSERT INTO helpdesk_customfield (name, label, data_type, list_values, required, staff_only, "
                    "empty_selection_list, max_length, decimal_places) VALUES (?, ?, ?, ?, 0, 0, 1, 40, 2)",
                    (name, label, kind, choices),
                )
        yield Helpdesk(f"http://{running.target}")


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", PASSWORD)


def test_the_draft_takes_a_ticket_as_it_is_sent(helpdesk: Helpdesk, tmp_path: Path, starter_service: str) -> None:
    """The helpdesk makes its webhooks as it answers its API."""
    draft = imported(tmp_path, helpdesk.desk(), amends=starter_service)
    assert draft.exit_code == 0, draft.output
    ticket = {
        "queue": 1,
        "title": "Where is it?",
        "description": "Late.",
        "priority": 3,
        "custom_what": "Late delivery",
        "custom_mistake": True,
        "custom_order-no": "o-1",
        "custom_owed": "59.90",
        "custom_days_late": 4,
    }
    with httpx.Client(base_url=helpdesk.address, auth=("jo", PASSWORD), trust_env=False, timeout=30) as agent:
        made = agent.post("/api/tickets/", json=ticket)
        assert made.status_code == 201, made.text
        sent = {"ticket": agent.get(f"/api/tickets/{made.json()['id']}/").json(), "queue_slug": "support"}

    found = taken(draft.stdout, sent)

    assert found.unmapped == ()
    assert order_of(found) == LATE


def test_what_is_not_guessed_is_a_comment_and_what_the_bridge_writes_is_left_out(
    helpdesk: Helpdesk, tmp_path: Path, starter_service: str
) -> None:
    """Its own fields, as the e-mail address of who asks, are none of a case's facts."""
    text = imported(tmp_path, helpdesk.desk(), amends=starter_service).stdout

    assert '"It never came # not: a comment": null  # It never came # not: a comment; which of ' in text
    assert '#   "A \\"name\\" situation: {}" (text): ticket.custom_hostile\n' in text
    assert '#   "reason" (text): ticket.custom_reason\n' in text
    assert "custom_amends" not in text
    assert "submitter_email" not in text
    assert "custom_site" not in text


def test_a_wrong_password_or_address_is_explained(
    helpdesk: Helpdesk, tmp_path: Path, starter_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The helpdesk calls a wrong password forbidden."""
    elsewhere = imported(tmp_path, helpdesk.desk(address=f"{helpdesk.address}/elsewhere"), amends=starter_service)
    monkeypatch.setenv("DESK_SECRET", "the one before")
    forbidden = imported(tmp_path, helpdesk.desk(), amends=starter_service)

    assert (elsewhere.exit_code, forbidden.exit_code) == (1, 1)
    assert "404; django_helpdesk refuses: there is no such list at `address`" in elsewhere.stderr
    assert (
        "403; django_helpdesk refuses: the user or app that it calls as is not let in, or may not read the fields"
        in forbidden.stderr
    )
