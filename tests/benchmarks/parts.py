"""Where the time of a decision goes, in one process and without gRPC: microseconds of each part of the road."""

import io
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import Final, TypeVar

from amends import log
from amends.application.compiled_pack import CompiledPack
from amends.application.decide import Decided
from amends.bootstrap.packs import load
from amends.config import Settings
from amends.engines.bitmap import BitmapEngine
from amends.resolution.resolve import Resolver
from amends.server.clock import SystemClock
from amends.server.new_id import NewUuid7
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.decode import decode_request
from amends.wire.encode import Encoder

SITUATIONS: Final = 256
REPEATS: Final = 7
LINES_TOGETHER: Final = 32
NANOSECONDS_PER_MICROSECOND: Final = 1_000

Item = TypeVar("Item")


def measure(rules: Path, make: Callable[[int], service_pb2.DecideRequest]) -> dict[str, float]:
    """Microseconds a decision of each part, the median of several passes over all situations."""
    pack = load(Settings(rules=rules)).catalog.pin("foundation").pack
    compiled, resolver = CompiledPack(pack, BitmapEngine()), Resolver(pack)
    clock = SystemClock()
    new_id, encoder = NewUuid7(clock), Encoder(software_version="0")

    raws = [make(number).SerializeToString() for number in range(SITUATIONS)]
    requests = [service_pb2.DecideRequest.FromString(raw) for raw in raws]
    decoded = [decode_request(request, pack, now=clock.now()) for request in requests]
    matched = [compiled.match(one.situation.facts) for one in decoded]
    both = [
        (matches, one.situation._replace(facts=facts), one.role)
        for (facts, matches), one in zip(matched, decoded, strict=True)
    ]
    resolved = [resolver.resolve(matches, situation, role=role) for matches, situation, role in both]
    decisions = [Decided(new_id(), clock.now(), recorded=False, resolved=one) for one in resolved]
    with redirect_stderr(io.StringIO()):
        log.configure(level="info", console=False)
        logger = log.get()
        line = {"method": "Decide", "request_id": new_id(), "decision_id": new_id(), "pack_digest": pack.digest}
        lines = [{"code": "OK", "duration_us": 100, **line} for _ in range(LINES_TOGETHER)]
        return {
            "parse": _time(service_pb2.DecideRequest.FromString, raws),
            "decode": _time(lambda one: decode_request(one, pack, now=clock.now()), requests),
            "derive_and_match": _time(lambda one: compiled.match(one.situation.facts), decoded),
            "resolve": _time(lambda one: resolver.resolve(one[0], one[1], role=one[2]), both),
            "id_and_clock": _time(lambda _: (new_id(), clock.now(), clock.now()), raws),
            "encode": _time(lambda one: encoder.response(one, policy="foundation"), decisions),
            "log": _time(lambda _: logger.info("call", lines=[*lines]), raws[::LINES_TOGETHER]),
        }


def _time(part: Callable[[Item], object], items: Sequence[Item]) -> float:
    """Of one situation. What a part makes is let go at once, as a call does."""
    passes = []
    for _ in range(REPEATS):
        began = time.process_time_ns()
        for item in items:
            part(item)
        passes.append((time.process_time_ns() - began) / NANOSECONDS_PER_MICROSECOND / SITUATIONS)
    return round(statistics.median(passes), 1)
