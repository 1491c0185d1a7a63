"""Connections end in time: an old one when its calls have, a silent one is asked for a sign of life."""

import socket
import struct
import threading
from pathlib import Path

import grpc

from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.packs import SHOP
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer, write_pack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
NO_SETTINGS = b"\0\0\0\4\0\0\0\0\0"
PING = 6


def test_an_old_connection_is_ended_and_no_call_with_it(tmp_path: Path) -> None:
    """Its caller is told to connect anew, perhaps to a newer replica; calls go on all the while."""
    write_pack(tmp_path, "shop", SHOP)
    left = threading.Event()
    states: list[grpc.ChannelConnectivity] = []

    def seen(state: grpc.ChannelConnectivity) -> None:
        if grpc.ChannelConnectivity.READY in states and state is not grpc.ChannelConnectivity.READY:
            left.set()
        states.append(state)

    with (
        RunningServer("--rules", str(tmp_path), "--max-connection-age-seconds", "1") as server,
        server.channel() as channel,
    ):
        channel.subscribe(seen, try_to_connect=True)
        decisions = DecisionServiceStub(channel)
        answered = 0
        while not left.is_set() or answered < 2:
            assert decisions.Decide(late(), timeout=PATIENCE).decision.actions
            answered += 1
            left.wait(0.05)

        assert decisions.Decide(late(), timeout=PATIENCE).decision.actions
        assert answered > 1


def test_a_silent_connection_is_asked_for_a_sign(tmp_path: Path) -> None:
    """So that one whose caller is gone without a word is found out: a ping comes, though nobody has said anything."""
    write_pack(tmp_path, "shop", SHOP)
    with RunningServer("--rules", str(tmp_path), "--keepalive-seconds", "1") as server:
        host, port = server.target.rsplit(":", 1)
        with socket.create_connection((host, int(port)), PATIENCE) as connection, connection.makefile("rb") as frames:
            connection.sendall(PREFACE + NO_SETTINGS)
            kinds = set[int]()
            while PING not in kinds:
                head = frames.read(9)
                assert len(head) == 9, f"the connection was closed after {kinds}"
                kinds.add(head[3])
                frames.read(struct.unpack(">I", b"\0" + head[:3])[0])
