"""One server for the tests that only call it; those that stop or break a server start their own."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from amends.v1 import decision_service_pb2_grpc, rule_pack_service_pb2_grpc
from tests.service.packs import BROKEN, SHOP
from tests.service.running import RunningServer, write_pack


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rules folder with a pack that compiles and one that does not."""
    folder = tmp_path_factory.mktemp("rules")
    write_pack(folder, "shop", SHOP)
    write_pack(folder, "lost", BROKEN)
    return folder


@pytest.fixture(scope="session")
def server(rules: Path) -> Iterator[RunningServer]:
    with RunningServer("--rules", str(rules), "--policies", "default=shop,brand-x=shop,brand-y=lost") as running:
        yield running


@pytest.fixture(scope="session")
def channel(server: RunningServer) -> Iterator[grpc.Channel]:
    with server.channel() as channel:
        yield channel


@pytest.fixture(scope="session")
def decisions(channel: grpc.Channel) -> decision_service_pb2_grpc.DecisionServiceStub:
    return decision_service_pb2_grpc.DecisionServiceStub(channel)


@pytest.fixture(scope="session")
def rule_packs(channel: grpc.Channel) -> rule_pack_service_pb2_grpc.RulePackServiceStub:
    return rule_pack_service_pb2_grpc.RulePackServiceStub(channel)
