"""A server on which the engine durable decides."""

import signal
from pathlib import Path
from typing import Any

import grpc
import pytest

from amends.v1 import decision_service_pb2_grpc
from tests.service.requests import late, refusal
from tests.service.running import RunningServer

FAILING = str(Path(__file__).with_name("failing_durable_server.py"))


def test_durable_decides_what_bitmap_decides(rules: Path) -> None:
    """The same bytes, by the setting alone."""
    options = ("--rules", str(rules), "--policies", "default=shop")
    with RunningServer(*options, "--engine", "durable") as one, RunningServer(*options) as other:
        decisions = []
        for server in (one, other):
            with server.channel() as channel:
                stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
                decisions.append([stub.Decide(late(days)).decision for days in (0, 3, 4)])
    assert decisions[0] == decisions[1]


def test_a_failure_of_the_engine_fails_one_call(rules: Path) -> None:
    """UNAVAILABLE with its reason, one line in the log, and the next call is answered as the one before."""
    options = ("serve", "--port", "0", "--engine", "durable", "--rules", str(rules), "--policies", "default=shop")
    with RunningServer(*options, program=(FAILING,)) as server, server.channel() as channel:
        stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
        before = stub.Decide(late()).decision

        with pytest.raises(grpc.RpcError) as caught:
            stub.Decide(late(case_id="MARKERcase"), metadata=(("x-request-id", "trace-9"),))

        after = stub.Decide(late()).decision
        server.wait_for("call", count=3)
        [line] = server.lines("unexpected_error")
        assert "MARKER" not in server.text
    said = refusal(caught.value)
    assert (said.code, said.reason) == ("UNAVAILABLE", "ENGINE_FAILED")
    assert (line["request_id"], line["error"][0]["type"].rpartition(".")[2]) == ("trace-9", "EngineFailedError")
    assert before == after
    assert before.actions


def test_a_worker_that_is_lost_fails_the_calls_that_it_had(rules: Path) -> None:
    """UNAVAILABLE from gRPC itself. What the supervisor of several workers does then is tested with it."""
    options = ("serve", "--port", "0", "--engine", "durable", "--rules", str(rules), "--policies", "default=shop")
    crashing = RunningServer(*options, program=(FAILING,), environment={"SECOND_MATCH": "crash"})
    with crashing as server, server.channel() as channel:
        stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
        stub.Decide(late())

        with pytest.raises(grpc.RpcError) as caught:
            stub.Decide(late())

        error: Any = caught.value
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        assert server.end() == -signal.SIGSEGV
