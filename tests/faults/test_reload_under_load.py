"""The rules change while eight callers never stop: no call fails, and no batch mixes two packs of one policy."""

import threading
import time
from pathlib import Path
from typing import Final

import grpc
import pytest

from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.activating import Publisher, shop, state
from tests.service.packs import SHOP
from tests.service.recording import recording_server, sqlite_url
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer, write_pack

FULL: Final = 10
SWAPS: Final = 190
CALLERS: Final = 8
BATCH: Final = 120
_PAUSE_SECONDS: Final = 0.03


class Caller(threading.Thread):
    """Calls Decide and BatchDecide by turns until it is told to stop."""

    def __init__(self, server: RunningServer, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._number = number
        self._stop_calling = stop
        self.failed: list[str] = []
        self.mixed: list[set[str]] = []
        self.digests: set[str] = set()
        self.calls = 0

    def run(self) -> None:
        batch = service_pb2.BatchDecideRequest(
            items=[
                service_pb2.BatchDecideItem(correlation_id=str(index), request=late(index % 9, case_id=f"b-{index}"))
                for index in range(BATCH)
            ]
        )
        with self._server.channel() as channel:
            stub = DecisionServiceStub(channel)
            # A moment between two calls, so that what is under test has a processor too.
            while not self._stop_calling.wait(_PAUSE_SECONDS):
                try:
                    self._call(stub, batch)
                except grpc.RpcError as error:
                    self.failed.append(str(error))
                self.calls += 1

    def _call(self, stub: DecisionServiceStub, batch: service_pb2.BatchDecideRequest) -> None:
        if self.calls % 4:
            one = stub.Decide(late(case_id=f"one-{self._number}"), timeout=PATIENCE)
            self.digests.add(one.decision.pack_digest)
            return
        results = stub.BatchDecide(batch, timeout=PATIENCE).results
        self.failed += [str(result.error) for result in results if result.HasField("error")]
        digests = {result.response.decision.pack_digest for result in results}
        self.digests |= digests
        if len(digests) != 1:
            self.mixed.append(digests)


@pytest.mark.timeout(600)  # half a minute on two cores of its own; on a busy machine all of its programs wait
def test_no_call_fails_while_the_rules_change(tmp_path: Path) -> None:
    """Ten packs checked, tested and proved, and 190 swaps of proved ones, over two workers that both follow."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    stop = threading.Event()
    with (
        recording_server(tmp_path / "rules", sqlite_url(tmp_path), "--workers", "2") as server,
        server.channel() as channel,
    ):
        callers = [Caller(server, number, stop) for number in range(CALLERS)]
        for caller in callers:
            caller.start()
        publisher = Publisher(channel)
        full = [publisher.settled(publisher.upload(shop(4 + number))) for number in range(FULL)]
        swaps = []
        for number in range(SWAPS):
            began = time.monotonic()
            swapped = publisher.settled(publisher.digest(full[number % FULL].digest))
            swaps.append((state(swapped), time.monotonic() - began))
        stop.set()
        for caller in callers:
            caller.join(PATIENCE)
        followed = {line["pid"] for line in server.lines("policy_changed")}

    assert [state(one) for one in full] == ["live"] * FULL
    assert {one.digest for one in full} <= {digest for caller in callers for digest in caller.digests}
    assert [how for how, _ in swaps] == ["live"] * SWAPS
    assert [failure for caller in callers for failure in caller.failed] == []
    assert [mixed for caller in callers for mixed in caller.mixed] == []
    assert min(caller.calls for caller in callers) > FULL
    assert len(followed) == 2
    # Half of them within a second, whatever else this machine does.
    assert sorted(took for _, took in swaps)[SWAPS // 2] < 1.0
