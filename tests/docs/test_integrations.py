"""docs/integrations is true: what a reader copies is read by the bridge, and examples come out as they are shown."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from amends_client.bridge.cli import app
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.mapping.take import delivered, take
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.note import ALL_TAGS
from amends_client.bridge.ports import Reason, Webhook
from amends_client.bridge.reports import read_report
from amends_client.bridge.settings import Settings, SourceSettings, read_settings
from amends_client.bridge.signatures import Scheme, check
from amends_client.bridge.web import STATUS
from tests.docs.guide import Guide, broken_links

BRIDGE: Final = Guide("integrations/README.md")
ZENDESK: Final = Guide("integrations/zendesk.md")
GUIDES: Final = {
    "bridge": BRIDGE,
    "zendesk": ZENDESK,
    **{name: Guide(f"integrations/{name}.md") for name in ("zammad", "hubspot", "salesforce")},
    **{name: Guide(f"integrations/{name}.md") for name in ("django-helpdesk", "tryton")},
    **{name: Guide(f"integrations/{name}.md") for name in ("chatwoot", "freshdesk", "intercom", "espocrm")},
}


def block(guide: Guide, name: str) -> str:
    """The block that names this file, or is in this language."""
    return next(one.text for one in guide.blocks() if name in (one.file, one.language))


@pytest.mark.parametrize("name", GUIDES)
def test_every_link_leads_somewhere(name: str) -> None:
    """To a heading of the page or a file of the repository."""
    assert broken_links(GUIDES[name]) == []


def test_the_mapping_takes_from_the_payload_what_is_shown(tmp_path: Path) -> None:
    """A reader who tries it sees the same."""
    (tmp_path / "desk.yaml").write_text(block(BRIDGE, "desk.yaml"))
    (tmp_path / "payload.json").write_text(block(BRIDGE, "json"))

    done = CliRunner().invoke(app, ["try", str(tmp_path / "desk.yaml"), str(tmp_path / "payload.json")])

    (shown,) = re.findall(r"^```\n\$ amends-bridge try .*\n([^`]*)^```$", BRIDGE.text, re.MULTILINE)
    assert done.stdout == shown


def test_the_report_of_an_outcome_is_one() -> None:
    """Its names and its kind are known."""
    shown = [one.text for one in BRIDGE.blocks() if one.language == "json"][1]

    assert read_report(json.loads(shown)).action == "refund"


@pytest.mark.parametrize("name", GUIDES)
def test_the_configuration_is_one(name: str, tmp_path: Path) -> None:
    """Every key in it is known, and nothing is missing."""
    for one in GUIDES[name].blocks():
        if one.file:
            (tmp_path / one.file).write_text(one.text)

    settings = read_settings(tmp_path / "bridge.yaml")

    (source,) = settings.sources.values()
    read_mapping(source.mapping.read_text(), file=source.mapping.name)


def test_the_body_of_the_trigger_is_what_the_mapping_of_zendesk_reads() -> None:
    """With values in the place of its placeholders."""
    values = {
        "ticket.id": "4711",
        "ticket.updated_at_with_timestamp": "2026-11-22T10:00Z",
        "ticket.tags": "vip reason_late amends_ask",
        "ticket.ticket_field_360001": "reason_late",
        "ticket.ticket_field_360002": "o-1",
        "ticket.ticket_field_360003": "4",
        "ticket.ticket_field_360004": "59.90",
        "ticket.ticket_field_360005": "",
        "ticket.requester.id": "81",
        "current_user.id": "360009",
    }
    body = re.sub(r"{{(.*?)}}", lambda found: values.pop(found[1]), block(ZENDESK, "json"))
    mapping = read_mapping(block(ZENDESK, "zendesk.yaml"), file="zendesk.yaml")

    told, taken = delivered(json.loads(body), mapping), take(json.loads(body), mapping, case_id="zendesk-4711")

    assert values == {}
    assert (told.case, told.own, told.time is not None) == ("4711", True, True)
    assert taken.unmapped == ()
    assert list(taken.situation.tags.values) == ["reason_late", "vip"]
    assert taken.situation.facts["delay_days"].integer == 4
    assert not taken.situation.HasField("shipping_fee")


def test_what_the_example_signs_is_accepted() -> None:
    """The ten lines that a helpdesk's developer copies."""
    names: dict[str, Any] = {}
    exec(block(BRIDGE, "python"), names)  # noqa: S102  # our own example
    headers = names["signed"](b"{}", b"key")
    webhook = Webhook({name.lower(): value for name, value in headers.items()}, b"{}", "")
    now = int(headers["X-Amends-Timestamp"]) * 1_000_000_000

    assert check(webhook, Scheme("X-Amends-Signature", "X-Amends-Timestamp"), secret=b"key", now=now)


def test_every_reason_of_a_refusal_is_told_with_its_status() -> None:
    """And no other."""
    written = {(row[0], row[1].strip("`")) for row in BRIDGE.rows("What is refused")}

    assert written == {(str(STATUS[reason].value), reason.value) for reason in Reason}


def test_every_setting_is_told_with_its_default() -> None:
    """But for those of a vendor, which stand with it."""
    written = {row[0].strip("`"): row[1].strip("`") for row in BRIDGE.rows("Settings")}

    assert written == dict(defaults(Settings))


def defaults(model: type[BaseModel], before: str = "") -> list[tuple[str, str]]:
    """Each setting below its groups, with its default as one would write it."""
    found = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if name == "sources":
            found += defaults(SourceSettings, "sources.NAME.")
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            found += defaults(inner, f"{before}{name}.")
        else:
            default = "" if field.is_required() else "none" if field.default is None else str(field.default).lower()
            found.append((f"{before}{name}", default))
    return found


def test_every_metric_is_told_with_its_labels() -> None:
    """An operator may build alarms on them."""
    metrics = Metrics()
    metrics.received.labels("a", "b")
    metrics.refused.labels("a", "b")
    metrics.unmapped.labels("a", "b")
    metrics.handled.labels("a", "b")
    metrics.watch_queue(lambda: {"waiting": 0})
    lines = re.findall(r"^(\w+){(.*)}", metrics.text().decode(), re.MULTILINE)
    counted: Mapping[str, set[str]] = {
        name: set(re.findall(r"(\w+)=", labels)) for name, labels in lines if not name.endswith("_created")
    }

    assert {row[0].strip("`"): set(re.findall(r"\w+", row[1])) for row in BRIDGE.rows("Metrics")} == counted


def test_every_tag_is_told() -> None:
    """Views and triggers are built on them."""
    assert set(re.findall(r"`(amends_\w+)`", " ".join(row[0] for row in ZENDESK.rows("What comes back")))) == {
        *ALL_TAGS
    }
