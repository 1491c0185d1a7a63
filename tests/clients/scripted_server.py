"""A gRPC server whose decision handlers are the test's own, and which counts what reached them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc import status_pb2

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import decision_service_pb2_grpc, flat_decision_pb2
from amends.v1.decision_service_pb2 import (
    BatchDecideRequest,
    BatchDecideResponse,
    DecideRequest,
    DecideResponse,
)


class _Unscripted(decision_service_pb2_grpc.DecisionServiceServicer):
    """What no script says: not implemented, as an older server answers."""

    def DecideFlat(  # noqa: N802  # gRPC's
        self, _request: flat_decision_pb2.DecideFlatRequest, context: grpc.ServicerContext
    ) -> flat_decision_pb2.DecideFlatResponse:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")

    def StreamDecide(  # noqa: N802  # gRPC's
        self, _requests: Iterator[service_pb2.StreamDecideRequest], context: grpc.ServicerContext
    ) -> Iterator[service_pb2.StreamDecideResponse]:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")

    def GetDecision(  # noqa: N802  # gRPC's
        self, _request: service_pb2.GetDecisionRequest, context: grpc.ServicerContext
    ) -> service_pb2.GetDecisionResponse:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")

    def ListDecisions(  # noqa: N802  # gRPC's
        self, _request: service_pb2.ListDecisionsRequest, context: grpc.ServicerContext
    ) -> service_pb2.ListDecisionsResponse:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")

    def RecordOutcome(  # noqa: N802  # gRPC's
        self, _request: service_pb2.RecordOutcomeRequest, context: grpc.ServicerContext
    ) -> service_pb2.RecordOutcomeResponse:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")

    def ListObligations(  # noqa: N802  # gRPC's
        self, _request: service_pb2.ListObligationsRequest, context: grpc.ServicerContext
    ) -> service_pb2.ListObligationsResponse:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")

    def ReplayDecision(  # noqa: N802  # gRPC's
        self, _request: service_pb2.ReplayDecisionRequest, context: grpc.ServicerContext
    ) -> service_pb2.ReplayDecisionResponse:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")

    def GetRuleStatistics(  # noqa: N802  # gRPC's
        self, _request: service_pb2.GetRuleStatisticsRequest, context: grpc.ServicerContext
    ) -> service_pb2.GetRuleStatisticsResponse:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")

    def CheckReply(  # noqa: N802  # gRPC's
        self, _request: service_pb2.CheckReplyRequest, context: grpc.ServicerContext
    ) -> service_pb2.CheckReplyResponse:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not scripted")


@dataclass
class ScriptedDecisions(_Unscripted):
    """Answers with what the test gave, after it has noted the request and its headers."""

    decide: Callable[[DecideRequest, grpc.ServicerContext], DecideResponse] = lambda _request, _context: (
        DecideResponse()
    )
    batch: Callable[[BatchDecideRequest], BatchDecideResponse] = lambda _request: BatchDecideResponse()
    seen: list[Message] = field(default_factory=list)
    headers: list[dict[str, str | bytes]] = field(default_factory=list)

    def Decide(self, request: DecideRequest, context: grpc.ServicerContext) -> DecideResponse:  # noqa: N802  # gRPC's
        self.seen.append(request)
        self.headers.append(dict(context.invocation_metadata()))
        return self.decide(request, context)

    def BatchDecide(  # noqa: N802  # gRPC's
        self, request: BatchDecideRequest, _context: grpc.ServicerContext
    ) -> BatchDecideResponse:
        self.seen.append(request)
        return self.batch(request)


@contextmanager
def serving(servicer: ScriptedDecisions, *, port: int = 0) -> Iterator[str]:
    """The address of a server in this process, stopped at the end."""
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    decision_service_pb2_grpc.add_DecisionServiceServicer_to_server(servicer, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        server.stop(grace=None).wait()


def status(code: grpc.StatusCode, message: str, *details: Message) -> status_pb2.Status:
    """A status with its details packed."""
    packed = []
    for detail in details:
        anything = Any()
        anything.Pack(detail)
        packed.append(anything)
    return status_pb2.Status(code=code.value[0], message=message, details=packed)


def abort(context: grpc.ServicerContext, failed: status_pb2.Status) -> NoReturn:
    """End a call with a status and its details, as the service does."""
    code = next(code for code in grpc.StatusCode if code.value[0] == failed.code)
    context.set_trailing_metadata((("grpc-status-details-bin", failed.SerializeToString()),))
    context.abort(code, failed.message)
