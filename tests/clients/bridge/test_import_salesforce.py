"""`amends-bridge import` of a Salesforce org: its fields of Case become a draft that takes a case as Apex writes it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.clients.bridge.account import Answer, Asked, Refusal, serving_account
from tests.clients.bridge.bridging import SALESFORCE, SECRET
from tests.clients.bridge.importing import LATE, imported, order_of, taken

TOKEN: Final = "token1"
ME: Final = "005xx000001SwogAAC"


def _field(name: str, label: str, kind: str, **more: object) -> dict[str, Any]:
    said = {"name": name, "label": label, "type": kind, "custom": name.endswith("__c"), "scale": 0, "length": 0}
    return {**said, "deprecatedAndHidden": False, "picklistValues": [], **more}


def _choices(**labels: str) -> list[dict[str, Any]]:
    return [{"active": True, "defaultValue": False, "label": label, "value": one} for one, label in labels.items()]


CASE: Final = {
    "name": "Case",
    "label": "Case",
    "fields": [
        _field("Id", "Case ID", "id"),
        _field("Status", "Status", "picklist", picklistValues=_choices(New="New")),
        _field(
            "Reason",
            "Case Reason",
            "picklist",
            picklistValues=[
                *_choices(late="Late delivery", other="Other", lost="It never came\n# not: a comment"),
                {"active": False, "defaultValue": False, "label": "Of old", "value": "old"},
            ],
        ),
        _field("Order__c", "Order ID", "string"),
        _field("DaysLate__c", "Days late", "double", scale=0),
        _field("Paid__c", "Amount paid", "currency", scale=2),
        _field("Shipping__c", "Shipping fee", "double", scale=2),
        _field("Mistake__c", "Is it an obvious mistake of ours?", "boolean"),
        _field("Topics__c", "Topics", "multipicklist", picklistValues=_choices(box="The box")),
        _field("Hostile__c", 'A "name"\nsituation: {}', "textarea"),
        _field("x: {}\n__c", "No name of Salesforce's", "string"),
        _field("AmendsOutcome__c", "Brand", "string"),
        _field("LookAgain__c", "Brand", "datetime"),
        _field("Gone__c", "Brand", "string", deprecatedAndHidden=True),
        _field("Parent__c", "Brand", "reference"),
    ],
    "recordTypeInfos": [
        {"active": True, "available": True, "master": False, "name": "Complaint", "recordTypeId": "012x1"},
        {"active": False, "available": True, "master": False, "name": "Of old", "recordTypeId": "012x2"},
        {"active": True, "available": True, "master": True, "name": "Master", "recordTypeId": "012000000000000AAA"},
    ],
}
SENT: Final = {
    "attributes": {"type": "Case", "url": "/services/data/v68.0/sobjects/Case/500xx000000YlnvAAC"},
    "Id": "500xx000000YlnvAAC",
    "LastModifiedDate": "2026-11-22T10:00:00.000+0000",
    "LastModifiedById": "005xx000001SvogAAC",
    "ContactId": "003xx000004TmiQAAS",
    "Reason": "late",
    "Order__c": "o-1",
    "DaysLate__c": 4,
    "Paid__c": 59.90,
    "Shipping__c": 9.90,
    "Mistake__c": True,
}
DESK: Final = {**SALESFORCE, "milestones": {"verify": {"due": "LookAgain__c", "milestone": "Look again"}}}


def _answer(asked: Asked) -> Answer:
    if asked.path == "/services/oauth2/token":
        if f"client_secret={SECRET.replace(' ', '+')}" not in asked.body:
            return 400, {"error": "invalid_client"}
        identity = f"https://login.salesforce.com/id/00Dxx0000001gPLEAY/{ME}"
        return 200, {"access_token": TOKEN, "id": identity, "instance_url": "https://elsewhere.example"}
    if asked.authorization != f"Bearer {TOKEN}":
        return 401, [{"errorCode": "INVALID_SESSION_ID"}]
    if asked.path != "/services/data/v68.0/sobjects/Case/describe":
        return 404, [{"errorCode": "NOT_FOUND"}]
    return 200, CASE


def salesforce_org(refusal: Refusal | None = None) -> AbstractContextManager[str]:
    return serving_account(_answer, refusal)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)


@pytest.fixture
def org() -> Iterator[str]:
    with salesforce_org() as address:
        yield address


def test_the_draft_takes_a_case_as_apex_writes_it(tmp_path: Path, org: str, starter_service: str) -> None:
    """By the guide's paths; the bridge's own changes are known by the user as whom the app runs."""
    draft = imported(tmp_path, {**DESK, "address": org}, amends=starter_service)
    assert draft.exit_code == 0, draft.output
    assert f'  time: {{path: LastModifiedDate}}\n  own: {{path: LastModifiedById, is: ["{ME}"]}}\n' in draft.stdout

    found = taken(draft.stdout, SENT)

    assert found.unmapped == ()
    assert order_of(found) == LATE
    assert found.situation.customer.customer_id == "003xx000004TmiQAAS"
    assert found.situation.shipping_fee.units == 9


def test_what_is_not_theirs_is_left_out_and_what_is_not_guessed_a_comment(
    tmp_path: Path, org: str, starter_service: str
) -> None:
    """Salesforce's own fields but for the two lists of reasons, and what the bridge writes, are no facts."""
    text = imported(tmp_path, {**DESK, "address": org}, amends=starter_service).stdout

    assert '"lost": null  # It never came # not: a comment; which of late_delivery, other?' in text
    assert '#   "A \\"name\\" situation: {}" (text): Hostile__c\n' in text
    assert '#   "Topics" (several choices): Topics__c; options "box"\n' in text
    assert '# forms: "Complaint"\n' in text
    assert '"Brand"' not in text
    assert '"Status"' not in text
    assert '"old"' not in text
    assert "No name of Salesforce's" not in text


def test_there_is_nothing_to_tell_it(tmp_path: Path, org: str, starter_service: str) -> None:
    """The class sends whole cases."""
    body = imported(tmp_path, {**DESK, "address": org}, amends=starter_service, body=True)

    assert (body.exit_code, body.stdout) == (1, "")
    assert "salesforce sends all that is mapped by itself" in body.stderr


@pytest.mark.parametrize(
    ("part", "status", "told"),
    [
        ("/describe", 401, "salesforce does not know the bridge's token, password or secret"),
        (
            "/describe",
            403,
            "salesforce refuses: the user or app that it calls as is not let in, or may not read the fields",
        ),
        ("/describe", 404, "salesforce refuses: there is no such list at `address`"),
        ("/describe", 429, "salesforce does not answer now"),
        (
            "/token",
            400,
            "POST /services/oauth2/token: 400; salesforce refuses: is `address` right, and as whom the bridge calls?",
        ),
    ],
)
def test_an_org_that_refuses_is_explained(
    part: str, status: int, told: str, tmp_path: Path, starter_service: str
) -> None:
    """Also where it gives no token."""
    with salesforce_org(Refusal(part, status)) as address:
        done = imported(tmp_path, {**DESK, "address": address}, amends=starter_service)

    assert (done.exit_code, done.stdout) == (1, "")
    assert told in done.stderr
