"""A server is stopped while callers never stop: no call is lost, by whatever road it came."""

import signal
import threading
from pathlib import Path

import pytest

from amends.domain.log_queries import DecisionFilter
from tests.faults.stopped_callers import Batches, Caller, OverGrpc, OverHttp, Streamed
from tests.service.packs import SHOP
from tests.service.recording import look, recording_server, sqlite_url
from tests.service.running import PATIENCE, RunningServer, write_pack


def callers(server: RunningServer, over: threading.Event) -> list[Caller]:
    """Three each by gRPC and by HTTP, two with batches, one with a stream."""
    kinds: tuple[type[OverGrpc | OverHttp], ...] = (*[OverGrpc] * 3, *[OverHttp] * 3, Batches, Batches, Streamed)
    return [kind(server, f"{kind.__name__}-{number}", over) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_call_is_lost(tmp_path: Path, workers: str) -> None:
    """A call over a connection that stands is answered, whole, and what was decided is in the log; later ones find the
    port closed, and nothing of them is.
    """
    write_pack(tmp_path / "rules", "shop", SHOP)
    url = sqlite_url(tmp_path)
    over = threading.Event()
    with recording_server(tmp_path / "rules", url, "--workers", workers, "--http-port", "0") as server:
        server.wait_for("ready")
        all_of_them = callers(server, over)
        for caller in all_of_them:
            caller.start()
        for caller in all_of_them:
            assert caller.busy.wait(PATIENCE), (caller.name, caller.became)

        server.signal(signal.SIGTERM)

        assert server.end() == 0
        over.set()
        for caller in all_of_them:
            caller.join(PATIENCE)
        stopped = server.lines("stopped")
    recorded = look(url, lambda log: log.listing.decisions(DecisionFilter(), before="", limit=1_000_000))

    assert [caller.name for caller in all_of_them if caller.is_alive()] == []
    assert [broken for caller in all_of_them for broken in caller.became.broken] == []
    answered = [decision_id for caller in all_of_them for decision_id in caller.became.answered]
    assert sorted(answered) == sorted(decision.decision_id for decision in recorded)
    # The stream may have gone to the other worker, which has told it the same.
    assert 1 <= sum(caller.became.told_to_come_back for caller in all_of_them) <= int(workers)
    assert [line["unfinished"] for line in stopped] == [0] * int(workers)
