"""Several processes behind one port are one service: same answers, none missed, none left behind."""

import os
import signal
from pathlib import Path

import grpc
import pytest

from amends.v1 import decision_service_pb2_grpc
from tests.service.requests import late
from tests.service.running import RunningServer

ROOT = Path(__file__).parents[2]


def answers_of(server: RunningServer, *, connections: int) -> set[bytes]:
    """The decision's bytes, asked over many connections, so that every worker gets some."""
    request = late()
    request.situation.observe_time.seconds = 1_767_225_600
    answers = set()
    for _ in range(connections):
        with server.channel() as channel:
            stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
            request.policy = "default"
            answers.add(stub.Decide(request, wait_for_ready=True).decision.SerializeToString(deterministic=True))
    return answers


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_decisions_are_the_same_bytes_whatever_the_worker_and_their_number(rules: Path) -> None:
    """No process, count or engine shows in an answer."""
    with (
        RunningServer("--rules", str(rules), "--workers", "2", "--policies", "default=shop") as two,
        RunningServer("--rules", str(rules), "--engine", "reference", "--policies", "default=shop") as one,
    ):
        answers = answers_of(two, connections=24) | answers_of(one, connections=2)

        assert len(answers) == 1
        two.wait_for("call", 24)
        assert len({line["pid"] for line in two.lines("call")}) == 2


def test_a_dead_worker_is_started_again(rules: Path) -> None:
    """Killed by hand, it is replaced, and the service answers all the while."""
    with RunningServer("--rules", str(rules), "--workers", "2", "--policies", "default=shop") as server:
        server.wait_for("ready")
        victim = server.lines("worker_started")[0]["worker_pid"]

        os.kill(victim, signal.SIGKILL)

        died = server.wait_for("worker_died")
        assert (died["worker_pid"], died["exit_code"]) == (victim, -signal.SIGKILL)
        assert server.wait_for("worker_started", 3)["worker_pid"] != victim
        assert len(answers_of(server, connections=8)) == 1


def test_a_stopped_supervisor_leaves_nobody_behind(rules: Path) -> None:
    """SIGTERM ends the workers and then the supervisor, with success."""
    with RunningServer("--rules", str(rules), "--workers", "2") as server:
        server.wait_for("ready")
        workers = [line["worker_pid"] for line in server.lines("worker_started")]

        server.signal(signal.SIGTERM)

        assert server.end() == 0
        assert len(server.lines("stopped")) == 2
        assert [pid for pid in workers if is_alive(pid)] == []


def test_workers_do_not_outlive_a_killed_supervisor(rules: Path) -> None:
    """Even when it could not say goodbye: the log's pipe closes only when the last worker is gone."""
    with RunningServer("--rules", str(rules), "--workers", "2") as server:
        server.wait_for("ready")

        server.signal(signal.SIGKILL)

        assert server.end() == -signal.SIGKILL
        assert len(server.lines("supervisor_gone")) == 2
        assert len(server.lines("stopped")) == 2


def test_what_keeps_a_worker_from_starting_ends_the_service(tmp_path: Path) -> None:
    """A mistake that every new worker would repeat is told once, with its exit code, not for ever."""
    with RunningServer("--rules", str(tmp_path / "nowhere"), "--workers", "2") as server:
        assert server.end() == 2
        assert "there is no folder" in server.text
        assert server.lines("worker_died") == []


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_taken_port_is_refused(server: RunningServer, rules: Path, workers: str) -> None:
    """Two services by mistake on one port would share its calls and confuse everybody. One line says it."""
    port = server.target.rpartition(":")[2]
    program = ("-m", "amends", "serve", "--port", port)

    with RunningServer("--rules", str(rules), "--workers", workers, program=program) as second:
        assert second.end() == 1
        (told,) = second.text.splitlines()
        assert told.startswith(f"amends serve: cannot listen on 127.0.0.1:{port}: ")


def test_the_port_is_written_for_whoever_started_the_service(rules: Path, tmp_path: Path) -> None:
    """The system chose it; the file holds it, whole, once every worker answers."""
    file = tmp_path / "port"
    with RunningServer("--rules", str(rules), "--workers", "2", "--port-file", str(file)) as server:
        assert f"127.0.0.1:{int(file.read_text()) if server.wait_for('ready') else 0}" == server.target
        with grpc.insecure_channel(server.target) as channel:
            grpc.channel_ready_future(channel).result(30)


def test_variables_that_set_nothing_are_told_once(rules: Path) -> None:
    """A misspelt one with the name that was meant, those that Kubernetes sets too, and not again by each worker."""
    strange = {"AMENDS_WORKRES": "4", "AMENDS_PORT_50051_TCP_PROTO": "tcp"}
    with RunningServer("--rules", str(rules), "--workers", "2", environment=strange) as server:
        server.wait_for("ready")

        told = {line["variable"]: (line["level"], line["nearest"]) for line in server.lines("unknown_variable")}
        assert len(server.lines("unknown_variable")) == len(strange)
    assert set(told) == set(strange)
    assert told["AMENDS_WORKRES"] == ("warning", "AMENDS_WORKERS")
