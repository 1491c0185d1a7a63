"""docs/integrations/hubspot.md and salesforce.md are true: what a reader copies fits what the adapters do."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any, Final

import pytest
from pydantic import BaseModel

from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.mapping.take import Taken, delivered, take
from amends_client.bridge.note import ALL_TAGS, outputs_of
from amends_client.bridge.ports import Webhook
from amends_client.bridge.reports import KINDS, Report
from amends_client.bridge.signatures import check
from amends_client.bridge.vendors.flags import FLAGS
from amends_client.bridge.vendors.hubspot import HubSpotSettings
from amends_client.bridge.vendors.salesforce import SCHEME, SalesforceSettings
from amends_client.messages import Decision
from tests.docs.guide import DOCS, Guide

HUBSPOT: Final = Guide("integrations/hubspot.md")
SALESFORCE: Final = Guide("integrations/salesforce.md")
ACTION: Final[dict[str, Any]] = json.loads((DOCS / "integrations/hubspot/action.json").read_text("utf-8"))
REPORT: Final[dict[str, Any]] = json.loads((DOCS / "integrations/hubspot/report-action.json").read_text("utf-8"))


def block(guide: Guide, name: str) -> str:
    """The block that names this file, or is in this language."""
    return next(one.text for one in guide.blocks() if name in (one.file, one.language))


def taken(guide: Guide, name: str) -> tuple[Taken, str]:
    """What the guide's mapping takes of the guide's payload, and the case."""
    mapping, payload = read_mapping(block(guide, name), file=name), json.loads(block(guide, "json"))
    told = delivered(payload, mapping)
    return take(payload, mapping, case_id="case"), told.case


@pytest.mark.parametrize(
    ("guide", "name", "case"),
    [(HUBSPOT, "hubspot.yaml", "4711"), (SALESFORCE, "salesforce.yaml", "500xx000000YlnvAAC")],
    ids=["hubspot", "salesforce"],
)
def test_the_mapping_takes_everything_from_the_payload(guide: Guide, name: str, case: str) -> None:
    """Nothing that is mapped stays unknown but what the payload leaves empty."""
    found, told = taken(guide, name)

    assert (told, found.unmapped) == (case, ())
    assert found.situation.contact_reason == "late_delivery"
    assert found.situation.facts["delay_days"].integer == 4
    assert (found.situation.amount_paid.units, found.situation.amount_paid.nanos) == (59, 900_000_000)
    assert not found.situation.HasField("shipping_fee")


def test_the_moment_of_a_case_is_read_as_apex_writes_it() -> None:
    """What is older than what was handled is told by it; who wrote it too."""
    mapping = read_mapping(block(SALESFORCE, "salesforce.yaml"), file="salesforce.yaml")
    payload = json.loads(block(SALESFORCE, "json"))

    told = delivered(payload, mapping)

    assert told.time is not None
    assert told.time.isoformat() == "2026-11-22T10:00:00+00:00"
    assert not told.own
    assert delivered({**payload, "LastModifiedById": "005xx000001SwogAAC"}, mapping).own


def test_hubspot_is_asked_for_what_the_mapping_reads() -> None:
    """A property that the action does not name is not sent."""
    asked = set(ACTION["objectRequestOptions"]["properties"])

    assert set(re.findall(r"object\.properties\.(\w+)", block(HUBSPOT, "hubspot.yaml"))) <= asked
    assert set(json.loads(block(HUBSPOT, "json"))["object"]["properties"]) <= asked


def test_the_actions_outputs_are_those_that_a_workflow_gets() -> None:
    """Each is declared, has a label, and is told in the guide."""
    given = set(outputs_of("", Decision()))

    assert [one["typeDefinition"]["name"] for one in ACTION["outputFields"]] == list(
        ACTION["labels"]["en"]["outputFieldLabels"]
    )
    assert {one["typeDefinition"]["name"] for one in ACTION["outputFields"]} == given
    assert set(HUBSPOT.keys("What a workflow gets")) == given


def test_the_reporting_actions_inputs_make_a_report() -> None:
    """Under the names of a report, with kinds that one may have; the ticket and the call say the rest."""
    fields = {one["typeDefinition"]["name"]: one for one in REPORT["inputFields"]}
    kinds = {option["value"] for option in fields["kind"]["typeDefinition"]["options"]}

    assert set(fields) < set(Report.__dataclass_fields__)
    assert set(fields) == set(REPORT["labels"]["en"]["inputFieldLabels"])
    assert {name for name, one in fields.items() if one["isRequired"]} == {"action", "kind"}
    assert kinds <= set(KINDS)
    assert REPORT["actionUrl"] == f"{ACTION['actionUrl']}/outcomes"


@pytest.mark.parametrize(
    ("guide", "written"), [(HUBSPOT, "amends_{}"), (SALESFORCE, "Amends{}__c")], ids=["hubspot", "salesforce"]
)
def test_every_field_that_is_written_is_to_be_made_first(guide: Guide, written: str) -> None:
    """One that is missing would make the first note a dead letter."""
    for flag in FLAGS:
        name = flag if written.startswith("amends_") else flag.title().replace("_", "")
        assert f"`{written.format(name)}`" in guide.text
    assert {f"amends_{flag}" for flag in FLAGS} <= set(ALL_TAGS)


@pytest.mark.parametrize(
    ("guide", "model"), [(HUBSPOT, HubSpotSettings), (SALESFORCE, SalesforceSettings)], ids=["hubspot", "salesforce"]
)
def test_every_setting_is_told_with_its_default(guide: Guide, model: type[BaseModel]) -> None:
    """And no other."""
    written = {row[0].strip("`"): row[1].strip("`") for row in guide.rows("Settings")}

    assert written == {
        name: _default(field.get_default(call_default_factory=True), required=field.is_required())
        for name, field in model.model_fields.items()
    }


def _default(value: object, *, required: bool) -> str:
    if required:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value or "none")


def test_what_apex_signs_is_accepted() -> None:
    """As the class signs: HMAC-SHA256 over the seconds and the body, in hexadecimal, in the headers it names."""
    apex = block(SALESFORCE, "apex")
    body, now = b'{"Id":"500xx000000YlnvAAC"}', "1800000000"
    names = re.findall(r"setHeader\('(X-[\w-]+)'", apex)
    headers: Mapping[str, str] = {
        names[0]: now,
        names[1]: hmac.new(b"key", now.encode() + body, hashlib.sha256).hexdigest(),
    }
    webhook = Webhook({name.lower(): value for name, value in headers.items()}, body, "")

    assert "Crypto.generateMac('hmacSHA256', Blob.valueOf(now + body), key)" in apex
    assert "EncodingUtil.convertToHex(mac)" in apex
    assert check(webhook, SCHEME, secret=b"key", now=int(now) * 1_000_000_000)
