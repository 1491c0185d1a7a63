"""`amends-bridge import` of a HubSpot account: its own properties become a draft that takes what its workflow sends."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.clients.bridge.account import Answer, Asked, Refusal, serving_account
from tests.clients.bridge.bridging import HUBSPOT, SECRET
from tests.clients.bridge.importing import LATE, imported, order_of, taken

PUBLISHED: Final = json.loads((Path(__file__).parent / "published" / "hubspot-properties.json").read_text())


def _property(name: str, label: str, kind: str, shown_as: str, **more: object) -> dict[str, Any]:
    return {"name": name, "label": label, "type": kind, "fieldType": shown_as, "options": [], **more}


def _options(**labels: str) -> list[dict[str, Any]]:
    return [{"label": label, "value": value, "hidden": False} for value, label in labels.items()]


PROPERTIES: Final = [
    *PUBLISHED["results"],
    _property(
        "what_went_wrong",
        "What went wrong",
        "enumeration",
        "select",
        options=_options(late="Late delivery", other="Other", lost="It never came\n# not: a comment"),
    ),
    _property("days_late", "Days late", "number", "number"),
    _property("paid", "Amount paid", "number", "number", showCurrencySymbol=True),
    _property("shipping", "Shipping fee", "number", "number"),
    _property("order_no", "Order ID", "string", "text"),
    _property("our_mistake", "Is it an obvious mistake of ours?", "enumeration", "booleancheckbox"),
    _property("delivered", "Delivered", "date", "date"),
    _property("topics", "Topics", "enumeration", "checkbox", options=_options(box="The box", staff="The staff")),
    _property("hostile", 'A "name"\nsituation: {}', "string", "text"),
    _property("x: {}\ndelivery", "No name of HubSpot's", "string", "text"),
    _property("amends_outcome", "Brand", "string", "text"),
    _property("hs_pipeline", "Brand", "string", "text", hubspotDefined=True),
    _property("old", "Brand", "string", "text", hidden=True),
    _property("older", "Brand", "string", "text", archived=True),
    _property("place", "Brand", "object_coordinates", "text"),
]
SENT: Final = {
    "what_went_wrong": "late",
    "days_late": "4",
    "paid": "59.90",
    "shipping": "9.90",
    "order_no": "o-1",
    "our_mistake": "true",
}
PAYLOAD: Final = {
    "callbackId": "ap-1",
    "object": {"objectId": 4711, "objectType": "TICKET", "properties": SENT},
    "inputFields": {},
}


def _answer(asked: Asked) -> Answer:
    if asked.authorization != f"Bearer {SECRET}":
        return 401, {"category": "INVALID_AUTHENTICATION"}
    if asked.path != "/crm/properties/2026-03/tickets":
        return 404, {"category": "OBJECT_NOT_FOUND"}
    return 200, {"results": PROPERTIES}


def hubspot_account(refusal: Refusal | None = None) -> AbstractContextManager[str]:
    return serving_account(_answer, refusal)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)


@pytest.fixture
def account() -> Iterator[str]:
    with hubspot_account() as address:
        yield address


def test_the_draft_takes_what_a_workflow_sends(tmp_path: Path, account: str, starter_service: str) -> None:
    """By the guide's paths; a call is an event; numbers of HubSpot's one kind hold counts and money."""
    draft = imported(tmp_path, {**HUBSPOT, "address": account}, amends=starter_service)
    assert draft.exit_code == 0, draft.output
    assert "delivery:\n  case: {path: object.objectId}\n  event: {path: callbackId}\n" in draft.stdout

    found = taken(draft.stdout, PAYLOAD)

    assert found.unmapped == ()
    assert order_of(found) == LATE
    assert found.situation.shipping_fee.units == 9


def test_the_body_is_what_the_action_asks_of_hubspot(tmp_path: Path, account: str, starter_service: str) -> None:
    """Part of the action's definition: HubSpot sends those properties along, and no other."""
    body = imported(tmp_path, {**HUBSPOT, "address": account}, amends=starter_service, body=True)

    assert body.exit_code == 0, body.output
    asked = json.loads(body.stdout)["objectRequestOptions"]["properties"]
    assert sorted(asked) == sorted(SENT)


def test_what_is_not_theirs_is_left_out_and_what_is_not_guessed_a_comment(
    tmp_path: Path, account: str, starter_service: str
) -> None:
    """HubSpot's own, hidden and archived properties, and those that the bridge writes, are no facts."""
    text = imported(tmp_path, {**HUBSPOT, "address": account}, amends=starter_service).stdout

    assert '"lost": null  # It never came # not: a comment; which of late_delivery, other?' in text
    assert '#   "A \\"name\\" situation: {}" (text): object.properties.hostile\n' in text
    assert '#   "My Contact Property" (choice): object.properties.my_contact_property; options "A", "B"\n' in text
    assert '#   "Topics" (several choices): object.properties.topics; options "box", "staff"\n' in text
    assert '"Brand"' not in text
    assert "No name of HubSpot's" not in text


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "hubspot does not know the bridge's token, password or secret"),
        (403, "hubspot refuses: the user or app that it calls as is not let in, or may not read the fields"),
        (404, "hubspot refuses: there is no such list at `address`"),
        (429, "hubspot does not answer now: GET /crm/properties/2026-03/tickets: 429; it asks to wait 30 seconds"),
        (503, "hubspot does not answer now"),
    ],
)
def test_an_account_that_refuses_is_explained(status: int, told: str, tmp_path: Path, starter_service: str) -> None:
    """What was asked, what it said, and what that means; no half of a draft."""
    with hubspot_account(Refusal("/crm/properties", status)) as address:
        done = imported(tmp_path, {**HUBSPOT, "address": address}, amends=starter_service)

    assert (done.exit_code, done.stdout) == (1, "")
    assert f"GET /crm/properties/2026-03/tickets: {status}" in done.stderr
    assert told in done.stderr
