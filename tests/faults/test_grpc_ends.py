"""One call to a method whose name is no UTF-8 ends gRPC's server, whoever makes it: the next one begins at once."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.faults.hostile_bytes import Http2, call_of
from tests.service.packs import SHOP
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer, write_pack


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    write_pack(tmp_path, "shop", SHOP)
    with RunningServer("--rules", str(tmp_path)) as running:
        yield running


def end_it(target: str) -> None:
    """A call that no library lets one make."""
    host, _, port = target.rpartition(":")
    with closing(Http2((host, int(port)))) as connection:
        connection.say(call_of(b"/amends.v1.DecisionService/Decid\xe5"))


def test_a_name_that_is_no_text_stops_nobody(server: RunningServer) -> None:
    """As often as it is sent: the next call is answered, on the same port, and the service still ends in order."""
    for number in range(1, 4):
        end_it(server.target)
        server.wait_for("grpc_ended", number)
        with server.channel() as channel:
            answer = DecisionServiceStub(channel).Decide(late(), timeout=PATIENCE, wait_for_ready=True)
        assert answer.decision.actions

    server.signal(signal.SIGTERM)
    assert server.end() == 0


def test_calls_in_flight_are_answered_all_the_same() -> None:
    """What the server that ended had begun, it finishes."""
    program = (str(Path(__file__).with_name("gated_server.py")), "20")
    with RunningServer(program=program) as server, server.channel() as channel, ThreadPoolExecutor(1) as others:
        first = others.submit(DecisionServiceStub(channel).Decide, service_pb2.DecideRequest(), timeout=PATIENCE)
        server.wait_for("waiting")

        end_it(server.target)
        server.wait_for("grpc_ended")

        assert server.process.stdin is not None
        server.process.stdin.write("\n")
        server.process.stdin.flush()
        assert first.result(PATIENCE).policy == "gated"
