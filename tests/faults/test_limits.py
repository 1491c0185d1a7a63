"""What a server does not take on: more calls than it has room for, and work that nobody waits for any more."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from amends.domain.log_queries import DecisionFilter
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.packs import SHOP
from tests.service.recording import look, recording_server, sqlite_url
from tests.service.requests import late, refusal
from tests.service.running import PATIENCE, RunningServer, write_pack


def test_a_call_too_many_is_told_when_to_come_back() -> None:
    """At once, with a delay, and nothing done; the one that was there first gets its answer."""
    program = (str(Path(__file__).with_name("gated_server.py")), "20")
    with (
        RunningServer(program=program, environment={"AMENDS_MAX_CONCURRENT_RPCS": "1"}) as server,
        server.channel() as channel,
        ThreadPoolExecutor(1) as others,
    ):
        decisions = DecisionServiceStub(channel)
        first = others.submit(decisions.Decide, service_pb2.DecideRequest(), timeout=PATIENCE)
        server.wait_for("waiting")

        with pytest.raises(grpc.RpcError) as caught:
            decisions.Decide(service_pb2.DecideRequest(), timeout=PATIENCE)

        told = refusal(caught.value)
        assert (told.code, told.reason) == ("RESOURCE_EXHAUSTED", "OVERLOADED")
        assert retry_seconds(caught.value) > 0
        assert server.process.stdin is not None
        server.process.stdin.write("\n")
        server.process.stdin.flush()
        assert first.result(PATIENCE).policy == "gated"


def retry_seconds(error: grpc.RpcError) -> float:
    """The delay in an error's details; 0 where there is none."""
    call: Any = error
    info: Any = error_details_pb2.RetryInfo()
    for detail in status_pb2.Status.FromString(dict(call.trailing_metadata())["grpc-status-details-bin"]).details:
        detail.Unpack(info)
    return float(info.retry_delay.seconds + info.retry_delay.nanos / 1e9)


def test_a_batch_whose_deadline_passes_stops_and_leaves_nothing(tmp_path: Path) -> None:
    """A thousand items in a few milliseconds cannot be: the work ends with its caller, and nothing is half recorded."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    url = sqlite_url(tmp_path)
    batch = service_pb2.BatchDecideRequest(
        items=[service_pb2.BatchDecideItem(request=late(case_id=f"case {number}")) for number in range(1000)]
    )
    with recording_server(tmp_path / "rules", url) as server, server.channel() as channel:
        decisions = DecisionServiceStub(channel)
        whole = decisions.BatchDecide(batch, timeout=PATIENCE)
        took = server.wait_for("call", method="BatchDecide", code="OK")["duration_us"]

        with pytest.raises(grpc.RpcError) as caught:
            decisions.BatchDecide(batch, timeout=took / 1e6 / 8)

        assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
        cut = server.wait_for("call", method="BatchDecide", code="CANCELLED")
        assert cut["duration_us"] < took
    recorded = look(url, lambda log: log.listing.decisions(DecisionFilter(), before="", limit=10_000))
    assert len(recorded) in {len(whole.results), 2 * len(whole.results)}
