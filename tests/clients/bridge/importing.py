"""`amends-bridge import` of one source, and what its draft takes from a payload."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from typer.testing import CliRunner, Result

from amends_client.bridge.cli import app
from amends_client.bridge.mapping.read import read_mapping
from amends_client.bridge.mapping.take import Taken, take

LATE: Final = ("late_delivery", "o-1", (59, 900_000_000, "USD"), 4, True)
"""The order `o-1`, paid with 59.90 USD, which came four days late by an obvious mistake."""


def imported(
    folder: Path, desk: Mapping[str, Any], *, amends: str, policy: str = "starter", body: bool = False
) -> Result:
    """The draft for the source `desk`, with those settings; with `body` what its webhook is told."""
    file = folder / "bridge.yaml"
    source = {"mapping": "m.yaml", "policy": policy, "desk": desk}
    content = {"amends": {"target": amends}, "queue": f"sqlite:///{folder}/b.db", "sources": {"desk": source}}
    file.write_text(yaml.safe_dump(content))
    return CliRunner().invoke(app, ["import", "desk", "--config", str(file), *(["--body"] if body else [])])


def taken(draft: str, payload: object) -> Taken:
    """What the draft takes: it is a mapping, or this fails."""
    return take(json.loads(json.dumps(payload)), read_mapping(draft, file="m.yaml"), case_id="desk-1")


def order_of(found: Taken) -> tuple[object, ...]:
    """What was taken of an order, as `LATE` has it."""
    situation = found.situation
    paid = (situation.amount_paid.units, situation.amount_paid.nanos, situation.amount_paid.currency_code)
    delay = situation.facts["delay_days"].integer
    return situation.contact_reason, situation.subject.order_id, paid, delay, situation.obvious_mistake
