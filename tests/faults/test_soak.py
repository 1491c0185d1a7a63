"""The soak itself, for a few seconds, with one of each fault: what two hours of it would find, it can find."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.soak.crew import Pace
from tests.faults.soak.faults import KINDS
from tests.faults.soak.report import report_of
from tests.faults.soak.run import soak
from tests.faults.soak.watching import Sample
from tests.lacking import do_without
from tests.service.recording import postgresql_programs
from tests.storage.postgresql import SERVER_LACKS

__all__ = ["postgresql_programs"]


@pytest.mark.timeout(600)  # half a minute on two cores of its own; on a busy machine faults take long
def test_nothing_acknowledged_is_lost_or_changed_whatever_befalls(
    request: pytest.FixtureRequest, postgresql_programs: Path | None
) -> None:
    """Decisions one by one, in batches and in streams, outcomes, changed rules, five faults; `make soak`: two hours."""
    if postgresql_programs is None:
        do_without(request, SERVER_LACKS)
    pace = Pace(decide=0.05, batch=0.5, message=0.02, reload=2.0, fault=2.0, sample=2.0)
    samples: list[Sample] = []
    found = soak(postgresql_programs, seconds=20, pace=pace, told=samples.append)

    assert (found.broken, found.accidents) == ([], [])
    assert (found.audit.lost, found.audit.changed) == ([], [])
    assert set(found.audit.replayed) == {"same"}
    assert found.audit.is_green
    # Else nothing was tried.
    assert len(found.faults) == KINDS
    assert found.reloads["live"]
    assert found.audit.decisions > 200
    assert found.audit.outcomes > 20
    assert found.asked_again
    assert len(samples) > 3
    assert "All is well." in report_of(replace(found, samples=[samples[-1]] * 3))
