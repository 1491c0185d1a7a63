"""What the SDK gives to the tests of others: a real service, and fixtures for pytest; as docs/sdk-python.md says."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from amends.v1 import decision_service_pb2, rule_pack_service_pb2
from amends_client import AmendsClient, AsyncAmendsClient
from amends_client.testing import SMALL_PACK, ServiceNotStartedError, running_service
from tests.clients.test_readme import run
from tests.docs.guide import Guide

GUIDE: Final = Guide("sdk-python.md")
EXAMPLES: Final = re.findall(r"```python\n(.*?)```", GUIDE.text, re.DOTALL)


def test_the_fixtures_serve_a_strangers_test(tmp_path: Path) -> None:
    """The conftest.py and the test of the guide, run by a pytest of their own."""
    conftest = next(example for example in EXAMPLES if "pytest_plugins" in example)
    test = next(example for example in EXAMPLES if "def test_" in example)
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "test_late.py").write_text(test, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
    ]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_context_manager_of_the_guide_serves() -> None:
    """It decides by the small pack, and asks what that pack asks."""
    assert run(EXAMPLES[-1]).strip()


def test_the_example_of_a_token_is_python() -> None:
    """It connects to nothing before the first call."""
    assert "AmendsClient" in run(next(example for example in EXAMPLES if "token=" in example))


async def test_packs_of_ones_own_decide_for_both_clients() -> None:
    """Given by their paths; an outcome that is recorded is remembered."""
    with running_service({"mine/pack.yaml": SMALL_PACK.replace("pack: small", "pack: mine")}) as service:
        async with service.async_client() as client:
            [pack] = await client.list_rule_packs()
    assert (pack.pack_id, list(pack.policies)) == ("mine", ["default", "mine"])


def test_a_pack_outside_of_the_folder_is_refused() -> None:
    """Tests write nowhere else."""
    with pytest.raises(ValueError, match="leads out"), running_service({"../elsewhere/pack.yaml": SMALL_PACK}):
        pass


def test_what_kept_the_service_from_starting_is_told(tmp_path: Path) -> None:
    """In its own words."""
    with pytest.raises(ServiceNotStartedError, match="--policies"), running_service(tmp_path, policies="default="):
        pass


def test_every_rpc_has_a_method() -> None:
    """In both clients; the guide names it, or says why there is none."""
    told = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in GUIDE.rows("Two clients, one contract")}
    services = [
        decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"],
        rule_pack_service_pb2.DESCRIPTOR.services_by_name["RulePackService"],
    ]
    assert set(told) == {method.name for service in services for method in service.methods}
    assert [rpc for rpc, names in told.items() if not names] == ["DecideFlat"]
    for client in (AmendsClient, AsyncAmendsClient):
        public = {name for name in vars(client) if not name.startswith("_")}
        assert {name for names in told.values() for name in names} == public - {"close"}
