"""Callers of a soak: each does one thing for hours, at a pace, and asks again under one id until it is answered."""

import queue
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Protocol, TypeVar

import grpc

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.faults.soak.acknowledged import Acknowledged
from tests.faults.soak.latencies import Latencies
from tests.service.requests import late
from tests.service.running import PATIENCE

T = TypeVar("T")
Reported = queue.Queue[service_pb2.DecideResponse]
AGAIN_SECONDS: Final = 0.25
_BATCH: Final = 20
_IN_A_STREAM: Final = 500
_TO_COME_BACK: Final = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})
"""What a fault may bring: asked again, it is answered. Anything else is a finding."""


class Reached(Protocol):
    """A service, wherever it is."""

    def channel(self) -> AbstractContextManager[grpc.Channel]:
        """A connection of its own."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What all callers of a run share: whom they call, where they keep what is acknowledged, and when it is over."""

    service: Reached
    kept: Acknowledged
    over: threading.Event


class Caller(ABC, threading.Thread):
    """Does `once` at a pace of so many seconds until its shift is over, and then finishes what it has begun."""

    def __init__(self, shift: Shift, name: str, *, pace: float, latencies: Latencies) -> None:
        super().__init__(daemon=True, name=name)
        self._shift = shift
        self._pace = pace
        self._latencies = latencies
        self._numbers = count(1)
        self.calls = 0
        self.asked_again: Counter[str] = Counter()
        self.broken: list[str] = []

    def run(self) -> None:
        with self._shift.service.channel() as channel:
            stub = DecisionServiceStub(channel)
            following = time.monotonic()
            while not self._shift.over.wait(max(0.0, following - time.monotonic())):
                # What was missed while nobody answered is not made up for: the pace is the same all through.
                following = max(following + self._pace, time.monotonic())
                self.once(stub)

    @abstractmethod
    def once(self, stub: DecisionServiceStub) -> None:
        """One call, until it is answered."""

    def answered(self, call: Callable[[], T]) -> T | None:
        """The answer, however often it has to be asked for; None where a refusal is no consequence of a fault."""
        tries = 0
        while True:
            began = time.perf_counter()
            self.calls += 1
            try:
                answer = call()
            except grpc.RpcError as error:
                if self._is_broken(error):
                    return None
                tries += 1
                time.sleep(AGAIN_SECONDS)  # as a client that is told to come back
            else:
                # Of those alone that nothing befell: how long an outage lasted is said elsewhere.
                if not tries:
                    self._latencies.took(time.perf_counter() - began)
                return answer

    def _is_broken(self, error: grpc.RpcError) -> bool:
        """Whether that is a finding; what a fault may bring is counted."""
        told: Any = error
        if told.code() in _TO_COME_BACK or _is_cut_off(told):
            self.asked_again[told.code().name] += 1
            return False
        self.broken.append(f"{self.name}: {told.code().name}: {told.details()}")
        return True

    def _is_settled(self, result: service_pb2.BatchDecideResult | service_pb2.StreamDecideResponse) -> bool:
        """Whether there is nothing more to ask for it: it is decided, or refused for good, which is a finding."""
        if result.HasField("response"):
            self._shift.kept.decisions_came(result.response)
            return True
        if result.error.code in {code.value[0] for code in _TO_COME_BACK}:
            return False
        self.broken.append(f"{self.name}: {result.error.code}: {result.error.message}")
        return True


def _is_cut_off(told: Any) -> bool:  # noqa: ANN401  # gRPC's own type has none of what it is asked for
    """Whether a proxy ended it in the middle, as the SDK reads it: INTERNAL, and none of the service's own details."""
    details = {key for key, _ in told.trailing_metadata() or ()}
    return told.code() is grpc.StatusCode.INTERNAL and "grpc-status-details-bin" not in details


class Deciding(Caller):
    """Decides one case after the other, each twice, and hands the decisions on to who reports on them."""

    def __init__(self, shift: Shift, name: str, *, pace: float, latencies: Latencies, reported: Reported) -> None:
        super().__init__(shift, name, pace=pace, latencies=latencies)
        self._reported = reported

    def once(self, stub: DecisionServiceStub) -> None:
        number = next(self._numbers)
        request = _request(f"{self.name}-{number}", case_id=f"{self.name}-{number // 2}", days=number)
        answer = self.answered(lambda: stub.Decide(request, timeout=PATIENCE))
        if answer is None:
            return
        self._shift.kept.decisions_came(answer)
        if not self._reported.full():
            self._reported.put(answer)


class Batching(Caller):
    """Decides a batch after the other."""

    def once(self, stub: DecisionServiceStub) -> None:
        names = [f"{self.name}-{next(self._numbers)}" for _ in range(_BATCH)]
        items = {
            name: service_pb2.BatchDecideItem(correlation_id=name, request=_request(name, case_id=name, days=number))
            for number, name in enumerate(names)
        }
        while items:
            asked = service_pb2.BatchDecideRequest(items=items.values())
            answer = self.answered(lambda asked=asked: stub.BatchDecide(asked, timeout=PATIENCE))  # type: ignore[misc]  # mypy infers no default of a lambda
            if answer is None:
                return
            for result in answer.results:
                if self._is_settled(result):
                    items.pop(result.correlation_id)
            if items:
                self.asked_again["item of a batch"] += len(items)
                time.sleep(AGAIN_SECONDS)


class Streaming(Caller):
    """Decides in long streams; one that is cut off goes on in another with what had no answer."""

    def __init__(self, shift: Shift, name: str, *, pace: float, latencies: Latencies) -> None:
        super().__init__(shift, name, pace=pace, latencies=latencies)
        self._open: dict[str, service_pb2.StreamDecideRequest] = {}

    def once(self, stub: DecisionServiceStub) -> None:
        """A stream of some hundreds, at the pace of this caller."""
        sent = list(self._open.values())
        while True:
            try:
                for answer in stub.StreamDecide(self._paced(sent), timeout=PATIENCE + _IN_A_STREAM * self._pace):
                    self.calls += 1
                    if self._is_settled(answer):
                        self._open.pop(answer.correlation_id)
            except grpc.RpcError as error:
                if self._is_broken(error):
                    return
            if not self._open:
                return
            self.asked_again["item of a stream"] += len(self._open)
            time.sleep(AGAIN_SECONDS)
            sent = list(self._open.values())

    def _paced(self, again: list[service_pb2.StreamDecideRequest]) -> Iterator[service_pb2.StreamDecideRequest]:
        if again:
            yield from again
            return
        for _ in range(_IN_A_STREAM):
            if self._shift.over.wait(self._pace):
                return
            name = f"{self.name}-{next(self._numbers)}"
            request = _request(name, case_id=name, days=len(name))
            self._open[name] = service_pb2.StreamDecideRequest(correlation_id=name, request=request)
            yield self._open[name]


class Reporting(Caller):
    """Records that what was decided was done."""

    def __init__(self, shift: Shift, name: str, *, pace: float, latencies: Latencies, reported: Reported) -> None:
        super().__init__(shift, name, pace=pace, latencies=latencies)
        self._reported = reported

    def once(self, stub: DecisionServiceStub) -> None:
        try:
            about = self._reported.get(timeout=self._pace)
        except queue.Empty:
            return
        action = next((action for action in about.decision.actions if action.HasField("refund")), None)
        if action is None:
            return
        request = service_pb2.RecordOutcomeRequest(
            decision_id=about.decision_id,
            action_id=action.action_id,
            kind=record_pb2.OUTCOME_KIND_EXECUTED,
            request_id=f"{self.name}-{about.decision_id}",
        )
        answer = self.answered(lambda: stub.RecordOutcome(request, timeout=PATIENCE))
        if answer is not None:
            self._shift.kept.outcome_came(answer.outcome.outcome_id, about.decision_id)


def _request(request_id: str, *, case_id: str, days: int) -> service_pb2.DecideRequest:
    request = late(days % 366, case_id=case_id)
    request.request_id = request_id
    return request
