"""The door without its queue: nothing is accepted that is not kept."""

import json
from pathlib import Path

import httpx

from amends_client.bridge.handle import Source
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.queue.queue import Queue
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.generic import CallSettings, Generic, GenericSettings
from amends_client.bridge.web import Door, make_app
from tests.clients.bridge.bridging import MAPPING, payload, signed
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
