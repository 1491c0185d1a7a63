"""Callers by every road who never stop by themselves, and what became of each of their calls as the server did.

None of them sends a call again.
"""

import http.client
import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import grpc
from google.protobuf import json_format

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer

BATCH: Final = 200
_BUSY: Final = 20
_PAUSE_SECONDS: Final = 0.02
RETRY_SECONDS: Final = 1.0
"""What a stream is told that it should wait."""


@dataclass(slots=True)
class Became:
    """What became of a caller's calls.

    `answered` are decisions, `told_to_come_back` streams that the server has ended, `nobody_there` calls for which
    there was no connection. Whatever else came of a call is broken.
    """

    answered: list[str] = field(default_factory=list)
    told_to_come_back: int = 0
    nobody_there: int = 0
    broken: list[str] = field(default_factory=list)


class Caller(ABC, threading.Thread):
    """Calls one after the other, over a connection of its own, until it is over."""

    def __init__(self, server: RunningServer, name: str, over: threading.Event) -> None:
        super().__init__(daemon=True, name=name)
        self.server = server
        self.over = over
        self.became = Became()
        self.busy = threading.Event()
        self._numbers = count(1)

    def request(self) -> service_pb2.DecideRequest:
        """A case that nobody has asked about."""
        number = next(self._numbers)
        if number > _BUSY:
            self.busy.set()
        return late(case_id=f"{self.name}-{number}")

    @abstractmethod
    def call(self) -> None:
        """Call once, and say what became of it."""

    def run(self) -> None:
        """Call on and on."""
        while not self.over.is_set():
            missed = self.became.nobody_there
            try:
                self.call()
            except Exception as error:  # noqa: BLE001 -- whatever it is, no call may end so
                self.became.broken.append(f"{self.name}: {error!r}")
            if self.became.nobody_there > missed:
                self.over.wait(_PAUSE_SECONDS)


class OverGrpc(Caller):
    """Decisions by gRPC."""

    def run(self) -> None:
        """Over one channel."""
        with self.server.channel() as channel:
            self.stub = DecisionServiceStub(channel)
            super().run()

    def call(self) -> None:
        """Ask, and tell what has not reached the server from what it has ended, and both from a break."""
        try:
            self.ask()
        except grpc.RpcError as error:
            call: Any = error
            said = f"{call.code().name} {call.details()}"
            if said.startswith("UNAVAILABLE failed to connect to all addresses"):
                self.became.nobody_there += 1
            elif said.startswith("UNAVAILABLE the server is stopping") and isinstance(self, Streamed):
                self.became.told_to_come_back += 1
                self.over.wait(RETRY_SECONDS)
            else:
                self.became.broken.append(f"{self.name}: {said}")

    def ask(self) -> None:
        """One decision."""
        self.became.answered.append(self.stub.Decide(self.request(), timeout=PATIENCE).decision_id)

    def take(self, result: service_pb2.BatchDecideResult | service_pb2.StreamDecideResponse) -> None:
        """One decision of many; nothing is wrong with any of them."""
        if result.HasField("error"):
            self.became.broken.append(f"{self.name}: {result.error}")
        else:
            self.became.answered.append(result.response.decision_id)


class Batches(OverGrpc):
    """Many decisions a call."""

    def ask(self) -> None:
        """A batch, of which each item has to be answered."""
        items = [service_pb2.BatchDecideItem(request=self.request()) for _ in range(BATCH)]
        for result in self.stub.BatchDecide(service_pb2.BatchDecideRequest(items=items), timeout=PATIENCE).results:
            self.take(result)


class Streamed(OverGrpc):
    """A stream that its caller never ends."""

    def ask(self) -> None:
        """Read what comes, to the end that the server makes."""
        for answer in self.stub.StreamDecide(self._endless(), timeout=PATIENCE):
            self.take(answer)

    def _endless(self) -> Iterator[service_pb2.StreamDecideRequest]:
        while not self.over.is_set():
            yield service_pb2.StreamDecideRequest(request=self.request())


class OverHttp(Caller):
    """Connect JSON over a connection that is kept for as long as the server keeps it."""

    def run(self) -> None:
        """Over one connection at a time."""
        host, _, port = str(self.server.wait_for("ready")["http"]).rpartition(":")
        self.web = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        try:
            super().run()
        finally:
            self.web.close()

    def call(self) -> None:
        """Ask; a connection that ends before its answer is a break."""
        body = json_format.MessageToJson(self.request()).encode()
        try:
            if self.web.sock is None:
                self.web.connect()
        except ConnectionError:
            self.became.nobody_there += 1
            return
        try:
            self.web.request("POST", "/amends.v1.DecisionService/Decide", body, {"content-type": "application/json"})
            answer = self.web.getresponse()
            said = json.loads(answer.read())
        except (http.client.HTTPException, OSError):
            self.web.close()
            raise
        if answer.status == http.client.OK:
            self.became.answered.append(said["decisionId"])
        else:
            self.became.broken.append(f"{self.name}: {answer.status} {said}")
