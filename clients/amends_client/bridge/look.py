"""A helpdesk that sends no webhooks is looked through, every so often: what is new there becomes deliveries."""

import json
import logging
from collections.abc import Callable, Iterable
from typing import Final

from amends_client.bridge.arrivals import change_of, report_of
from amends_client.bridge.handle import Source
from amends_client.bridge.mapping.take import LackingError
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.ports import Reason, Seen
from amends_client.bridge.queue.model import Put
from amends_client.bridge.queue.queue import Queue

_LOG: Final = logging.getLogger("amends_bridge")


class Look:
    """Looks through one source. What was queued before is known by what it holds."""

    def __init__(self, queue: Queue, source: Source, seen: Callable[[], Iterable[Seen]], metrics: Metrics) -> None:
        self._queue = queue
        self._source = source
        self._seen = seen
        self._metrics = metrics

    def __call__(self) -> int:
        """Queue what is new; how much. AwayError, DeniedError."""
        return sum(self._put(one) is Put.NEW for one in self._seen())

    def _put(self, seen: Seen) -> Put | None:
        body = json.dumps(seen.payload, sort_keys=True).encode()
        try:
            arrival = (report_of if seen.report else change_of)(self._source, seen.payload, body)
        except LackingError as error:
            self._metrics.refused.labels(self._source.name, Reason.LACKING.value).inc()
            _LOG.warning("a case of %s cannot be taken: %s", self._source.name, error)
            return None
        if arrival is None:
            return None
        put = self._queue.put(arrival)
        if put is Put.NEW:
            self._metrics.received.labels(self._source.name, put.value).inc()
        return put
