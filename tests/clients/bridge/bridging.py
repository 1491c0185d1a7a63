"""A bridge as a process of its own, between a real service and a helpdesk that keeps its tickets in a file."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.clients.bridge.hubspot_desk import executed, signature_headers
from tests.service.running import PATIENCE, RunningServer

SECRET = "an invented secret"
MAPPING = """\
delivery:
  case: {path: ticket.id}
  event: {path: event}
  time: {path: ticket.changed}
  own: {path: actor, is: [bridge]}
situation:
  contact_reason: {path: ticket.reason, values: {late: late_delivery}}
  fault: {path: ticket.fault}
  tags: {path: ticket.tags}
  shipping_fee: {path: order.shipping, currency: USD}
  amount_paid: {path: order.paid, currency: USD}
  amount_refunded: {path: order.refunded, currency: USD}
  observe_time: {path: order.observed}
  facts: {delay_days: {path: order.delay, type: integer}}
"""
PROMISES = """\
pack: promises
version: 1
title: A shop that looks again after a day, and in which much has to be approved
currency: USD
main: [fault]
facts:
  delay_days: {type: integer, unit: days, min: 0, ask: How many days late was it?}
contact_reasons: [late_delivery]
teams: {support: {label: Support}}
authority:
  - {role: frontline, refund: 5 USD}
  - {role: supervisor, refund: unlimited}
guardrails:
  - {id: no-time, unless: {incident.eta_known: true}, never: a time, instead: what happens next}
rules:
  - id: look-again
    title: Give it back and look again
    when: {fault: company}
    then: [{apology: {}}, {refund: {percent: 100, of: amount_paid}}, {verify_followup: {in: 1d}}]
    because: {agent: Our fault., customer: We are sorry.}
  - id: very-late
    title: The owner looks at what is very late
    when: {facts.delay_days: {at_least: 30}}
    then: [{escalate: {to: support}}]
    because: {agent: Very late., customer: We look at it.}
"""
GENERIC: Mapping[str, Any] = {
    "vendor": "generic",
    "secret": {"env": "DESK_SECRET"},
    "note": {"method": "POST", "path": "/cases/{case}/notes", "body": {"text": "{note}"}},
    "tags": {"method": "POST", "path": "/cases/{case}/tags", "body": {"tags": "{tags}"}},
    "notes": {"path": "/cases/{case}/notes", "texts": "notes[*].text"},
}
ZENDESK: Mapping[str, Any] = {
    "vendor": "zendesk",
    "user": "bridge@example.com",
    "token": {"env": "DESK_SECRET"},
    "secret": {"env": "DESK_SECRET"},
}
ZAMMAD: Mapping[str, Any] = {
    "vendor": "generic",
    "secret": {"env": "DESK_SECRET"},
    "signature": {"header": "X-Hub-Signature", "time_header": "", "over": "body", "prefix": "sha1=", "hash": "sha1"},
    "note": {
        "method": "POST",
        "path": "/api/v1/ticket_articles",
        "body": {"ticket_id": "{case}", "body": "{note}", "type": "note", "internal": True},
    },
    "tags": {
        "method": "POST",
        "path": "/api/v1/tags/add",
        "body": {"object": "Ticket", "o_id": "{case}", "item": "{tag}"},
    },
    "notes": {"path": "/api/v1/ticket_articles/by_ticket/{case}", "texts": "[*].body"},
}
HUBSPOT: Mapping[str, Any] = {
    "vendor": "hubspot",
    "public": "https://bridge.example",
    "token": {"env": "DESK_SECRET"},
    "secret": {"env": "DESK_SECRET"},
}
SALESFORCE: Mapping[str, Any] = {
    "vendor": "salesforce",
    "client": {"env": "DESK_SECRET"},
    "client_secret": {"env": "DESK_SECRET"},
    "secret": {"env": "DESK_SECRET"},
    "flow": "Amends_React",
    "milestones": {"verify": {"due": "AmendsVerifyDue__c", "milestone": "Amends verify"}},
}
DJANGO_HELPDESK: Mapping[str, Any] = {
    "vendor": "django_helpdesk",
    "user": "amends-bridge",
    "password": {"env": "DESK_SECRET"},
    "secret": {"env": "DESK_SECRET"},
    "tags_field": "amends",
}
WORK: Mapping[str, Any] = {"workers": 2, "lease": 24, "pause": 0.05, "look_every": 0.2, "remind_before": 172_800}


def configured(folder: Path, *, amends: str, desk: str, queue: str = "", timeout: float = 2, **work: object) -> Path:
    """A configuration with a source for each vendor, on the same helpdesk."""
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    sources = {
        name: {"mapping": "mapping.yaml", "policy": policy, "desk": {**vendor, "address": desk, "timeout": timeout}}
        for name, vendor, policy in (
            ("generic", GENERIC, "starter"),
            ("zendesk", ZENDESK, "starter"),
            ("zammad", ZAMMAD, "starter"),
            ("promises", GENERIC, "promises"),
            ("hubspot", HUBSPOT, "starter"),
            ("django_helpdesk", DJANGO_HELPDESK, "starter"),
            ("salesforce", SALESFORCE, "starter"),
            ("salesforce-promises", SALESFORCE, "promises"),
        )
    }
    settings = {
        "amends": {"target": amends, "deadline": 5},
        "queue": queue or f"sqlite:///{folder / 'bridge.db'}",
        "work": {**WORK, **work},
        "largest_body": 20_000,
        "sources": sources,
    }
    file = folder / "bridge.yaml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return file


def serving(config: Path, port: int = 0) -> RunningServer:
    """The bridge as a user starts it."""
    program = ("-W", "error", "-m", "amends_client.bridge", "serve", "--config", str(config), "--port", str(port))
    return RunningServer(program=program, environment={"DESK_SECRET": SECRET})


def payload(
    ticket: str, *, event: str = "e1", changed: str = "2026-11-22T10:00:00Z", **order: object
) -> dict[str, Any]:
    """A ticket of a delivery four days late."""
    return {
        "event": f"{ticket}-{event}",
        "ticket": {"id": ticket, "changed": changed, "reason": "late", "fault": "company", "tags": ["vip"]},
        "order": {"shipping": 9.9, "paid": 59.9, "refunded": 0, "delay": 4, **order},
    }


def signed(body: bytes, *, vendor: str = "generic", at: str = "", secret: str = SECRET, to: str = "") -> dict[str, str]:
    """The headers of a signed webhook."""
    if vendor == "hubspot":
        uri = f"https://bridge.example/webhooks/hubspot{to}"
        moment = datetime.fromisoformat(at) if at else datetime.now(UTC)
        return signature_headers(uri, body, secret=secret, milliseconds=int(moment.timestamp() * 1000))
    if vendor == "django_helpdesk":
        return {"Authorization": f"Basic {base64.b64encode(f'django:{secret}'.encode()).decode()}"}
    if vendor == "zammad":
        return {"X-Hub-Signature": f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}"}
    time_said = at or datetime.now(UTC).isoformat()
    digest = hmac.new(secret.encode(), time_said.encode() + body, hashlib.sha256).digest()
    if vendor == "zendesk":
        name = "X-Zendesk-Webhook-Signature"
        return {name: base64.b64encode(digest).decode(), f"{name}-Timestamp": time_said}
    return {"X-Amends-Signature": digest.hex(), "X-Amends-Timestamp": time_said}


def send(address: str, content: object, *, vendor: str = "generic", to: str = "", **how: str) -> httpx.Response:
    """Send a webhook as the vendor signs it."""
    sent = executed(content) if vendor == "hubspot" and isinstance(content, dict) else content
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    headers = signed(body, vendor=vendor, to=to, **how)
    url = f"http://{address}/webhooks/{vendor}{to}"
    return httpx.post(url, content=body, headers=headers, timeout=30, trust_env=False)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds; a failure where it does not in good time."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.01)


def metric(address: str, line: str) -> float:
    """The value of a metric, by the beginning of its line; 0 where there is none."""
    text = httpx.get(f"http://{address}/metrics", timeout=30, trust_env=False).text
    return sum(float(one.rpartition(" ")[2]) for one in text.splitlines() if one.startswith(line))
