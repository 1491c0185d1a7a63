"""The bridge, the service and the helpdesk are killed while they work: nothing is lost, nothing doubled."""

from pathlib import Path

from tests.clients.bridge.kill_rounds import run

DELIVERIES = 40


def test_each_case_gets_one_note_whoever_is_killed_meanwhile(tmp_path: Path) -> None:
    """Accepted is on disk; decided once; written once: each process is killed while forty cases are on their way."""
    result = run(tmp_path, deliveries=DELIVERIES, rounds=1, seed=7)

    assert result.kills == {"service": 1, "desk": 1, "bridge": 1}
    assert result.notes == {f"t{number}": 1 for number in range(DELIVERIES)}
    assert result.dead == 0
