"""What happens to calls when a server is stopped, breaks on one of them, or has nothing to decide by."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from amends.v1 import decision_service_pb2_grpc
from tests.service.packs import BROKEN, SHOP
from tests.service.requests import late, refusal
from tests.service.running import PATIENCE, RunningServer, write_pack

GATED = str(Path(__file__).with_name("gated_server.py"))


@pytest.fixture
def gated() -> Iterator[RunningServer]:
    with RunningServer(program=(GATED, "60")) as server:
        yield server


def open_gate(server: RunningServer) -> None:
    assert server.process.stdin is not None
    server.process.stdin.write("\n")
    server.process.stdin.flush()


def wait_until_closed(server: RunningServer) -> None:
    """Nobody listens on the port any more."""
    host, _, port = server.target.rpartition(":")
    until = time.monotonic() + PATIENCE
    with suppress(ConnectionError):
        while time.monotonic() < until:
            socket.create_connection((host, int(port)), timeout=PATIENCE).close()
        pytest.fail("the port is still open")


def test_sigterm_lets_calls_in_flight_finish_and_takes_no_new_ones(gated: RunningServer) -> None:
    """Health says NOT_SERVING, the call that was begun gets its answer, the process ends with success."""
    with gated.channel() as channel, gated.channel() as other:
        stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
        health: Any = HealthStub(other)
        watch = health.Watch(HealthCheckRequest(), timeout=PATIENCE)
        assert next(watch).status == HealthCheckResponse.SERVING
        begun = stub.Decide.future(late())
        gated.wait_for("waiting")

        gated.signal(signal.SIGTERM)

        assert next(watch).status == HealthCheckResponse.NOT_SERVING
        assert gated.wait_for("stopping")["in_flight"] == 1
        wait_until_closed(gated)
        with gated.channel() as late_comer, pytest.raises(grpc.RpcError) as caught:
            decision_service_pb2_grpc.DecisionServiceStub(late_comer).Decide(late(), timeout=PATIENCE)
        error: Any = caught.value
        assert error.code() is grpc.StatusCode.UNAVAILABLE
        open_gate(gated)
        assert begun.result(PATIENCE).policy == "gated"
    # A watcher that never hangs up does not hold the process for the whole of the drain time.
    assert gated.end() == 0
    assert gated.lines("stopped")[0]["unfinished"] == 0


def test_a_second_signal_ends_at_once(gated: RunningServer) -> None:
    """Whoever asks twice does not want to wait: the call is cut off as UNAVAILABLE or CANCELLED."""
    with gated.channel() as channel:
        begun = decision_service_pb2_grpc.DecisionServiceStub(channel).Decide.future(late())
        gated.wait_for("waiting")
        gated.signal(signal.SIGTERM)
        gated.wait_for("stopping")

        gated.signal(signal.SIGTERM)

        error: Any = begun.exception(PATIENCE)
        assert error.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
    gated.wait_for("stopped")
    open_gate(gated)
    assert gated.end() == 0


def test_the_drain_time_ends_the_waiting() -> None:
    """A call that never ends does not keep the process for ever."""
    with RunningServer(program=(GATED, "0.2")) as server, server.channel() as channel:
        begun = decision_service_pb2_grpc.DecisionServiceStub(channel).Decide.future(late())
        server.wait_for("waiting")

        server.signal(signal.SIGTERM)

        server.wait_for("stopped")
        assert begun.exception(PATIENCE) is not None
        open_gate(server)
        assert server.end() == 0


def test_an_accident_is_logged_once_and_tells_the_caller_nothing_but_its_id(gated: RunningServer) -> None:
    """INTERNAL, without traceback or message; the log has type and place under the same id; the process lives."""
    request = late(case_id="MARKERcase")
    request.situation.brand = "explode"
    with gated.channel() as channel:
        stub = decision_service_pb2_grpc.DecisionServiceStub(channel)

        with pytest.raises(grpc.RpcError) as caught:
            stub.Decide(request, metadata=(("x-request-id", "trace-9"),))

        said = refusal(caught.value)
        assert (said.code, said.reason) == ("INTERNAL", "INTERNAL")
        assert "trace-9" in said.message
        error: Any = caught.value
        for leak in ("MARKER", "ZeroDivision", "gated_server.py", "Traceback"):
            assert leak not in error.debug_error_string() + said.message
        gated.wait_for("call")
        [line] = gated.lines("unexpected_error")
        assert (line["request_id"], line["error"][0]["type"]) == ("trace-9", "builtins.ZeroDivisionError")
        assert any("gated_server.py" in frame for frame in line["error"][0]["frames"])
        assert "MARKER" not in gated.text
        alive = stub.Decide.future(late())
        gated.wait_for("waiting")
        open_gate(gated)
        assert alive.result(PATIENCE).policy == "gated"


def test_without_a_pack_that_compiles_the_server_starts_and_says_that_it_cannot_serve(tmp_path: Path) -> None:
    """Health NOT_SERVING for each service and the whole, every diagnostic in the log, calls UNAVAILABLE."""
    write_pack(tmp_path, "lost", BROKEN)
    with RunningServer("--rules", str(tmp_path)) as server, server.channel() as channel:
        health: Any = HealthStub(channel)
        statuses = [
            health.Check(HealthCheckRequest(service=service)).status
            for service in ("", "amends.v1.DecisionService", "amends.v1.RulePackService")
        ]
        with pytest.raises(grpc.RpcError) as caught:
            decision_service_pb2_grpc.DecisionServiceStub(channel).Decide(late())

        assert statuses == [HealthCheckResponse.NOT_SERVING] * 3
        assert (refusal(caught.value).code, refusal(caught.value).reason) == ("UNAVAILABLE", "NO_RULE_PACK")
        assert server.lines("rule_pack_diagnostic")
        assert server.lines("not_serving")


def test_a_folder_without_a_pack_starts_a_server_that_says_so(tmp_path: Path) -> None:
    """It does not serve, and the log says which folder it looked into."""
    with RunningServer("--rules", str(tmp_path)) as server:
        line = server.wait_for("not_serving")

        assert line["reason"] == f"no rule pack in {str(tmp_path)!r}: a pack is a folder with pack.yaml"
        assert server.wait_for("ready")


def test_a_policy_without_its_pack_is_told_with_those_that_there_are(rules: Path) -> None:
    """A misspelt pack is mended by its name; one that does not compile is another matter."""
    with RunningServer("--rules", str(rules), "--policies", "brand=shp") as server:
        astray = server.wait_for("policy_unavailable", policy="brand")
        broken = server.wait_for("policy_unavailable", policy="lost")

        assert astray["reason"] == "there is no rule pack 'shp'; there are: lost, shop"
        assert broken["reason"] == "its rule pack does not compile"


def test_a_worker_that_finds_other_rules_does_not_serve_beside_the_others(tmp_path: Path) -> None:
    """Two answers to one question, by chance of the connection: none of it. The old rules go on being served."""
    write_pack(tmp_path, "shop", SHOP)
    with RunningServer("--rules", str(tmp_path), "--workers", "2", "--no-watch") as server:
        server.wait_for("ready")
        before = {line["pack_digest"] for line in server.lines("rule_pack_loaded")}
        (tmp_path / "shop" / "pack.yaml").write_text(SHOP.replace("at_least: 3", "at_least: 2"), encoding="utf-8")

        os.kill(server.lines("worker_started")[0]["worker_pid"], signal.SIGKILL)

        changed = server.wait_for("rules_changed")
        assert changed["serving"] != changed["found"]
        died = server.wait_for("worker_died", 2)
        assert (died["worker_pid"], died["exit_code"]) == (changed["pid"], 1)
        for _ in range(8):
            with server.channel() as channel:
                answer = decision_service_pb2_grpc.DecisionServiceStub(channel).Decide(late(), wait_for_ready=True)
                assert {answer.decision.pack_digest} == before


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_file_that_cannot_be_written_is_the_first_thing_told(rules: Path, workers: str) -> None:
    """Exit code 2 and one line, before anything is loaded or called."""
    options = ("--rules", str(rules), "--workers", workers, "--port-file", "/nodir/x")
    with RunningServer(*options) as server:
        assert server.end() == 2
        assert server.text == "amends serve: --port-file (AMENDS_PORT_FILE): there is no folder '/nodir'\n"


def test_every_wrong_flag_is_told_at_once() -> None:
    """A line each, by both names, in the words of the settings."""
    options = ("--engine", "guess", "--workers", "0", "--drain-seconds", "soon", "--host", "a.example")
    with RunningServer(*options, program=("-m", "amends", "serve", "--port", "x")) as server:
        assert server.end() == 2
        assert server.text.splitlines() == [
            "amends serve: --host (AMENDS_HOST): expected an IP address of this machine, or localhost, not 'a.example'",
            "amends serve: --port (AMENDS_PORT): expected a whole number, not 'x'",
            "amends serve: --workers (AMENDS_WORKERS): expected at least 1, not '0'",
            "amends serve: --engine (AMENDS_ENGINE): expected 'bitmap', 'reference' or 'durable', not 'guess'",
            "amends serve: --drain-seconds (AMENDS_DRAIN_SECONDS): expected a number, not 'soon'",
        ]


def test_a_rules_folder_that_is_not_there_is_a_wrong_argument(tmp_path: Path) -> None:
    """Exit code 2 and a sentence that names the flag, no traceback."""
    with RunningServer("--rules", str(tmp_path / "nowhere")) as server:
        assert server.end() == 2
        assert "--rules (AMENDS_RULES)" in server.text
        assert "Traceback" not in server.text


def test_a_request_above_the_limit_is_refused(rules: Path) -> None:
    """Nobody fills the memory of a worker by one call."""
    request = late()
    request.situation.tags.values.extend("x" * 100 for _ in range(60))
    options = ("--rules", str(rules), "--policies", "default=shop", "--max-request-bytes", "2048")
    with RunningServer(*options) as server, server.channel() as channel:
        stub = decision_service_pb2_grpc.DecisionServiceStub(channel)

        with pytest.raises(grpc.RpcError) as caught:
            stub.Decide(request)

        error: Any = caught.value
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert stub.Decide(late()).policy == "default"


def test_a_log_that_nobody_reads_stops_neither_calls_nor_the_stop(tmp_path: Path) -> None:
    """The other end of stderr is gone: lines are lost, calls get their answers, and SIGTERM ends the process."""
    write_pack(tmp_path, "shop", SHOP)
    port_file = tmp_path / "port"
    reading, writing = os.pipe()
    command = (sys.executable, "-m", "amends", "serve", "--port", "0", "--rules", str(tmp_path), "--recording", "off")
    server = subprocess.Popen([*command, "--port-file", str(port_file)], stderr=writing)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="utf-8") as log:
            assert any('"ready"' in line for line in log)
        with grpc.insecure_channel(f"127.0.0.1:{port_file.read_text(encoding='ascii').strip()}") as channel:
            stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
            for _ in range(40):
                request = late()
                request.policy = "shop"
                assert stub.Decide(request, timeout=PATIENCE).decision.pack_id == "shop"
        server.terminate()
        assert server.wait(PATIENCE) == 0
    finally:
        server.kill()
        server.wait()
