"""`amends-bridge import` of helpdesks without an adapter of their own, by the `fields` that their pages configure."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.clients.bridge.account import Answer, Asked, Refusal, serving_account
from tests.clients.bridge.bridging import SECRET
from tests.clients.bridge.importing import LATE, imported, order_of, taken
from tests.docs.guide import Guide

_PUBLISHED: Final = Path(__file__).parent / "published"


def published(name: str) -> Any:  # noqa: ANN401  # JSON
    return json.loads((_PUBLISHED / name).read_text(encoding="utf-8"))


def _zammad(name: str, display: str, kind: str, options: object = None, **more: object) -> dict[str, Any]:
    said = {} if options is None else {"options": options}
    like = {"object": "Ticket", "editable": True, "active": True, "to_create": False, "to_delete": False}
    return {**like, "name": name, "display": display, "data_type": kind, "data_option": said, **more}


def _chatwoot(key: str, name: str, kind: str, *values: str, model: str = "conversation_attribute") -> dict[str, Any]:
    named = {"attribute_key": key, "attribute_display_name": name}
    return {**named, "attribute_display_type": kind, "attribute_values": list(values), "attribute_model": model}


def _intercom(name: str, kind: str, *options: str, archived: bool = False) -> dict[str, Any]:
    listed = [{"id": f"id-{option}", "label": option, "archived": False} for option in options]
    return {"id": name.lower(), "name": name, "data_type": kind, "options": listed, "archived": archived}


ZAMMAD: Final = [
    *published("zammad-attributes.json"),
    _zammad(
        "what_went_wrong",
        "What went wrong",
        "select",
        {"late": "Late delivery", "lost": "It never came", "other": "Other"},
    ),
    _zammad("days_late", "Days late", "integer"),
    _zammad("paid", "Amount paid", "input"),
    _zammad("shipping", "Shipping fee", "input"),
    _zammad("order_no", "Order ID", "input"),
    _zammad("our_mistake", "Is it an obvious mistake of ours?", "boolean", {"false": "no", "true": "yes"}),
    _zammad("topics", "Topics", "multiselect", [{"name": "The box", "value": "box"}]),
    _zammad("hostile", 'A "name"\nsituation: {}', "input"),
    _zammad('x"]: {}\ndelivery', "Brand", "input"),
    _zammad("old", "Brand", "input", active=False),
    _zammad("of_users", "Brand", "input", object="User"),
    _zammad("place", "Brand", "external_data_source"),
]
CHATWOOT: Final = [
    _chatwoot("what_went_wrong", "What went wrong", "list", "Late delivery", "Other"),
    _chatwoot("days_late", "Days late", "number"),
    _chatwoot("paid", "Amount paid", "currency"),
    _chatwoot("shipping", "Shipping fee", "currency"),
    _chatwoot("order_no", "Order ID", "text"),
    _chatwoot("our_mistake", "Is it an obvious mistake of ours?", "checkbox"),
    _chatwoot("brand", "Brand", "text", model="contact_attribute"),
]
INTERCOM: Final = [
    _intercom("What went wrong", "list", "Late delivery", "Other"),
    _intercom("Days late", "integer"),
    _intercom("Amount paid", "decimal"),
    _intercom("Shipping fee", "decimal"),
    _intercom("Order ID", "string"),
    _intercom("Is it an obvious mistake of ours?", "boolean"),
    _intercom("Brand", "string", archived=True),
]
PLAIN: Final = {"days_late": 4, "paid": "59.90", "shipping": "9.90", "order_no": "o-1", "our_mistake": True}
NAMED: Final = {
    "What went wrong": "Late delivery",
    "Days late": 4,
    "Amount paid": 59.90,
    "Shipping fee": 9.90,
    "Order ID": "o-1",
    "Is it an obvious mistake of ours?": True,
}
LISTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "zammad": {"/api/v1/object_manager_attributes": ZAMMAD},
    "chatwoot": {
        "/api/v1/accounts/1/custom_attribute_definitions?attribute_model=0": CHATWOOT,
        "/api/v1/accounts/1/labels": {"payload": [{"id": 1, "title": "legal_threat"}, {"id": 2, "title": "tea"}]},
    },
    "intercom": {
        "/conversations/attributes": {"type": "list", "data": INTERCOM},
        "/tags": {"type": "list", "data": [{"type": "tag", "id": "17513", "name": "Legal threat"}]},
    },
}
SENT: Final[Mapping[str, Any]] = {
    "zammad": {"ticket": {**published("zammad-webhook.json")["ticket"], **PLAIN, "what_went_wrong": "late"}},
    "chatwoot": {
        "id": 7,
        "timestamp": 1_790_000_000,
        "meta": {"sender": {"id": 8}},
        "labels": ["vip"],
        "custom_attributes": {**PLAIN, "what_went_wrong": "Late delivery"},
    },
    "intercom": {
        "id": "notif_1",
        "data": {
            "item": {
                "id": "7",
                "updated_at": 1_790_000_000,
                "custom_attributes": NAMED,
                "contacts": {"contacts": [{"id": "8"}]},
                "tags": {"tags": [{"name": "vip"}]},
            }
        },
    },
}
"""What each sends by itself; Zammad's is the published one, with the attributes of above."""


def _desk(vendor: str) -> dict[str, Any]:
    """As the vendor's page configures it, with secrets of these tests."""
    blocks = Guide(f"integrations/{vendor}.md").blocks()
    settings = yaml.safe_load(next(one.text for one in blocks if one.file == "bridge.yaml"))
    desk: dict[str, Any] = settings["sources"][vendor]["desk"]
    desk["headers"] = {"Authorization": {"env": "DESK_SECRET"}}
    return {**desk, "secret": {"env": "DESK_SECRET"}}


def _account(vendor: str, refusal: Refusal | None = None) -> Any:  # noqa: ANN401  # a context manager
    def answered(asked: Asked) -> Answer:
        if asked.authorization != SECRET:
            return 401, {"error": "Invalid token"}
        found = LISTS[vendor].get(asked.path)
        return (404, {"error": "Not found"}) if found is None else (200, found)

    return serving_account(answered, refusal)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)


@pytest.fixture(params=LISTS)
def account(request: pytest.FixtureRequest) -> Iterator[tuple[str, dict[str, Any]]]:
    vendor: str = request.param
    with _account(vendor) as address:
        yield vendor, {**_desk(vendor), "address": address}


def test_the_draft_takes_what_the_helpdesk_sends(
    tmp_path: Path, account: tuple[str, dict[str, Any]], starter_service: str
) -> None:
    """By names, types and options; a name with spaces has a path, too."""
    vendor, desk = account
    draft = imported(tmp_path, desk, amends=starter_service)
    assert draft.exit_code == 0, draft.output

    found = taken(draft.stdout, SENT[vendor])

    assert found.unmapped == ()
    assert order_of(found) == LATE
    assert found.situation.shipping_fee.units == 9
    assert found.situation.customer.customer_id == "8"
    assert '"Brand"' not in draft.stdout


def test_it_says_what_it_cannot_guess(tmp_path: Path, starter_service: str) -> None:
    """Whatever a helpdesk calls its things stays within a comment of one line."""
    with _account("zammad") as address:
        text = imported(tmp_path, {**_desk("zammad"), "address": address}, amends=starter_service).stdout

    assert '"lost": null  # It never came; which of late_delivery, other?' in text
    assert '#   "A \\"name\\" situation: {}" (text): ticket.hostile\n' in text
    assert '#   "Topics" (several choices): ticket.topics; options "box"\n' in text
    assert text.count("\ndelivery") == 1


def test_options_are_what_a_payload_holds(tmp_path: Path, starter_service: str) -> None:
    """Those below others too, to the last character; what has no value is none, and a place is told once."""
    tree = [
        {"name": "Late delivery", "value": "l", "children": [{"name": "By post", "value": "l::p"}]},
        {"name": "-", "value": ""},
    ]
    answer = [
        _zammad("what_went_wrong", "What went wrong", "tree_select", [*tree, {"name": "Other", "value": "o\u00a0o"}]),
        _zammad("paid", "Amount paid", "integer"),
        _zammad("paid", "Shipping fee", "integer"),
        _zammad("code", "Shipping fee waiver code", "input"),
        _zammad("many", "Many", "select", {f"v{number}": f"{number}" for number in range(40)}),
    ]
    with serving_account(lambda _asked: (200, answer)) as address:
        text = imported(tmp_path, {**_desk("zammad"), "address": address}, amends=starter_service).stdout

    assert '    "l": late_delivery' in text
    assert '    "l::p": null  # By post' in text
    assert '    "o\\u00a0o": other  # Other' in text
    assert '"-"' not in text
    assert text.count("ticket.paid") == 1
    assert "ticket.code" not in text.partition("# unmapped")[0]
    assert '"v29" and 10 more' in text


def test_there_is_nothing_to_tell_it(tmp_path: Path, starter_service: str) -> None:
    """It sends whole tickets."""
    with _account("zammad") as address:
        done = imported(tmp_path, {**_desk("zammad"), "address": address}, amends=starter_service, body=True)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "sends all that is mapped by itself" in done.stderr


def test_tags_are_flags_where_they_are_called_so(tmp_path: Path, starter_service: str) -> None:
    """Listed by a call of their own; of several in a payload, too."""
    with _account("chatwoot") as address:
        done = imported(tmp_path, {**_desk("chatwoot"), "address": address}, amends=starter_service)
    assert done.exit_code == 0, done.output

    flagged = taken(done.stdout, {**SENT["chatwoot"], "labels": ["tea", "legal_threat"]})

    assert '# tags: "legal_threat", "tea"\n' in done.stdout
    assert len(flagged.situation.flags.values) == 1
    assert set(flagged.situation.tags.values) == {"tea", "legal_threat"}


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "does not know the bridge's token, password or secret"),
        (403, "the user or app that it calls as is not let in, or may not read the fields"),
        (404, "there is no such list at `address`"),
        (429, "it asks to wait 30 seconds"),
    ],
)
def test_an_account_that_refuses_is_explained(status: int, told: str, tmp_path: Path, starter_service: str) -> None:
    """What was asked, what it said, and what that means; no half of a draft."""
    with _account("zammad", Refusal("/object_manager_attributes", status)) as address:
        done = imported(tmp_path, {**_desk("zammad"), "address": address}, amends=starter_service)

    assert (done.exit_code, done.stdout) == (1, "")
    assert f"GET /api/v1/object_manager_attributes: {status}" in done.stderr
    assert told in done.stderr


def test_an_answer_without_the_list_is_no_empty_account(tmp_path: Path, starter_service: str) -> None:
    """A page of a proxy, say."""
    with serving_account(lambda _asked: (200, {"message": "under maintenance"})) as address:
        done = imported(tmp_path, {**_desk("zammad"), "address": address}, amends=starter_service)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "the answer to GET /api/v1/object_manager_attributes has no list at [*]" in done.stderr


def test_what_is_no_part_of_a_mapping_makes_no_draft(tmp_path: Path, starter_service: str) -> None:
    """It is told as of any mapping, with the place in the draft."""
    desk = _desk("zammad")
    desk["fields"]["delivery"]["weather"] = {"path": "ticket.weather"}
    with _account("zammad") as address:
        done = imported(tmp_path, {**desk, "address": address}, amends=starter_service)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "the draft:" in done.stderr
    assert "weather" in done.stderr


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"kinds": {"input": "words"}}, "fields.kinds.input: Value error, it is none of text, integer, decimal"),
        ({"name": "a b"}, "fields.name: Value error, it is no path"),
        ({"place": "ticket"}, "fields.place: Value error, it is no path that ends in .{name}"),
        ({"place": "a b.{name}"}, "fields.place: Value error, it is no path"),
        ({"delivery": {}}, "fields.delivery: Dictionary should have at least 1 item"),
        ({"always": {"weather.x": {"path": "a"}}}, "it is no field of a situation"),
        ({"always": {"customer": {"path": "a"}}}, "it is no field of a situation"),
        ({"always": {"obvious_mistake": {"path": "a", "values": {True: "true"}}}}, "write in quotes"),
        ({"delivery": {"case": {"path": "a", "is": [1]}}}, "write in quotes"),
        ({"path": "/a\tb"}, "fields.path: String should match pattern"),
        ({"sort": "name"}, "fields.sort: Extra inputs are not permitted"),
    ],
)
def test_a_mistake_in_it_is_told_with_its_place(wrong: dict[str, Any], told: str, tmp_path: Path) -> None:
    """Before anybody is asked."""
    desk = _desk("zammad")
    desk["fields"].update(wrong)

    done = imported(tmp_path, desk, amends="127.0.0.1:9")

    assert (done.exit_code, done.stdout) == (1, "")
    assert told in done.stderr
