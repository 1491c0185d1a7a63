"""Whoever watches a service learns which policy is behind and why; a stranger no more than that one is."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from amends.v1 import rule_pack_service_pb2 as service_pb2
from tests.service.activating import Publisher, shop
from tests.service.guarded import guarded_server
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.running import PATIENCE, RunningServer, write_pack


def until(look: Callable[[], Any], holds: Callable[[Any], bool]) -> Any:  # noqa: ANN401  # whatever is looked at
    """What is seen, as soon as that holds; polled, as a probe does."""
    end = time.monotonic() + PATIENCE
    while not holds(seen := look()):
        assert time.monotonic() < end, f"still: {seen}"
        time.sleep(0.1)
    return seen


def ready(server: RunningServer) -> dict[str, dict[str, str]]:
    """What `/readyz` tells of each policy."""
    answer = httpx.get(f"http://{server.wait_for('ready')['http']}/readyz", timeout=PATIENCE)
    assert (answer.status_code, answer.json()["status"], answer.json()["hindrances"]) == (200, "ready", [])
    return {one["policy"]: one for one in answer.json()["policies"]}


def states(server: RunningServer) -> set[tuple[str, str, str]]:
    """What the numbers tell: policy, state and activation."""
    text = httpx.get(f"http://{server.wait_for('ready')['http']}/metrics", timeout=PATIENCE).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    labels = [one.labels for one in families["amends_policy_state"].samples]
    return {(one["policy"], one["state"], one["activation_id"]) for one in labels}


def amends(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "amends", *arguments], check=False, capture_output=True, text=True)


def test_a_refused_pack_is_told_wherever_one_looks(tmp_path: Path) -> None:
    """The policy, its state, the activation and what it found: probe, numbers, RPC and commands; and no longer then."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    options = ("--http-port", "0", "--no-watch")
    with recording_server(tmp_path / "rules", sqlite_url(tmp_path), *options) as server, server.channel() as channel:
        publisher = Publisher(channel)
        until(lambda: ready(server), lambda seen: {one["state"] for one in seen.values()} == {"proved"})
        assert amends("health", "--target", server.target, "--policies").returncode == 0
        refused = publisher.settled(publisher.upload(SHOP.replace("fault: company", "faultt: company")))

        told = until(lambda: ready(server), lambda seen: seen["default"]["state"] == "behind")["default"]
        assert (told["activationId"], told["digest"]) == (refused.activation_id, refused.previous_digest)
        assert "unknown-fact" in told["reason"]
        assert ("default", "behind", refused.activation_id) in states(server)
        assert ("shop", "proved", "") in states(server)
        listed = publisher.stub.ListRulePacks(service_pb2.ListRulePacksRequest()).policy_statuses
        by_rpc = next(one for one in listed if one.policy == "default")
        assert (by_rpc.state, by_rpc.reason) == (service_pb2.POLICY_STATE_BEHIND, told["reason"])
        for command in (("health", "--policies"), ("packs",)):
            said = amends(*command, "--server", server.target)
            assert said.returncode == 1, said
            assert f"default ({told['digest'][:12]}): behind [activation {refused.activation_id}]" in said.stdout
            assert f"shop ({told['digest'][:12]}): proved\n" in said.stdout

        publisher.settled(publisher.upload(shop(4)))
        until(lambda: ready(server), lambda seen: seen["default"]["state"] == "proved")


def test_a_service_in_which_nothing_decides_says_what_hinders(tmp_path: Path) -> None:
    """503, with the policy and why."""
    write_pack(tmp_path, "shop", SHOP.replace("fault: company", "faultt: company"))
    with RunningServer("--rules", str(tmp_path), "--http-port", "0") as server:
        url = f"http://{server.wait_for('ready')['http']}/readyz"

        answer = until(
            lambda: httpx.get(url, timeout=PATIENCE), lambda seen: seen.json()["policies"][0]["activationId"]
        )

        assert (answer.status_code, answer.json()["hindrances"]) == (503, ["nothing_decided"])
        assert {one["state"] for one in answer.json()["policies"]} == {"undecided"}
        assert "unknown-fact" in answer.json()["policies"][0]["reason"]
        said = amends("health", "--target", server.target, "--policies")
        assert (said.returncode, said.stderr.strip()) == (1, "NOT_SERVING")
        assert "default: undecided" in said.stdout


def test_who_may_not_read_hears_a_code_and_an_id_alone(tmp_path: Path) -> None:
    """Neither names nor reasons; others hear of their own policies, and a wrong key fails no probe."""
    with guarded_server(tmp_path) as guarded:

        def seen(caller: str) -> list[dict[str, str]]:
            answer = guarded.web.get("/readyz", headers=dict(guarded.callers.said(caller)))
            assert answer.status_code == 200
            return list(answer.json()["policies"])

        until(lambda: seen("nobody"), lambda told: told == [])
        publisher = Publisher(guarded.channel)
        files = service_pb2.PackFiles(
            pack_id="shop", files=[service_pb2.PackFile(path="pack.yaml", content=b"pack: shop\nmystery: 1")]
        )
        request = service_pb2.ActivateRulePackRequest(policy="brand-x", reason="a test", files=files)
        said = guarded.callers.said("other-brand")
        asked = publisher.stub.ActivateRulePack(request, metadata=said, timeout=PATIENCE).activation

        [told] = until(lambda: seen("nobody"), lambda told: told != [])

        assert told == {"state": "behind", "activationId": asked.activation_id}
        assert seen("stranger") == [told]
        assert [(one["policy"], one["state"]) for one in seen("other-brand")] == [("brand-x", "behind")]
        assert "missing-key" in seen("other-brand")[0]["reason"]
        assert {one.get("policy", "") for one in seen("watcher")} == {"default", "shop", ""}
        listed = guarded.packs.ListRulePacks(
            service_pb2.ListRulePacksRequest(), metadata=guarded.callers.said("watcher")
        )
        assert {one.policy for one in listed.policy_statuses} == {"default", "shop"}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_without_a_database_nothing_is_proved(tmp_path: Path, workers: str) -> None:
    """And that is said, with what to do."""
    write_pack(tmp_path, "shop", SHOP)
    with RunningServer("--rules", str(tmp_path), "--http-port", "0", "--workers", workers) as server:
        told = ready(server)["default"]

        assert told["state"] == "unproved"
        assert "amends verify" in told["reason"]
