"""What the bridge counts, for Prometheus. No name or value of a payload is ever a label."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        names = "amends_bridge"
        registry = self._registry
        self.received = Counter(f"{names}_received", "Webhooks accepted.", ["source", "result"], registry=registry)
        self.refused = Counter(f"{names}_refused", "Webhooks refused.", ["source", "reason"], registry=registry)
        self.unmapped = Counter(
            f"{names}_unmapped", "Facts not known, though mapped.", ["source", "target"], registry=registry
        )
        self.handled = Counter(f"{names}_handled", "Deliveries worked on.", ["source", "result"], registry=registry)

    def watch_queue(self, counts: Callable[[], Mapping[str, int]]) -> None:
        """Tell with every look how many deliveries stand in each state."""
        self._registry.register(_Depth(counts))

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)


class _Depth:
    def __init__(self, counts: Callable[[], Mapping[str, int]]) -> None:
        self._counts = counts

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("amends_bridge_deliveries", "Deliveries in the queue, by state.", labels=["state"])
        for state, count in self._counts().items():
            family.add_metric([state], count)
        yield family
