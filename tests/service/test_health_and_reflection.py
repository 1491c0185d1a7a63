"""The standard services that every tool knows: health for each service, and reflection of all of them."""

import subprocess
import sys
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from amends.v1 import decision_service_pb2
from tests.service.running import RunningServer

SERVICES = ("amends.v1.DecisionService", "amends.v1.RulePackService")


def ask_health(target: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "amends", "health", "--target", target, *options],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("service", ["", *SERVICES])
def test_each_service_and_the_whole_are_serving(channel: grpc.Channel, service: str) -> None:
    """Balancers ask by service, orchestrators for the whole."""
    stub: Any = HealthStub(channel)

    assert stub.Check(HealthCheckRequest(service=service)).status == HealthCheckResponse.SERVING


def test_a_service_that_is_not_there_has_no_health(channel: grpc.Channel) -> None:
    """A misspelt service in a health check is found out."""
    stub: Any = HealthStub(channel)

    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(HealthCheckRequest(service="amends.v1.Nothing"))

    error: Any = caught.value
    assert error.code() is grpc.StatusCode.NOT_FOUND


def test_reflection_lists_the_services_and_gives_their_messages(channel: grpc.Channel) -> None:
    """A tool without our protos can list, describe and call."""
    database = ProtoReflectionDescriptorDatabase(channel)

    assert {*SERVICES, "grpc.health.v1.Health"} <= set(database.get_services())
    service = DescriptorPool(database).FindServiceByName("amends.v1.DecisionService")
    methods = decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"].methods
    assert [method.name for method in service.methods] == [method.name for method in methods]
    assert "situation" in service.methods_by_name["Decide"].input_type.fields_by_name


def test_the_health_command_says_0_for_a_server_that_serves(server: RunningServer) -> None:
    """Made for container health checks: the exit code is the answer."""
    whole, one = ask_health(server.target), ask_health(server.target, "--service", SERVICES[0])

    assert (whole.returncode, whole.stdout.strip()) == (0, "SERVING")
    assert one.returncode == 0


def test_the_health_command_knows_the_servers_other_name(server: RunningServer) -> None:
    """`--server`, as `amends decide` has it."""
    assert ask_health("127.0.0.1:1", "--server", server.target).returncode == 0


def test_the_health_command_says_1_where_nothing_answers() -> None:
    """And the reason on stderr, in one line."""
    nobody = ask_health("127.0.0.1:1", "--timeout", "5")

    assert nobody.returncode == 1
    assert nobody.stdout == ""
    assert nobody.stderr.startswith("UNAVAILABLE: ")
