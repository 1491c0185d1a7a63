"""What a running service tells of itself at /metrics: calls, decisions and rules, summed over workers."""

import os
import signal
from pathlib import Path

import grpc
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer, write_pack


def numbers(server: RunningServer) -> dict[tuple[str, ...], float]:
    """Every sample, by its name and the values of its labels in the order of their names."""
    text = httpx.get(f"http://{server.wait_for('ready')['http']}/metrics", timeout=PATIENCE).text
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_calls_and_decisions_are_counted(tmp_path: Path) -> None:
    """By method and code, by policy and outcome, by rule; a batch counts each of its decisions."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    with recording_server(tmp_path / "rules", sqlite_url(tmp_path), "--http-port", "0") as server:
        with server.channel() as channel:
            decisions = DecisionServiceStub(channel)
            decisions.Decide(late())
            items = [service_pb2.BatchDecideItem(request=late(days=days, case_id=f"case {days}")) for days in (1, 5, 9)]
            decisions.BatchDecide(service_pb2.BatchDecideRequest(items=items))
            assert len(list(decisions.StreamDecide(iter([service_pb2.StreamDecideRequest(request=late())])))) == 1
            with pytest.raises(grpc.RpcError):
                decisions.Decide(late(policy="none"))
        server.wait_for("call", count=4)
        found = numbers(server)

        assert found["amends_calls_total", "OK", "Decide"] == 1
        assert found["amends_calls_total", "NOT_FOUND", "Decide"] == 1
        assert found["amends_calls_total", "OK", "BatchDecide"] == 1
        assert found["amends_call_seconds_count", "Decide"] == 2
        assert sum(value for name, value in found.items() if name[0] == "amends_decisions_total") == 5
        assert found["amends_rules_applied_total", "default", "shipping-back"] == 4
        assert found["amends_engine_matches_total",] == 5
        assert found["amends_engine_seconds_total",] > 0
        assert found["amends_log_entries_total",] == 5
        assert found["amends_calls_in_flight",] == 0
        [live] = [name for name in found if name[0] == "amends_policy_info" and "default" in name]
        assert "1.2.3" in live
        assert found["amends_events_total", "ready", "info"] == 1


def test_workers_are_summed_and_a_dead_one_is_not_forgotten(tmp_path: Path) -> None:
    """Whichever worker is asked; what a worker counted that was killed still counts."""
    write_pack(tmp_path, "shop", SHOP)
    with RunningServer("--rules", str(tmp_path), "--http-port", "0", "--workers", "2") as server:
        server.wait_for("ready")
        for _ in range(20):
            with server.channel() as channel:  # each connection may reach another worker
                DecisionServiceStub(channel).Decide(late())
        server.wait_for("call", count=20)
        assert numbers(server)["amends_calls_total", "OK", "Decide"] == 20

        worker = server.wait_for("worker_started")["worker_pid"]
        os.kill(worker, signal.SIGKILL)
        server.wait_for("worker_started", count=3)
        assert numbers(server)["amends_calls_total", "OK", "Decide"] == 20
