"""A server on which the engine durable decides."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from amends.v1 import decision_service_pb2_grpc
from tests.service.requests import late, refusal
from tests.service.running import PATIENCE, RunningServer

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
    """UNAVAILABLE with its reason, counted in the log, and the next call is answered as the one before."""
    options = ("serve", "--port", "0", "--engine", "durable", "--rules", str(rules), "--policies", "default=shop")
    with RunningServer(*options, program=(FAILING,)) as server, server.channel() as channel:
        stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
        before = stub.Decide(late()).decision

        with pytest.raises(grpc.RpcError) as caught:
            stub.Decide(late(case_id="MARKERcase"), metadata=(("x-request-id", "trace-9"),))

        after = stub.Decide(late()).decision
        server.wait_for("call", count=3)
        [line] = server.lines("unexpected_error")
        [counted] = server.lines("engine_failed")
        assert "MARKER" not in server.text
    said = refusal(caught.value)
    assert (said.code, said.reason) == ("UNAVAILABLE", "ENGINE_FAILED")
    assert (line["request_id"], line["error"][0]["type"].rpartition(".")[2]) == ("trace-9", "EngineFailedError")
    assert (counted["request_id"], counted["engine"], counted["failures"]) == ("trace-9", "durable", 1)
    assert before == after
    assert before.actions


def test_a_worker_that_is_lost_fails_the_calls_that_it_had(rules: Path) -> None:
    """UNAVAILABLE from gRPC itself."""
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


def holder_of(channel: grpc.Channel, server: RunningServer, *, trace: str) -> int:
    """The worker at the other end of a connection: the one that logs its call."""
    stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
    stub.Decide(late(), metadata=(("x-request-id", trace),), wait_for_ready=True)
    return int(server.wait_for("call", request_id=trace)["pid"])


def until(holds: Callable[[], bool]) -> None:
    """As soon as it holds, which is soon."""
    patience = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < patience
        os.sched_yield()


def state_of(pid: int) -> str:
    """One letter, as the system says it: R for running, T for stopped."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]


def has_arrived(port: str) -> bool:
    """Whether the system holds bytes for that port that nobody has read."""
    # gRPC listens for both versions of the internet protocol at once.
    tables = [Path("/proc/net", name).read_text(encoding="ascii") for name in ("tcp", "tcp6")]
    sockets = [line.split() for table in tables for line in table.splitlines()[1:]]
    here = f":{int(port):04X}"
    return any(fields[1].endswith(here) and int(fields[4].partition(":")[2], 16) for fields in sockets)


def test_a_killed_worker_fails_its_calls_and_another_takes_its_place(rules: Path) -> None:
    """The call that it had gets UNAVAILABLE; the others decide on, and the supervisor starts another."""
    options = ("--rules", str(rules), "--policies", "default=shop", "--workers", "2")
    with RunningServer(*options, environment={"AMENDS_ENGINE": "durable"}) as server, server.channel() as channel:
        stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
        before = stub.Decide(late()).decision
        victim = holder_of(channel, server, trace="trace-1")
        # It has the call and does nothing with it, as one that is lost in C.
        os.kill(victim, signal.SIGSTOP)
        until(lambda: state_of(victim) == "T")
        lost = stub.Decide.future(late())
        until(lambda: has_arrived(server.target.rpartition(":")[2]))
        os.kill(victim, signal.SIGKILL)

        error: Any = lost.exception(60)
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        died = server.wait_for("worker_died")
        assert (died["worker_pid"], died["exit_code"]) == (victim, -signal.SIGKILL)
        assert server.wait_for("worker_started", 3)["worker_pid"] != victim
        with server.channel() as another:
            assert decision_service_pb2_grpc.DecisionServiceStub(another).Decide(late()).decision == before
        assert not server.lines("unexpected_error")
