"""A decision made again, into the contract's message."""

from typing import Final

from amends.application.replay import Replayed, ReplayResult
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.names import numbers

_RESULTS: Final = {ReplayResult(name): number for name, number in numbers(service_pb2.ReplayResult).items()}


def encode_replay(replayed: Replayed) -> service_pb2.ReplayDecisionResponse:
    """How the two compare, and the decision as it comes out now."""
    response = service_pb2.ReplayDecisionResponse(result=_RESULTS[replayed.result], differences=replayed.differences)
    if replayed.decision:
        response.decision.ParseFromString(replayed.decision)
    return response
