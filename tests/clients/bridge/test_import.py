"""`amends-bridge import`: an account's own fields, forms and tags become a draft that is a mapping."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from amends_client.bridge.cli import app
from tests.clients.bridge.account import serving_account
from tests.clients.bridge.bridging import DJANGO_HELPDESK, GENERIC, ZENDESK
from tests.clients.bridge.importing import LATE, imported, order_of, taken
from tests.clients.bridge.zendesk_account import zendesk_account

VALUES = {
    "ticket.id": "4711",
    "ticket.updated_at_with_timestamp": "2026-11-22T10:00Z",
    "ticket.tags": "vip legal_threat",
    "ticket.requester.id": "99",
    "current_user.id": "7",
    "ticket.ticket_field_360001": "reason_late",
    "ticket.ticket_field_360002": "o-1",
    "ticket.ticket_field_360003": "4",
    "ticket.ticket_field_360004": "59.90",
    "ticket.ticket_field_360005": "9.90",
    "ticket.ticket_field_360006": "1",
    "ticket.ticket_field_360008": "3",
}


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", "an invented secret")


@pytest.fixture
def account() -> Iterator[str]:
    with zendesk_account() as address:
        yield address


def test_the_draft_is_a_mapping_that_takes_what_its_own_webhook_sends(
    tmp_path: Path, account: str, starter_service: str
) -> None:
    """Facts by name, type and options; tags; who the bridge is. `try` shows it on a payload."""
    draft = imported(tmp_path, {**ZENDESK, "address": account}, amends=starter_service)
    body = imported(tmp_path, {**ZENDESK, "address": account}, amends=starter_service, body=True)
    assert (draft.exit_code, body.exit_code) == (0, 0), draft.output + body.output
    sent = re.sub(r"{{(.*?)}}", lambda found: VALUES[found[1]], body.stdout)
    (tmp_path / "payload.json").write_text(sent)
    (tmp_path / "z.yaml").write_text(draft.stdout)

    tried = CliRunner().invoke(app, ["try", str(tmp_path / "z.yaml"), str(tmp_path / "payload.json")])
    assert tried.exit_code == 0, tried.output
    assert tried.stdout.startswith(
        "case 4711, event not told, changed 2026-11-22T10:00:00+00:00, by the bridge itself: F"
    )
    assert "not known" not in tried.stdout
    found = taken(draft.stdout, json.loads(sent))
    assert order_of(found) == LATE
    assert (found.situation.customer.customer_id, found.situation.shipping_fee.units) == ("99", 9)
    assert found.situation.waited.seconds == 3 * 3600
    assert list(found.situation.tags.values) == ["legal_threat", "vip"]
    assert len(found.situation.flags.values) == 1


def test_what_was_guessed_says_why_and_what_was_not_stands_as_a_comment(
    tmp_path: Path, account: str, starter_service: str
) -> None:
    """Nothing that a helpdesk calls its things can become a line of the mapping."""
    text = imported(tmp_path, {**ZENDESK, "address": account}, amends=starter_service).stdout

    assert '# guessed by its options: "What went wrong" (choice, on "Complaint")' in text
    assert '"reason_lost": null  # It never came # not: a comment; which of late_delivery, other?' in text
    assert '#   "Invoice \\"number\\" situation: {}" (text): ticket.fields.360007' in text
    assert '#   "Delivered" (date): ticket.fields.360010, {{ticket.ticket_field_360010}}' in text
    assert "#   fault, enum (company, customer, shared, third_party, nobody): Whose doing was it" in text
    assert '# forms: "Complaint"' in text
    assert '# tags: "vip", "press_media", "legal_threat"' in text
    assert "360009" not in text


def test_an_account_without_forms_has_none(tmp_path: Path, starter_service: str) -> None:
    """Not every plan has several."""
    with zendesk_account(without="ticket_forms") as address:
        done = imported(tmp_path, {**ZENDESK, "address": address}, amends=starter_service)

    assert (done.exit_code, "# forms: none" in done.stdout) == (0, True), done.output


@pytest.mark.parametrize(
    ("vendor", "policy", "told"),
    [
        (
            GENERIC,
            "starter",
            "nothing says how it lists its fields: tell it under `fields`, or write its mapping from a payload",
        ),
        (ZENDESK, "nobody", "the service has no policy 'nobody'"),
    ],
)
def test_whoever_cannot_be_asked_is_named(
    vendor: Mapping[str, Any], policy: str, told: str, tmp_path: Path, starter_service: str
) -> None:
    """In words, with what to do instead."""
    done = imported(tmp_path, {**vendor, "address": "http://127.0.0.1:9"}, amends=starter_service, policy=policy)

    assert (done.exit_code, done.stdout) == (1, "")
    assert told in done.stderr


def test_a_source_that_is_not_configured_is_named(tmp_path: Path, starter_service: str, account: str) -> None:
    """With those that are."""
    imported(tmp_path, {**ZENDESK, "address": account}, amends=starter_service)

    done = CliRunner().invoke(app, ["import", "nobody", "--config", str(tmp_path / "bridge.yaml")])

    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no source 'nobody'; known: desk" in done.stderr


def test_an_account_that_refuses_gets_no_draft_of_half_of_it(tmp_path: Path, starter_service: str) -> None:
    """What it said stands there."""
    with zendesk_account(without="ticket_fields") as refusing:
        told = imported(tmp_path, {**ZENDESK, "address": refusing}, amends=starter_service)

    assert (told.exit_code, told.stdout) == (1, "")
    assert "GET /api/v2/ticket_fields.json: 403" in told.stderr


def test_a_helpdesk_that_does_not_say_of_what_a_ticket_is_made_gets_no_draft(
    tmp_path: Path, starter_service: str
) -> None:
    """A django-helpdesk tells that to who may make tickets, unless its settings say otherwise."""
    with serving_account(lambda _: (200, {"name": "Ticket List"})) as silent:
        told = imported(tmp_path, {**DJANGO_HELPDESK, "address": silent}, amends=starter_service)

    assert (told.exit_code, told.stdout) == (1, "")
    assert "django_helpdesk does not say of what a ticket is made: may the bridge's user make one?" in told.stderr
