"""What befalls a service during a soak, one after the other and from the start again."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import grpc

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.faults.hostile import HostileCaller
from tests.faults.soak.serving import Service
from tests.service.requests import late
from tests.service.running import PATIENCE
from tests.storage.postgresql import PostgresqlServer

KINDS: Final = 5
"""How many there are."""

_GONE: Final = 20
_HOSTILE: Final = 400
_AWAY_SECONDS: Final = 2.0


class Faults:
    """Each of them is over when its call ends."""

    def __init__(self, service: Service, database: PostgresqlServer) -> None:
        self._service = service
        self._database = database
        self._done = 0

    def following(self) -> str:
        """Let the next one happen: its name."""
        faults: tuple[Callable[[], None], ...] = (
            self.a_worker_is_killed,
            self.the_database_stops,
            self.callers_go_away,
            self.the_database_loses_its_power,
            self.hostile_messages_come,
        )
        fault = faults[self._done % len(faults)]
        self._done += 1
        fault()
        return fault.__name__.replace("_", " ")

    def a_worker_is_killed(self) -> None:
        """Always the youngest: what the eldest holds in memory shows the whole time."""
        workers = self._service.workers()
        os.kill(workers[-1], signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while len(now := self._service.workers()) < len(workers) or now == workers:
            assert time.monotonic() < until, "no worker took the place of one that was killed"
            time.sleep(0.05)

    def the_database_stops(self) -> None:
        self._away(signal.SIGINT)

    def the_database_loses_its_power(self) -> None:
        self._away(signal.SIGQUIT)

    def callers_go_away(self) -> None:
        """In the middle of their streams."""

        def endless() -> Iterator[service_pb2.StreamDecideRequest]:
            while True:
                request = late(case_id="gone")
                request.preview = True
                yield service_pb2.StreamDecideRequest(correlation_id="gone", request=request)

        for _ in range(_GONE):
            with self._service.channel() as channel, suppress(grpc.RpcError):
                answers = DecisionServiceStub(channel).StreamDecide(endless(), timeout=PATIENCE)
                next(iter(answers))
                answers.cancel()

    def hostile_messages_come(self) -> None:
        caller = HostileCaller(self._service.server, self._service.ports, seed=self._done)
        try:
            caller.run(_HOSTILE)
        finally:
            caller.close()

    def _away(self, how: signal.Signals) -> None:
        self._database.stop(how)
        time.sleep(_AWAY_SECONDS)  # that long it is away
        self._database.start()
