"""What the tests of a broken log share: requests with ids, a PostgreSQL of one's own, and what was recorded."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from amends.storage.opened import OpenedLog
from amends.v1 import decision_service_pb2 as service_pb2
from tests.lacking import do_without
from tests.service.recording import look
from tests.service.requests import late
from tests.storage.postgresql import SERVER_LACKS, PostgresqlServer


def asked(request_id: str) -> service_pb2.DecideRequest:
    """A request under its own id, of a case of its own."""
    request = late(case_id=f"case-{request_id}")
    request.request_id = request_id
    return request


def own_server(request: pytest.FixtureRequest, programs: Path | None) -> PostgresqlServer:
    """A PostgreSQL that a test may stop, and that syncs as in production."""
    if programs is None:
        do_without(request, SERVER_LACKS)
    return PostgresqlServer(programs, fsync=True)


def recorded(url: str, answers: Sequence[service_pb2.DecideResponse]) -> list[str]:
    """The ids of those that the log holds, with the bytes that were answered."""

    async def found(log: OpenedLog) -> list[str]:
        entries = [(answer, await log.decisions.decision(answer.decision_id)) for answer in answers]
        return [
            answer.decision_id
            for answer, entry in entries
            if entry is not None and entry.decision == answer.decision.SerializeToString(deterministic=True)
        ]

    return look(url, found)
