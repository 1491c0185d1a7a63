"""HubSpot's adapter: its signatures, the call that waits, and notes that are found whatever their number."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.mapping.take import LackingError, delivered, take
from amends_client.bridge.ports import AwayError, Reason, RefusedError, Said, Webhook
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.hubspot import HubSpot, HubSpotSettings, sign_v2
from tests.clients.bridge.desk import RunningDesk
from tests.clients.bridge.hubspot_desk import TOKEN, old_signature_headers, signature_headers

PUBLISHED: Final = (Path(__file__).parent / "published" / "hubspot-action.json").read_bytes()
NOW: Final = 1_800_000_000_000_000_000
MILLISECONDS: Final = NOW // 1_000_000
URI: Final = "https://bridge.example/webhooks/hubspot"
BODY: Final = b'{"callbackId": "ap-1"}'
OUTPUTS: Final = {"outcome": "actions_recommended"}


Make: TypeAlias = Callable[..., HubSpot]


@pytest.fixture
def adapter(tmp_path: Path) -> Iterator[Make]:
    """Makes adapters, by the address of HubSpot's API and settings that differ."""
    with ExitStack() as opened:

        def make(address: str = "http://127.0.0.1:1", *, key: str = TOKEN, **more: object) -> HubSpot:
            (tmp_path / "secret").write_text(key)
            secret = Secret(file=tmp_path / "secret")
            said = {"public": "https://bridge.example/", "token": secret, "secret": secret, **more}
            settings = HubSpotSettings.model_validate({"vendor": "hubspot", "address": address, **said})
            made = HubSpot(settings, lambda: NOW)
            opened.callback(made.close)
            return made

        yield make


def webhook(headers: dict[str, str], body: bytes = BODY, path: str = "/webhooks/hubspot") -> Webhook:
    """As it comes through a proxy: with an address that HubSpot does not know."""
    return Webhook({name.lower(): value for name, value in headers.items()}, body, f"http://127.0.0.1:8088{path}")


def new(*, uri: str = URI, body: bytes = BODY, secret: str = TOKEN, milliseconds: int = MILLISECONDS) -> dict[str, str]:
    return signature_headers(uri, body, secret=secret, milliseconds=milliseconds)


@pytest.mark.parametrize(
    ("method", "body", "signature"),
    [
        ("GET", b"", "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"),
        (
            "POST",
            b'{"example_field":"example_value"}',
            "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900",
        ),
    ],
)
def test_version_2_gives_what_hubspot_publishes(method: str, body: bytes, signature: str) -> None:
    """The two examples of https://legacydocs.hubspot.com/docs/faq/v2-request-validation, read on 2026-11-22."""
    secret = b"yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"

    assert sign_v2(method, "https://www.example.com/webhook_uri", body, secret=secret) == signature


def test_either_version_is_accepted_over_the_address_that_hubspot_calls(adapter: Make) -> None:
    """That address is `public`, whatever the proxy has made of it; reports have a path of their own."""
    hubspot = adapter()

    hubspot.verify(webhook(new()), NOW)
    hubspot.verify(webhook(old_signature_headers(URI, BODY, secret=TOKEN)), NOW)
    hubspot.verify(webhook(new(uri=f"{URI}/outcomes"), path="/webhooks/hubspot/outcomes"), NOW)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, Reason.BAD_SIGNATURE),
        (new(secret="another"), Reason.BAD_SIGNATURE),
        (new(body=b"{}"), Reason.BAD_SIGNATURE),
        (new(uri="https://elsewhere.example/webhooks/hubspot"), Reason.BAD_SIGNATURE),
        ({**new(), "X-HubSpot-Request-Timestamp": str(MILLISECONDS + 1)}, Reason.BAD_SIGNATURE),
        ({**new(), "X-HubSpot-Request-Timestamp": ""}, Reason.BAD_SIGNATURE),
        (new(milliseconds=MILLISECONDS - 300_001), Reason.BAD_TIME),
        (new(milliseconds=MILLISECONDS + 300_001), Reason.BAD_TIME),
        (old_signature_headers(URI, b"{}", secret=TOKEN), Reason.BAD_SIGNATURE),
        ({**old_signature_headers(URI, BODY, secret=TOKEN), "X-HubSpot-Signature-Version": "v1"}, Reason.BAD_SIGNATURE),
        ({**old_signature_headers(URI, BODY, secret=TOKEN), **new(secret="another")}, Reason.BAD_SIGNATURE),
    ],
)
def test_whatever_else_is_refused(adapter: Make, headers: dict[str, str], reason: Reason) -> None:
    """And a wrong signature of version 3 is not mended by a right one of version 2."""
    with pytest.raises(RefusedError) as refused:
        adapter().verify(webhook(headers), NOW)

    assert refused.value.reason is reason


def test_version_2_can_be_ruled_out(adapter: Make) -> None:
    """It signs no time: who records a call could send it again years later."""
    with pytest.raises(RefusedError, match="X-HubSpot-Signature-v3 is missing"):
        adapter(require_v3=True).verify(webhook(old_signature_headers(URI, BODY, secret=TOKEN)), NOW)


def test_the_published_call_of_an_action_is_read_as_it_is(adapter: Make) -> None:
    """Its case is the record that the workflow is on; its event is the call that waits."""
    text = """\
delivery: {case: {path: object.objectId}, event: {path: callbackId}}
situation: {tags: {path: inputFields.widgetName}}
"""
    mapping, content = read_mapping(text, file="hubspot.yaml"), json.loads(PUBLISHED)

    told, taken = delivered(content, mapping), take(content, mapping, case_id="hubspot-614")

    assert (told.case, told.event) == ("614", "ap-102670506-56777914962-11-0")
    assert adapter(records="contacts").waiting(content) == told.event
    assert list(taken.situation.tags.values) == ["My Widget Name"]


def test_a_record_of_another_type_is_refused(adapter: Make) -> None:
    """A contact may have a ticket's number: its workflow must not write onto the ticket."""
    with pytest.raises(LackingError, match="none of the tickets"):
        adapter().waiting(json.loads(PUBLISHED))
    with pytest.raises(LackingError, match="none of the tickets"):
        adapter().report(json.loads(PUBLISHED))


@pytest.mark.parametrize(
    ("records", "association"), [("tickets", 228), ("contacts", 202), ("companies", 190), ("deals", 214)]
)
def test_a_note_can_stand_on_records_of_each_type(
    adapter: Make, desk: RunningDesk, records: str, association: int
) -> None:
    """By the association that HubSpot has for it; it is found again there."""
    hubspot = adapter(desk.address, records=records)
    desk.desk.note_to = association
    hubspot.write("7", Said(mark="mark 1", note="mark 1", tags=("amends_ask",)))

    assert hubspot.has("7", "mark 1")
    assert f"PATCH /crm/objects/2026-03/{records}/7" in desk.desk.calls


@pytest.mark.parametrize("content", [{}, [], {"callbackId": ""}, {"callbackId": "a\nb"}, {"callbackId": {"a": 1}}])
def test_what_names_no_call_is_no_action(adapter: Make, content: object) -> None:
    """Nothing could be told to go on."""
    with pytest.raises(LackingError):
        adapter().waiting(content)


def test_who_has_to_wait_hears_block_and_for_how_long(adapter: Make) -> None:
    """Anybody else hears that it may go on."""
    hubspot = adapter(wait="P1DT2H")

    assert hubspot.hears(waits=True) == {
        "outputFields": {"hs_execution_state": "BLOCK", "hs_expiration_duration": "P1DT2H"}
    }
    assert hubspot.hears(waits=False) == {"outputFields": {"hs_execution_state": "SUCCESS"}}


def test_a_call_goes_on_with_the_outputs_or_without_a_decision(adapter: Make, desk: RunningDesk) -> None:
    """SUCCESS, or FAIL_CONTINUE: a workflow is never held by a case that cannot be decided."""
    hubspot = adapter(desk.address)
    hubspot.tell("ap-1", OUTPUTS, attempt=1)
    hubspot.tell("ap-2", None, attempt=1)

    assert desk.desk.completed == {
        "ap-1": {"hs_execution_state": "SUCCESS", **OUTPUTS},
        "ap-2": {"hs_execution_state": "FAIL_CONTINUE"},
    }


def test_a_call_that_hubspot_does_not_know_yet_is_told_again_and_at_last_let_go(
    adapter: Make, desk: RunningDesk
) -> None:
    """The decision may be there before HubSpot has read that it has to wait; and a call ends when its time is over."""
    hubspot = adapter(desk.address)
    desk.desk.deaf = 2
    with pytest.raises(AwayError):
        hubspot.tell("ap-1", OUTPUTS, attempt=1)
    hubspot.tell("ap-1", OUTPUTS, attempt=6)
    assert desk.desk.completed == {}
    hubspot.tell("ap-1", OUTPUTS, attempt=2)

    assert list(desk.desk.completed) == ["ap-1"]


def test_a_token_that_is_refused_is_tried_again_later(adapter: Make, desk: RunningDesk) -> None:
    """It fails until somebody gives the bridge a new one, and then nothing is lost."""
    with pytest.raises(AwayError, match="401"):
        adapter(desk.address, key="another").tell("ap-1", OUTPUTS, attempt=1)


def test_a_note_is_found_among_many_and_shows_its_signs_as_they_are(adapter: Make, desk: RunningDesk) -> None:
    """Notes come in pages, and are HTML there: what a note says is never read as HTML."""
    hubspot = adapter(desk.address)
    for number in range(5):
        hubspot.write("t1", Said(mark=f"mark {number}", note=f"a <b>\nmark {number}", tags=("amends_ask",)))

    assert hubspot.has("t1", "mark 4")
    assert not hubspot.has("t1", "mark 5")
    assert not hubspot.has("t2", "mark 4")
    assert desk.desk.notes("t1")[0] == "a <b>\nmark 0"


def test_what_no_longer_holds_is_taken_back_and_what_nobody_speaks_of_stays(adapter: Make, desk: RunningDesk) -> None:
    """A reminder says nothing of the outcome; a new decision says nothing of what is overdue."""
    hubspot = adapter(desk.address)
    hubspot.write("t1", Said(mark="1", note="1", tags=("amends_care_only", "amends_ask")))
    hubspot.write("t1", Said(mark="2", note="2", tags=("amends_overdue",)))
    gone = ("amends_care_only", "amends_ask", "amends_approval")
    hubspot.write("t1", Said(mark="3", note="3", tags=("amends_actions_recommended",), tags_gone=gone))

    assert desk.desk.tags("t1") == {"amends_overdue", "amends_actions_recommended"}


def test_a_report_comes_in_the_input_fields_of_an_action(adapter: Make) -> None:
    """Of the ticket that the workflow is on; what its builder left empty is not said."""
    fields = {"action": "refund", "kind": "executed", "amount": "4 USD", "reason": ""}
    content = {"callbackId": "ap-9", "object": {"objectId": 614}, "inputFields": fields}

    assert adapter().report(content) == {
        "case": 614,
        "event": "ap-9",
        "action": "refund",
        "kind": "executed",
        "amount": "4 USD",
    }
