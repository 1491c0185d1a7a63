"""Promises that fall due soon or were missed become deliveries in their cases' lines, each once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from amends_client.bridge.ports import DUE
from amends_client.bridge.queue.model import Arrival, DeliveryKind, Put
from amends_client.bridge.queue.queue import Queue
from amends_client.client import AmendsClient
from amends_client.messages import ObligationState, TrackedObligation


class Watch:
    """Looks what is due. `lead`: how long before its time a promise is reminded of."""

    def __init__(self, amends: AmendsClient, queue: Queue, *, lead: timedelta, now: Callable[[], int]) -> None:
        self._amends = amends
        self._queue = queue
        self._lead = lead
        self._now = now

    def __call__(self) -> int:
        """Queue what is to be reminded of; how many."""
        until = datetime.fromtimestamp(self._now() / 1_000_000_000, tz=UTC) + self._lead
        due = list(self._amends.list_obligations(due_before=until))
        cases = self._queue.cases_of({tracked.case_id for tracked in due})
        queued = 0
        for tracked in due:
            if tracked.case_id in cases:
                source, case = cases[tracked.case_id]
                queued += self._queue.put(_arrival(tracked, source, case)) is Put.NEW
        return queued


def _arrival(tracked: TrackedObligation, source: str, case: str) -> Arrival:
    missed = tracked.state == ObligationState.OBLIGATION_STATE_MISSED
    due = tracked.obligation.due_time.ToNanoseconds()
    event = f"{'missed/' if missed else DUE}{tracked.obligation_id}/{due}"
    body = json.dumps({"obligation_id": tracked.obligation_id, "due": due}).encode()
    return Arrival(source, case, event, body, kind=DeliveryKind.REMINDER)
