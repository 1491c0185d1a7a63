"""docs/deploy is true: alerts and dashboard ask for what the service has: numbers, labels and events, all told of."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from amends.telemetry import Telemetry
from tests.docs.log_calls import logged

DOCS: Final = Path(__file__).parents[2] / "docs"
ALERTS: Final[list[dict[str, Any]]] = yaml.safe_load((DOCS / "deploy/alerts.yaml").read_text("utf-8"))["groups"][0][
    "rules"
]
BOARD: Final[dict[str, Any]] = json.loads((DOCS / "deploy/grafana.json").read_text("utf-8"))
ASKED: Final = [rule["expr"] for rule in ALERTS] + [
    target["expr"] for panel in BOARD["panels"] for target in panel["targets"]
]


def known() -> dict[str, set[str]]:
    """The labels of every number that the service gives, by its name."""
    telemetry = Telemetry(version="1")
    telemetry.calls([{"method": "Decide", "code": "OK", "duration_us": 1}], in_flight=0)
    telemetry.decisions("default", "resolved", 1, rules=["one"])
    telemetry.event("ready", "info", {})
    telemetry.serve([("default", "shop", "1", "digest")], lambda: [("default", "proved", "activation")])
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(telemetry.text().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("expression", ASKED)
def test_only_numbers_are_asked_for_that_there_are(expression: str) -> None:
    """With labels that they have; a name that was changed in the code fails here."""
    numbers = known()
    named = set(re.findall(r"\bamends_\w+", expression))

    assert named <= set(numbers)
    labels = set(re.findall(r"[{,]\s*(\w+)\s*(?:=~|!=|=)", expression)) - {"job", "instance"}
    assert all(label in set().union(*(numbers[name] for name in named)) for label in labels)


def test_events_that_alerts_wait_for_are_logged() -> None:
    """An alert on a line that nobody writes would never come."""
    events = {name for one in ASKED for name in re.findall(r'event="(\w+)"', one)}

    assert events
    assert events <= set(logged())


def test_every_alert_and_number_is_told_of() -> None:
    """In docs/operations.md: what an alert means and what to do, and what each number counts."""
    guide = (DOCS / "operations.md").read_text("utf-8")
    numbers = {re.sub(r"_(bucket|sum|count|created|total)$", "", name) for name in known()}

    assert [rule["alert"] for rule in ALERTS if f"`{rule['alert']}`" not in guide] == []
    assert [name for name in numbers if f"`{name}" not in guide] == []
