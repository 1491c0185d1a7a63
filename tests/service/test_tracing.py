"""Spans and numbers reach a real collector, under the caller's trace, and hold nothing of a situation."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import grpc
import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from tests.service.packs import SHOP
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer, write_pack

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


class Collector:
    """What was sent, by the path to which it was sent."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, bytes]] = []

    def spans(self) -> ExportTraceServiceRequest:
        merged = ExportTraceServiceRequest()
        for path, body in self.bodies:
            if path == "/v1/traces":
                merged.MergeFromString(body)
        return merged

    def numbers(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for path, body in self.bodies:
            if path != "/v1/metrics":
                continue
            for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                for metric in (one for scope in resource.scope_metrics for one in scope.metrics):
                    points = metric.sum.data_points or metric.gauge.data_points
                    found[metric.name] = sum(point.as_double for point in points)
        return found


@contextmanager
def collecting() -> Iterator[tuple[str, Collector]]:
    """A collector on this machine, and its address."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.bodies.append((self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody wants to read it."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", collector
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


def test_a_call_is_a_span_of_its_callers_trace(tmp_path: Path) -> None:
    """With its code and its decision; what waits is sent as the service stops."""
    write_pack(tmp_path, "shop", SHOP)
    with collecting() as (address, collector):
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_SERVICE_NAME": "refunds"}
        with RunningServer("--rules", str(tmp_path), environment=variables) as server:
            with server.channel() as channel:
                decisions = DecisionServiceStub(channel)
                said = (("traceparent", f"00-{TRACE}-{PARENT}-01"),)
                answer = decisions.Decide(late(case_id="SECRET case"), metadata=said)
                with pytest.raises(grpc.RpcError):
                    decisions.Decide(late(policy="none"))
            server.wait_for("call", count=2)
            server.process.terminate()
            assert server.end() == 0
            assert server.lines("call")[0]["traceparent"] == f"00-{TRACE}-{PARENT}-01"

        [resource] = collector.spans().resource_spans[:1]
        assert "refunds" in {one.value.string_value for one in resource.resource.attributes}
        spans = [span for one in collector.spans().resource_spans for scope in one.scope_spans for span in scope.spans]
        assert [span.name for span in spans] == ["amends.v1/Decide", "amends.v1/Decide"]
        ours = spans[0]
        assert (ours.trace_id.hex(), ours.parent_span_id.hex()) == (TRACE, PARENT)
        assert 0 < ours.end_time_unix_nano - ours.start_time_unix_nano < 60 * 10**9
        said_of = {one.key: one.value.string_value for one in ours.attributes}
        assert said_of["amends.decision_id"] == answer.decision_id
        assert said_of["rpc.grpc.status"] == "OK"
        assert spans[1].trace_id.hex() != TRACE
        numbers = collector.numbers()
        assert numbers["amends_calls_total"] == 2
        assert numbers["amends_call_seconds_count"] == 2
        assert all(b"SECRET" not in body for _, body in collector.bodies)


def test_without_a_collector_nothing_of_it_runs(tmp_path: Path) -> None:
    """A trace that is no trace is not logged either."""
    write_pack(tmp_path, "shop", SHOP)
    with RunningServer("--rules", str(tmp_path)) as server, server.channel() as channel:
        DecisionServiceStub(channel).Decide(late(), metadata=(("traceparent", "00-nonsense"),))
        assert "traceparent" not in server.wait_for("call")
