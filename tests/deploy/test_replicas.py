"""Four server processes on two ports behind Envoy, one PostgreSQL: whatever befalls, who asks again is answered."""

from pathlib import Path

import pytest

from tests.deploy.replicas import replicas
from tests.faults.soak.crew import Pace
from tests.lacking import do_without
from tests.service.recording import postgresql_programs
from tests.storage.postgresql import SERVER_LACKS

__all__ = ["postgresql_programs"]


@pytest.mark.timeout(300)  # eight starts of a replica; half a minute on two cores of its own
def test_no_acknowledged_decision_is_lost_and_no_call_fails_for_good(
    request: pytest.FixtureRequest, postgresql_programs: Path | None
) -> None:
    """Killed, added, stopped, and the rules changed, each under load; `make replicas` does it twenty times."""
    if postgresql_programs is None:
        do_without(request, SERVER_LACKS)
    pace = Pace(decide=0.03, batch=0.5, message=0.02, outcome=0.05, reload=0.5)
    befell: list[str] = []
    found = replicas(postgresql_programs, rounds=1, pace=pace, measured=0.5, told=befell.append)

    assert found.broken == []
    assert (found.audit.lost, found.audit.changed) == ([], [])
    assert found.audit.is_green
    # Else nothing was tried.
    assert befell == [
        *("a worker was killed", "a replica was killed", "a replica was added"),
        *("a replica was stopped", "a replica was added"),
    ]
    assert found.reloads["live"]
    assert found.audit.decisions > 200
    assert found.audit.outcomes > 20
    assert found.asked_again
    assert found.cost is not None
    assert found.cost.calls > found.cost.workers == 4
    # A decision is a row of decisions at least, and whatever is found by it later: both counted in the tables.
    assert found.cost.rows >= found.cost.calls
