"""The door without its queue: nothing is accepted that is not kept."""

import json
from pathlib import Path

import httpx

from amends_client.bridge.handle import Source
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.queue.model import State
from amends_client.bridge.queue.queue import Queue
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.generic import CallSettings, Generic, GenericSettings
from amends_client.bridge.vendors.hubspot import HubSpot, HubSpotSettings
from amends_client.bridge.web import Door, make_app
from tests.clients.bridge.bridging import MAPPING, payload, signed
from tests.clients.bridge.hubspot_desk import old_signature_headers
from tests.fakes.clock import FakeClock


def door_of(folder: Path, queue: Queue) -> Door:
    (folder / "secret").write_text("an invented secret")
    settings = GenericSettings(
        vendor="generic",
        address="http://127.0.0.1:1",
        secret=Secret(file=folder / "secret"),
        note=CallSettings(method="POST", path="/notes"),
    )
    source = Source("generic", Generic(settings), read_mapping(MAPPING, file="desk.yaml"), "starter")
    return Door(queue, {"generic": source}, Metrics(), FakeClock().now, notify=lambda: None)


def waiting_door(folder: Path, queue: Queue, clock: FakeClock) -> Door:
    (folder / "secret").write_text("an invented secret")
    secret = Secret(file=folder / "secret")
    settings = HubSpotSettings(
        vendor="hubspot", address="http://127.0.0.1:1", public="http://bridge.example", token=secret, secret=secret
    )
    helpdesk = HubSpot(settings, clock.now)
    source = Source("hubspot", helpdesk, read_mapping(MAPPING, file="desk.yaml"), "starter", workflow=helpdesk)
    return Door(queue, {"hubspot": source}, Metrics(), clock.now, notify=lambda: None)


async def test_while_the_queue_is_away_webhooks_are_to_be_sent_again(tmp_path: Path) -> None:
    """503, never 202: the helpdesk tries again; and nobody sends traffic to a bridge that is not ready."""
    with Queue(f"sqlite:///{tmp_path / 'bridge.db'}", FakeClock().now) as queue:
        door = door_of(tmp_path, queue)
        transport = httpx.ASGITransport(make_app(door))
        async with httpx.AsyncClient(transport=transport, base_url="http://bridge.example") as helpdesk:
            ready = await helpdesk.get("/readyz")
            (tmp_path / "bridge.db").rename(tmp_path / "gone.db")
            (tmp_path / "bridge.db").mkdir()
            body = json.dumps(payload("1")).encode()
            answer = await helpdesk.post(
                "/webhooks/generic", content=body, headers=signed(body, at="2026-01-01T00:00:00Z")
            )
            unready = await helpdesk.get("/readyz")
            alive = await helpdesk.get("/healthz")

    assert (answer.status_code, answer.json()["reason"]) == (503, "unavailable")
    assert (ready.status_code, unready.status_code, alive.status_code) == (200, 503, 200)
    assert b'amends_bridge_refused_total{reason="unavailable",source="generic"} 1.0' in door.metrics.text()


async def test_what_could_not_be_kept_is_refused_for_good(tmp_path: Path) -> None:
    """Half an emoji in a text, and a time that no clock of ours has: sent again they would fail again."""
    half = json.dumps(payload("1")).encode().replace(b"vip", b"\\ud83d")
    far = json.dumps(payload("1", changed="2300-01-01T00:00:00Z")).encode()
    with Queue(f"sqlite:///{tmp_path / 'bridge.db'}", FakeClock().now) as queue:
        transport = httpx.ASGITransport(make_app(door_of(tmp_path, queue)))
        async with httpx.AsyncClient(transport=transport, base_url="http://bridge.example") as helpdesk:
            answers = [
                await helpdesk.post("/webhooks/generic", content=body, headers=signed(body, at="2026-01-01T00:00:00Z"))
                for body in (half, far)
            ]

    assert [(one.status_code, one.json()["reason"]) for one in answers] == [(400, "not_json"), (422, "lacking")]
    assert "half a character" in answers[0].json()["message"]
    assert "out of range: 2300" in answers[1].json()["message"]


async def test_a_recorded_call_has_one_answer_in_the_line_however_long_it_is_sent(tmp_path: Path) -> None:
    """Version 2 signs no time; while its case is held, a call every ten seconds would else fill the case's line."""
    clock = FakeClock()
    body = json.dumps({"callbackId": "c1", **payload("1")}).encode()
    uri = "http://bridge.example/webhooks/hubspot"
    with Queue(f"sqlite:///{tmp_path / 'bridge.db'}", clock.now) as queue:
        transport = httpx.ASGITransport(make_app(waiting_door(tmp_path, queue, clock)))
        async with httpx.AsyncClient(transport=transport, base_url="http://bridge.example") as recorder:
            for _ in range(20):
                headers = old_signature_headers(uri, body, secret="an invented secret")
                heard = await recorder.post("/webhooks/hubspot", content=body, headers=headers)
                clock.nanoseconds += 60 * 1_000_000_000
                assert heard.json()["outputFields"]["hs_execution_state"] == "BLOCK"
        waiting = queue.counts()[State.WAITING]

    # The change and its answer.
    assert waiting == 2
