"""An answer leaves after its decision is synced to disk, not before; where it cannot be written, there is no answer."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from psycopg import sql

from amends.storage.migrate import upgrade
from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.faults.log_faults import asked, own_server, recorded
from tests.service.recording import postgresql_programs, recording_server, shop, sqlite_url
from tests.service.requests import late, refusal
from tests.service.running import RunningServer

__all__ = ["postgresql_programs", "shop"]
SERVER = Path(__file__).with_name("synced_server.py")


@pytest.fixture
def control(tmp_path: Path) -> Path:
    """The folder whose files say what happens to a sync."""
    folder = tmp_path / "control"
    folder.mkdir()
    return folder


@pytest.fixture
def url(tmp_path: Path) -> str:
    return sqlite_url(tmp_path)


@pytest.fixture
def server(shop: Path, url: str, control: Path) -> Iterator[RunningServer]:
    environment = {"AMENDS_RECORDING": "required", "AMENDS_DATABASE": url}
    program = (str(SERVER), str(control))
    with RunningServer("--rules", str(shop), program=program, environment=environment) as running:
        yield running


def test_an_answer_waits_for_the_sync_of_its_decision(server: RunningServer, control: Path) -> None:
    """While the sync lasts, nobody has an answer; of twenty answers, one after the other, each had its own before."""
    with server.channel() as channel:
        decide = DecisionServiceStub(channel).Decide
        syncs = [synced(control)]
        for number in range(20):
            decide(late(case_id=f"case-{number}"))
            syncs.append(synced(control))
        assert all(earlier < later for earlier, later in pairwise(syncs))

        (control / "closed").touch()
        begun = len(server.lines("syncing"))
        calls = [decide.future(late(case_id=f"case-{number}")) for number in range(8)]
        server.wait_for("syncing", count=begun + 1)
        # A preview is answered all the same, on the same connection: what could leave has left.
        preview = late()
        preview.preview = True
        decide(preview)
        answered = [call.done() for call in calls]
        (control / "closed").unlink()

        assert answered == [False] * 8
        assert all(call.result().recorded for call in calls)


def synced(control: Path) -> int:
    """How many syncs have ended."""
    return (control / "synced").stat().st_size


@pytest.mark.parametrize("state", ["broken", "full"])
def test_what_cannot_be_written_is_not_answered(server: RunningServer, control: Path, url: str, state: str) -> None:
    """A disk that fails, or is full: UNAVAILABLE with a time to wait, and all goes on as soon as the disk does."""
    with server.channel() as channel:
        decide = DecisionServiceStub(channel).Decide
        answers = [decide(late())]
        (control / state).touch()
        for number in range(4):
            with pytest.raises(grpc.RpcError) as caught:
                decide(asked(f"r-{number}"))
            assert (refusal(caught.value).code, refusal(caught.value).reason) == ("UNAVAILABLE", "LOG_UNAVAILABLE")
        (control / state).unlink()
        answers += [decide(asked(f"r-{number}")) for number in range(4)]

    assert server.lines("log_away")
    assert len(recorded(url, answers)) == len(answers)


@pytest.mark.parametrize("synchronous", [True, False])
def test_a_commit_of_postgresql_is_flushed_before_its_answer(
    request: pytest.FixtureRequest, postgresql_programs: Path | None, shop: Path, *, synchronous: bool
) -> None:
    """As each answer comes, all that was written ahead is on disk; also where the database is set not to wait."""
    with own_server(request, postgresql_programs) as database:
        name = database.create()
        url = database.url(name)
        upgrade(url)
        with psycopg.connect(url, autocommit=True) as connection:
            if not synchronous:
                setting = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
                connection.execute(setting.format(sql.Identifier(name)))
            with recording_server(shop, url) as server, server.channel() as channel:
                decide = DecisionServiceStub(channel).Decide
                decide(late())
                flushed = []
                for number in range(20):
                    decide(late(case_id=f"case-{number}"))
                    flushed.append(is_flushed(connection))

    # The database now and then writes something of its own.
    assert sum(flushed) >= 18


def is_flushed(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn()").fetchone()
    return row is not None and bool(row[0])
