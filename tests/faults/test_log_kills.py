"""Whatever moment a server is killed at, what it has answered is in the log, and every request has one decision."""

from pathlib import Path

from tests.faults.kill_rounds import kill_rounds
from tests.service.recording import (
    database_url,
    postgresql_programs,
    postgresql_server,
    postgresql_session,
    postgresql_url,
    shop,
)

__all__ = [
    "database_url",
    "postgresql_programs",
    "postgresql_server",
    "postgresql_session",
    "postgresql_url",
    "shop",
]
ROUNDS = 20


def test_no_answered_decision_is_lost_to_sigkill(shop: Path, database_url: str) -> None:
    """Twenty kills under load: all that was answered is there with its bytes, and what is asked again is the same.

    `make kill-rounds ROUNDS=1000` does it a thousand times.
    """
    found = kill_rounds(shop, database_url, rounds=ROUNDS, seed=5)

    assert (found.rounds, found.lost, found.changed) == (ROUNDS, [], [])
    # Else nothing was tried: answers were given, and calls were cut off in the middle.
    assert len(found.answered) > ROUNDS
    assert found.unanswered > ROUNDS
