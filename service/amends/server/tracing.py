"""Traces and numbers for a collector, by the standard OTEL_* variables; nothing of it runs unless they name one.

A span is made of a call's line in the log, when that is written: a call pays for it later, and only where it is wanted.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from amends.log import Logger
from amends.telemetry import Telemetry

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Observation
    from opentelemetry.trace import Tracer

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NAME: Final = "amends"
_NANOS_A_SECOND: Final = 1_000_000_000
_NANOS_A_MICROSECOND: Final = 1_000
_SPAN_FIELDS: Final = ("request_id", "policy", "pack_digest", "decision_id", "outcome", "items", "failed")


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the variables name a collector, and do not switch it off."""
    off = environment.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not off and any(environment.get(name) for name in _ENDPOINTS)


class Tracing:
    """Sends spans of calls and the service's numbers to a collector."""

    def __init__(self, *, version: str, telemetry: Telemetry) -> None:
        """ImportError where the extra `amends[otel]` is not installed."""
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say goes before this.
        resource = Resource({"service.name": _NAME, "service.version": version}).merge(Resource.create())
        self._spans = TracerProvider(resource=resource)
        self._spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._spans.get_tracer(_NAME, version)
        self._numbers = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource)
        meter = self._numbers.get_meter(_NAME, version)
        for name, counts in telemetry.names():
            make = meter.create_observable_counter if counts else meter.create_observable_gauge
            make(name, callbacks=[_observed(telemetry, name)])

    def calls(self, lines: Sequence[Mapping[str, object]]) -> None:
        """Make a span of each call."""
        for line in lines:
            _span(self._tracer, line)

    def end(self) -> None:
        """Send what waits; blocks for a few seconds at most."""
        self._spans.shutdown()
        self._numbers.shutdown()


def make_tracing(telemetry: Telemetry, logger: Logger, *, version: str) -> Tracing | None:
    """The tracing that the variables ask for; where it cannot be had the log says so, and calls are answered."""
    if not is_wanted():
        return None
    try:
        return Tracing(version=version, telemetry=telemetry)
    except ImportError:
        logger.warning("tracing_not_installed", hint="install amends[otel]")
        return None


def _span(tracer: "Tracer", line: Mapping[str, object]) -> None:
    from opentelemetry.trace import SpanKind, Status, StatusCode
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    written = line["timestamp"]
    assert isinstance(written, datetime)  # as the log of calls puts it there
    end = int(written.timestamp() * _NANOS_A_SECOND)
    began = end - int(str(line["duration_us"])) * _NANOS_A_MICROSECOND
    parent = TraceContextTextMapPropagator().extract({"traceparent": str(line.get("traceparent", ""))})
    span = tracer.start_span(
        f"amends.v1/{line['method']}",
        context=parent,
        kind=SpanKind.SERVER,
        start_time=began,
        attributes={
            "rpc.system": "grpc",
            "rpc.method": str(line["method"]),
            "rpc.grpc.status": str(line["code"]),
            **{f"amends.{name}": str(line[name]) for name in _SPAN_FIELDS if name in line},
        },
    )
    if line["code"] in {"INTERNAL", "UNAVAILABLE", "UNKNOWN"}:
        span.set_status(Status(StatusCode.ERROR, str(line["code"])))
    span.end(end)


def _observed(telemetry: Telemetry, name: str) -> "Callable[[CallbackOptions], Iterable[Observation]]":
    def observe(_options: "CallbackOptions") -> "Iterable[Observation]":
        from opentelemetry.metrics import Observation

        return [Observation(value, labels) for labels, value in telemetry.values(name)]

    return observe
