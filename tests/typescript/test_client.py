"""The TypeScript client does what it says, against real services; what it repeats of the Python side is the same."""

import json
import re
from pathlib import Path
from typing import Any, Final

import grpc
import pytest
from google.protobuf import json_format

from amends.domain.currencies import EXPONENTS
from amends.v1 import decision_service_pb2, rule_pack_service_pb2
from amends_client import ServiceAway, situation
from amends_client.errors import Failure
from amends_client.fallback import fallback
from tests.typescript.conftest import Services
from tests.typescript.node import PACKAGE, node

SUITES: Final = sorted(path.name.removesuffix(".test.ts") for path in (PACKAGE / "test").glob("*.test.ts"))


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.usefixtures("package")
def test_a_suite_of_the_client_holds(suite: str, services: Services) -> None:
    """Written in TypeScript and run by Node's own runner; each of them runs tests, and none is left out."""
    found = {"OPEN": services.open, "GUARDED": services.guarded, "KEY": services.key, "CA": str(services.authority)}
    environment = {f"AMENDS_{name}": value for name, value in found.items()}

    report = node("--test", "--test-reporter=tap", f"build/{suite}.test.js", environment=environment)

    written = len(re.findall(r"^ *test\(", (PACKAGE / "test" / f"{suite}.test.ts").read_text("utf-8"), re.MULTILINE))
    assert int(re.findall(r"^# pass (\d+)$", report, re.MULTILINE)[0]) >= written
    assert re.findall(r"^# (?:fail|cancelled|skipped|todo) (\d+)$", report, re.MULTILINE) == ["0"] * 4


@pytest.fixture
def told(package: Path, tmp_path: Path) -> dict[str, Any]:
    """What the client tells of itself."""
    node("build/tell.js", str(tmp_path / "told.json"), *EXPONENTS, "XYZ", "", folder=package)
    found: dict[str, Any] = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    return found


def test_both_sides_have_the_same_minor_units(told: dict[str, Any]) -> None:
    """Of every currency, and none of what is no currency."""
    assert told["exponents"] == {**EXPONENTS, "XYZ": -1, "": -1}


def test_both_clients_give_the_same_care(told: dict[str, Any]) -> None:
    """While the service is away a customer hears the same, whichever language the helpdesk is written in."""
    cause = ServiceAway(Failure(grpc.StatusCode.UNAVAILABLE, "", ""))
    ours = fallback(situation(case_id="c", subject={"order_id": "o-1"}), cause, owner_team="front desk")

    for name, messages in (("actions", ours.actions), ("guardrails", ours.guardrails)):
        assert told["fallback"][name] == [json_format.MessageToDict(message) for message in messages]


def test_every_method_of_the_contract_can_be_called(told: dict[str, Any]) -> None:
    """By its own name, but for the stream, which `decideEach` makes."""
    methods = {
        method.name[0].lower() + method.name[1:]
        for file in (decision_service_pb2, rule_pack_service_pb2)
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }

    assert methods - set(told["methods"]) == {"streamDecide"}
    assert "decideEach" in told["methods"]
