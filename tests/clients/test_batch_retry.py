"""A batch while the server cannot reach its log: the items that it cost are sent again, and no others."""

from collections.abc import Callable, Sequence
from typing import Final

import grpc
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2

from amends.v1.decision_service_pb2 import (
    BatchDecideItem,
    BatchDecideRequest,
    BatchDecideResponse,
    BatchDecideResult,
    DecideResponse,
)
from amends_client import AmendsClient, AmendsError, AsyncAmendsClient, LogUnavailable, UnknownPolicy, situation
from tests.clients.scripted_server import ScriptedDecisions, serving, status

CASES = [situation(case_id=f"c-{number}") for number in range(4)]
DEADLINE: Final = 20.0
SHORT: Final = Duration(nanos=1_000_000)
Told = tuple[Sequence[DecideResponse | AmendsError], list[list[str]]]
"""What a client answers, and the cases of the items that it sent, a list a call."""


def away(pause: Duration) -> BatchDecideResult:
    info, delay = error_details_pb2.ErrorInfo(reason="LOG_UNAVAILABLE"), pause
    retry = error_details_pb2.RetryInfo(retry_delay=delay)
    return BatchDecideResult(error=status(grpc.StatusCode.UNAVAILABLE, "the log is away", info, retry))


def answering(times: dict[str, int], pause: Duration) -> Callable[[BatchDecideRequest], BatchDecideResponse]:
    """A server whose log is away so often for the items of each case; of one policy it knows nothing."""
    left = dict(times)

    def one(item: BatchDecideItem) -> BatchDecideResult:
        case_id = item.request.situation.case_id
        if item.request.situation.case_id == "c-3":
            info = error_details_pb2.ErrorInfo(reason="UNKNOWN_POLICY")
            result = BatchDecideResult(error=status(grpc.StatusCode.NOT_FOUND, "no such policy", info))
        elif left.get(case_id, 0):
            left[case_id] -= 1
            result = away(pause)
        else:
            result = BatchDecideResult(response=DecideResponse(decision_id=f"of {case_id}"))
        result.correlation_id = item.correlation_id
        return result

    return lambda request: BatchDecideResponse(results=[one(item) for item in request.items])


async def both(times: dict[str, int], *, pause: Duration = SHORT) -> list[Told]:
    """What became of it with each client."""
    told: list[Told] = []
    for asynchronous in (False, True):
        servicer = ScriptedDecisions(batch=answering(times, pause))
        with serving(servicer) as address:
            if asynchronous:
                async with AsyncAmendsClient(address) as client:
                    results = await client.batch_decide(CASES, policy="shop", deadline=DEADLINE)
            else:
                with AmendsClient(address) as blocking:
                    results = blocking.batch_decide(CASES, policy="shop", deadline=DEADLINE)
        calls = [one for one in servicer.seen if isinstance(one, BatchDecideRequest)]
        assert all(call.policy == "shop" for call in calls)
        sent = {(item.request.situation.case_id, item.request.request_id) for call in calls for item in call.items}
        assert len(sent) == len(CASES)
        told.append((results, [[item.request.situation.case_id for item in call.items] for call in calls]))
    return told


async def test_only_the_items_that_the_log_cost_are_sent_again() -> None:
    """Until they are answered, each under its own id and in its own place."""
    for results, calls in await both({"c-0": 1, "c-2": 2}):
        assert calls == [["c-0", "c-1", "c-2", "c-3"], ["c-0", "c-2"], ["c-2"]]
        answers = [one.decision_id for one in results[:3] if isinstance(one, DecideResponse)]
        assert answers == ["of c-0", "of c-1", "of c-2"]
        assert isinstance(results[3], UnknownPolicy)


async def test_the_deadline_ends_it() -> None:
    """An item for which there is no time left keeps its error, and the others their answers."""
    for results, calls in await both({"c-1": 99}, pause=Duration(seconds=90)):
        assert calls == [["c-0", "c-1", "c-2", "c-3"]]
        assert isinstance(results[0], DecideResponse)
        assert isinstance(results[1], LogUnavailable)
        assert results[1].failure.retry_after == 90
