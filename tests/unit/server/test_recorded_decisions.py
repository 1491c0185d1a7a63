"""Decide and BatchDecide on a log that does not take everything, or is away."""

from typing import Final

import pytest

from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.decide_recorded import DecideRecorded, Log
from amends.application.recorded_packs import RecordedPacks
from amends.application.recording import RecordBestEffort, Recorder, RecordRequired
from amends.engines.reference import ReferenceEngine
from amends.packs.files import SentFiles
from amends.packs.load import load_as_read
from amends.server.answering import Answering, Call, OpenGate
from amends.server.recorded_decisions import RecordedDecisions
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.codec import Codec
from amends.wire.encode import Encoder
from tests.agreement.recorded import Ledger
from tests.fakes.clock import FakeClock
from tests.fakes.decision_log import FakeDecisionLog, FakePackStore
from tests.fakes.logger import RecordingLogger
from tests.fakes.new_id import CountingNewId
from tests.service.packs import SHOP
from tests.service.requests import late, refusal_of

PACK: Final = load_as_read([SentFiles("shop", {"pack.yaml": SHOP.encode()})], "shop")


class Service:
    """The two calls without a server."""

    def __init__(self, *, best_effort: bool = False) -> None:
        assert PACK is not None
        self.log = FakeDecisionLog()
        recorder: Recorder = RecordRequired(self.log, on_away=lambda _error: None)
        if best_effort:
            recorder = RecordBestEffort(self.log, on_away=lambda _error: None, on_refused=lambda _error: None)
        engine, encoder, clock = ReferenceEngine(), Encoder(software_version="1.0"), FakeClock()
        catalog = Catalog({"shop": CompiledPack(PACK, engine)}, {"default": "shop"})
        decide = DecideRecorded(
            Log(self.log, self.log, Ledger(self.log), RecordedPacks(catalog, FakePackStore()), recorder),
            codec=Codec(encoder),
            engine=engine,
            clock=clock,
            new_id=CountingNewId(),
            software_version="1.0",
        )
        answering = Answering(
            max_request_bytes=100_000,
            max_in_flight=100,
            new_id=CountingNewId(),
            logger=RecordingLogger(),
            gate=OpenGate(),
        )
        self._decisions = RecordedDecisions(catalog, decide, encoder=encoder, clock=clock, answering=answering)

    async def decide(self, request: service_pb2.DecideRequest) -> service_pb2.DecideResponse:
        return service_pb2.DecideResponse.FromString(await self._decisions.decide(request, Call("call-1")))

    async def batch(self, *requests: service_pb2.DecideRequest) -> list[service_pb2.BatchDecideResult]:
        items = [service_pb2.BatchDecideItem(request=one) for one in requests]
        raw = await self._decisions.batch_decide(service_pb2.BatchDecideRequest(items=items), Call("call-1"))
        return [*service_pb2.BatchDecideResponse.FromString(raw).results]


@pytest.mark.parametrize("best_effort", [False, True])
async def test_an_item_that_the_log_does_not_take_fails_alone(*, best_effort: bool) -> None:
    """The others of the batch are written, and answered as recorded. With best effort nothing fails by the log."""
    service = Service(best_effort=best_effort)
    service.log.refuses.add("case-2")
    requests = [late(case_id=f"case-{number}") for number in (1, 2, 3)]
    for request in requests:
        request.request_id = f"request of {request.situation.case_id}"

    results = await service.batch(*requests)

    assert [one.response.recorded for one in results] == [True, False, True]
    assert len(service.log.entries) == 2
    if best_effort:
        assert results[1].response.decision.actions
    else:
        assert refusal_of(results[1].error).code == "INTERNAL"


@pytest.mark.parametrize(("best_effort", "said"), [(True, "INVALID_SITUATION"), (False, "LOG_UNAVAILABLE")])
async def test_what_is_wrong_is_told_though_the_log_is_away(*, best_effort: bool, said: str) -> None:
    """With best effort; where recording is required, the log may know an answer to this very request."""
    service = Service(best_effort=best_effort)
    service.log.away = True
    request = late()
    request.request_id = "request-1"
    request.situation.customer.loyalty_tier = "gould"

    (result,) = await service.batch(request)

    assert refusal_of(result.error).reason == said


@pytest.mark.parametrize("best_effort", [False, True])
async def test_a_preview_needs_the_log_to_know_what_was_given(*, best_effort: bool) -> None:
    """Nobody else finds out; with best effort it is shown all the same, and who says what was given needs nobody."""
    service = Service(best_effort=best_effort)
    service.log.away = True
    unsaid, said = late(), late()
    unsaid.preview = said.preview = True
    said.situation.granted.SetInParent()

    results = await service.batch(unsaid, said)

    assert [one.HasField("response") for one in results] == [best_effort, True]
