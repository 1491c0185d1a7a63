"""What the service tells of itself in numbers, for Prometheus: names, meanings and labels; nothing of a situation.

Several workers write their numbers to files of one folder (the variable PROMETHEUS_MULTIPROC_DIR, set before this is
imported), and whichever of them is asked gives the sum.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

_CALL_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_MICROSECONDS: Final = 1e6
_NANOSECONDS: Final = 1e9


class Telemetry:
    """The numbers of one process."""

    def __init__(self, *, version: str) -> None:
        self._registry = CollectorRegistry()
        self._version = version
        self._policies: Iterable[tuple[str, str, str, str]] = ()
        self._standings: Callable[[], Iterable[tuple[str, str, str]]] = tuple
        made = self._registry
        self._calls = Counter("amends_calls", "Calls that ended.", ("method", "code"), registry=made)
        self._call_seconds = Histogram(
            "amends_call_seconds", "How long calls took.", ("method",), registry=made, buckets=_CALL_SECONDS
        )
        self._in_flight = Gauge(
            "amends_calls_in_flight", "Calls that are not answered yet.", registry=made, multiprocess_mode="livesum"
        )
        self._decisions = Counter("amends_decisions", "Decisions made.", ("policy", "outcome"), registry=made)
        self._rules = Counter(
            "amends_rules_applied", "Decisions in which a rule applied.", ("policy", "rule"), registry=made
        )
        self._matches = Counter(
            "amends_engine_matches", "Times that an engine was asked which rules match.", registry=made
        )
        self._engine_seconds = Counter("amends_engine_seconds", "Finding which rules match, in all.", registry=made)
        self._log_seconds = Histogram(
            "amends_log_seconds", "Until what was decided was on disk.", registry=made, buckets=_CALL_SECONDS
        )
        self._log_entries = Counter("amends_log_entries", "Decisions written to the log.", registry=made)
        self._log_away = Gauge(
            "amends_log_away", "1 while the log cannot be written.", registry=made, multiprocess_mode="livemax"
        )
        self._lost = Counter("amends_decisions_lost", "Decisions that were never written (best effort).", registry=made)
        self._events = Counter("amends_events", "Lines of the log, but calls.", ("event", "level"), registry=made)

    def calls(self, lines: Sequence[Mapping[str, object]], *, in_flight: int) -> None:
        """Count calls by their lines in the log."""
        for line in lines:
            method = str(line["method"])
            self._calls.labels(method, str(line["code"])).inc()
            self._call_seconds.labels(method).observe(float(str(line["duration_us"])) / _MICROSECONDS)
        self._in_flight.set(in_flight)

    def decisions(self, policy: str, outcome: str, count: int, *, rules: Iterable[str]) -> None:
        """Count decisions that came to the same by the same rules."""
        self._decisions.labels(policy, outcome).inc(count)
        for rule in rules:
            self._rules.labels(policy, rule).inc(count)

    def matched(self, matches: int, nanoseconds: int) -> None:
        """An engine was asked so often, and took so long in all."""
        self._matches.inc(matches)
        self._engine_seconds.inc(nanoseconds / _NANOSECONDS)

    def logged(self, entries: int, nanoseconds: int) -> None:
        """Decisions were written."""
        self._log_entries.inc(entries)
        self._log_seconds.observe(nanoseconds / _NANOSECONDS)

    def event(self, event: str, level: str, fields: Mapping[str, object]) -> None:
        """A line was logged."""
        self._events.labels(event, level).inc()
        if event in {"log_away", "log_back"}:
            self._log_away.set(event == "log_away")
        if event == "decisions_lost":
            self._lost.inc(float(str(fields["lost"])))

    def serve(
        self,
        policies: Iterable[tuple[str, str, str, str]],
        standings: Callable[[], Iterable[tuple[str, str, str]]] = tuple,
    ) -> None:
        """What decides now: policy, pack, version and digest of each; and how each stands: policy, state, and which
        activation says why. Both are read again whenever somebody asks.
        """
        self._policies = policies
        self._standings = standings

    def names(self) -> Iterable[tuple[str, bool]]:
        """Every number of this process by the name of its samples, and whether it only grows."""
        for family in self._registry.collect():
            if family.type == "gauge":
                yield family.name, False
            elif family.type == "counter":
                yield f"{family.name}_total", True
            elif family.type == "histogram":
                yield f"{family.name}_sum", True
                yield f"{family.name}_count", True

    def values(self, name: str) -> Iterable[tuple[Mapping[str, str], float]]:
        """The values of a number by their labels, of this process alone."""
        for family in self._registry.collect():
            for sample in family.samples:
                if sample.name == name:
                    yield sample.labels, sample.value

    def text(self) -> bytes:
        """All numbers, of all workers, as Prometheus reads them."""
        folder = os.environ.get(FOLDER)
        asked = CollectorRegistry()
        if folder:
            MultiProcessCollector(asked, path=folder)  # type: ignore[no-untyped-call]  # it registers itself
        else:
            asked.register(_Of(self._registry))
        asked.register(_Now(self._version, self._policies, self._standings()))
        return generate_latest(asked)


class _Of(Collector):
    """What another registry holds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterable[Metric]:
        return self._registry.collect()


class _Now(Collector):
    """What is so in this process as it is asked."""

    def __init__(
        self, version: str, policies: Iterable[tuple[str, str, str, str]], standings: Iterable[tuple[str, str, str]]
    ) -> None:
        self._version = version
        self._policies = policies
        self._standings = standings

    def collect(self) -> Iterable[Metric]:
        build = GaugeMetricFamily("amends_build_info", "The software.", labels=("version",))
        build.add_metric((self._version,), 1)
        yield build
        live = GaugeMetricFamily(
            "amends_policy_info", "What each policy decides by.", labels=("policy", "pack", "version", "digest")
        )
        for labels in self._policies:
            live.add_metric(labels, 1)
        yield live
        stand = GaugeMetricFamily(
            "amends_policy_state", "How each policy stands.", labels=("policy", "state", "activation_id")
        )
        for standing in self._standings:
            stand.add_metric(standing, 1)
        yield stand
