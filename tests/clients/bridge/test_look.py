"""Looking through a helpdesk that sends no webhooks: what is new is queued, and once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from amends_client.bridge.handle import Source
from amends_client.bridge.look import Look
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.ports import Seen
from amends_client.bridge.queue.model import DeliveryKind, State
from amends_client.bridge.queue.queue import Queue
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.tryton import Tryton, TrytonSettings
from tests.fakes.clock import FakeClock

MAPPING = """\
delivery:
  case: {path: complaint.id}
  time: {path: complaint.changed}
situation:
  contact_reason: {path: type, required: true}
"""
DONE = {"case": "1", "action": "refund", "kind": "executed", "event": "1-done-7"}


def draft(number: int, **more: object) -> Seen:
    return Seen({"complaint": {"id": number, "changed": "2026-11-22T10:00:00+00:00"}, "type": "late", **more})


@pytest.fixture
def source(tmp_path: Path, clock: FakeClock) -> Iterator[Source]:
    """It is never called: what it holds is told by each test."""
    (tmp_path / "secret").write_text("invented")
    settings = TrytonSettings(
        vendor="tryton",
        address="http://127.0.0.1:9",
        database="shop",
        user="bridge",
        password=Secret(file=tmp_path / "secret"),
    )
    tryton = Tryton(settings, clock.now)
    yield Source("shop", tryton, read_mapping(MAPPING, file="shop.yaml"), "shop")
    tryton.close()


def test_what_is_new_is_queued_once_however_often_it_is_seen(queue: Queue, source: Source) -> None:
    """A case by what it holds, a report by the name of its event: the bridge keeps no list of its own."""
    seen = [draft(1), Seen(DONE, report=True)]
    look = Look(queue, source, lambda: seen, Metrics())

    assert (look(), look()) == (2, 0)
    seen.append(draft(1, customer=2))
    assert look() == 1
    assert queue.counts()[State.WAITING] == 3
    claimed = queue.claim(seconds=60)
    assert claimed is not None
    assert (claimed.case, claimed.kind) == ("1", DeliveryKind.CHANGE)


def test_a_case_without_what_the_mapping_requires_is_counted_and_holds_up_no_other(
    queue: Queue, source: Source
) -> None:
    """One draft that somebody has only begun."""
    metrics = Metrics()
    seen = [draft(1, type=None), draft(2)]

    assert Look(queue, source, lambda: seen, metrics)() == 1
    assert b'amends_bridge_refused_total{reason="lacking",source="shop"} 1.0' in metrics.text()
