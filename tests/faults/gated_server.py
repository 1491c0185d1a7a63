"""A server whose Decide waits at a gate, run as its own process: `waiting` is logged, and a line on stdin opens it.

Everything else (calls, life of the process) is the service's own. A situation of brand `explode` breaks it.
"""

import asyncio
import sys

from google.protobuf.message import Message

from amends import log
from amends.config import load_settings
from amends.server.answering import Answering, Behaviour, Call, OpenGate
from amends.server.clock import SystemClock
from amends.server.lifecycle import run
from amends.server.new_id import NewUuid7
from amends.server.services import Services, methods_of
from amends.server.streams import DecideOne, Streams
from amends.v1 import decision_service_pb2 as service_pb2

SERVICE = service_pb2.DESCRIPTOR.services_by_name["DecisionService"]


async def decide(request: service_pb2.DecideRequest, _call: Call) -> service_pb2.DecideResponse:
    if request.situation.brand == "explode":
        raise ZeroDivisionError(f"MARKER {request.situation.case_id}")
    log.get().info("waiting")
    await asyncio.to_thread(sys.stdin.readline)
    return service_pb2.DecideResponse(policy="gated")


async def not_called(_request: Message, _call: Call) -> service_pb2.DecideResponse:
    raise NotImplementedError


def no_stream(_call: Call) -> DecideOne:
    raise NotImplementedError


def main() -> None:
    log.configure(level="info", console=False)
    logger = log.get()
    settings = load_settings({"port": 0, "drain_seconds": float(sys.argv[1])})
    answering = Answering(
        max_request_bytes=settings.max_request_bytes,
        max_in_flight=settings.max_concurrent_rpcs,
        new_id=NewUuid7(SystemClock()),
        logger=logger,
        gate=OpenGate(),
    )
    others: dict[str, Behaviour] = dict.fromkeys([method.name for method in SERVICE.methods], not_called)
    methods = methods_of(SERVICE, {**others, "Decide": decide}, {"StreamDecide": no_stream})
    run(
        settings,
        Services({SERVICE.full_name: methods}, serving=lambda: True, answering=answering, streams=Streams(answering)),
        logger,
    )


if __name__ == "__main__":
    main()
