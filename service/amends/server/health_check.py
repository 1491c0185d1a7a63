"""Asks a running service how it is, by the standard health protocol."""

from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub


@dataclass(frozen=True, slots=True)
class Health:
    """The answer: whether it serves, and the word for it, of the health protocol or of the failed call."""

    serving: bool
    word: str


def check_health(
    target: str, *, service: str, timeout: float, credentials: grpc.ChannelCredentials | None = None
) -> Health:
    """Ask `target` (HOST:PORT) about a service by its full name, or about all of them."""
    made = grpc.insecure_channel(target) if credentials is None else grpc.secure_channel(target, credentials)
    with made as channel:
        try:
            stub: Any = HealthStub(channel)  # its type says nothing of its methods, which it gets when it is made
            response = stub.Check(HealthCheckRequest(service=service), timeout=timeout)
        except grpc.RpcError as error:
            return Health(serving=False, word=f"{error.code().name}: {error.details()}")
    status = response.status
    return Health(serving=status == HealthCheckResponse.SERVING, word=HealthCheckResponse.ServingStatus.Name(status))
