"""Decide and BatchDecide where decisions are recorded: the answer leaves when the log has it.

A request that was answered before gets that answer, also where by now it is no longer in order. The items of a batch
are written together.
"""

import asyncio
from typing import Final, NamedTuple

from amends.application.asked import Answer
from amends.application.catalog import Catalog, Policies
from amends.application.decide_recorded import DecideRecorded, Made
from amends.application.ports import Clock
from amends.domain.errors import AmendsError
from amends.server.answering import Answering, Call
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.asked import asked_of, said_of
from amends.wire.decode import NO_DEFAULTS, Defaults, batch_defaults, decode_item, decode_request, policy_of
from amends.wire.encode import Encoder
from amends.wire.encode_batch import answered, refused
from amends.wire.identifiers import is_identifier

_ITEMS_WITHOUT_PAUSE: Final = 16
"""Items of a batch that are decided before other calls have their turn: a few milliseconds."""


class _Waiting(NamedTuple):
    """An item that is decided and not yet answered, and its place in the batch."""

    place: int
    made: Made


class RecordedDecisions:
    """Answers Decide and BatchDecide."""

    def __init__(
        self, catalog: Policies, decide: DecideRecorded, *, encoder: Encoder, clock: Clock, answering: Answering
    ) -> None:
        self._catalog = catalog
        self._decide = decide
        self._encoder = encoder
        self._clock = clock
        self._answering = answering

    async def decide(self, request: service_pb2.DecideRequest, call: Call) -> bytes:
        """One decision, as the bytes of a DecideResponse."""
        try:
            policy = policy_of(request)
            call.fields["policy"] = policy
            compiled = self._catalog.pin(policy)
            call.fields["pack_digest"] = compiled.pack.digest
            decoded = decode_request(request, compiled.pack, now=self._clock.now())
        except AmendsError as error:
            answer = await self._before(request, error, NO_DEFAULTS)
        else:
            call.request_id = decoded.request_id or call.request_id
            answer = await self._decide(asked_of(request, decoded, policy=policy), compiled)
        call.fields["pack_digest"] = answer.pack_digest
        call.fields["decision_id"] = answer.decision_id
        call.fields["outcome"] = answer.outcome
        return self._response(answer)

    async def batch_decide(self, request: service_pb2.BatchDecideRequest, call: Call) -> bytes:
        """A decision or a status for each item, in their order, as the bytes of a BatchDecideResponse."""
        defaults, catalog = batch_defaults(request), self._catalog.pinned()
        results: list[Answer | Exception] = []
        waiting: list[_Waiting] = []
        for place, item in enumerate(request.items):
            made = await self._item(item, defaults, catalog)
            if isinstance(made, Made):
                waiting.append(_Waiting(place, made))
                results.append(made.answer)
            else:
                results.append(made)
            if (place + 1) % _ITEMS_WITHOUT_PAUSE == 0:
                await asyncio.sleep(0)
        await self._settle(waiting, results)
        call.fields |= {
            "items": len(results),
            "failed": sum(isinstance(result, Exception) for result in results),
        }
        return b"".join(
            answered(item.correlation_id, self._response(result))
            if isinstance(result, Answer)
            else refused(item.correlation_id, self._answering.status(result, call, in_trailer=False))
            for item, result in zip(request.items, results, strict=True)
        )

    async def _item(
        self, item: service_pb2.BatchDecideItem, defaults: Defaults, catalog: Catalog
    ) -> Made | Answer | Exception:
        try:
            try:
                policy = policy_of(item.request, defaults)
                compiled = catalog.pin(policy)
                decoded = decode_item(item, compiled.pack, now=self._clock.now(), defaults=defaults)
            except AmendsError as error:
                return await self._before(item.request, error, defaults)
            return await self._decide.make(asked_of(item.request, decoded, policy=policy), compiled)
        except Exception as error:  # noqa: BLE001 -- what is wrong with one item is not the others'
            return error

    async def _settle(self, waiting: list[_Waiting], results: list[Answer | Exception]) -> None:
        """Write what was decided, all together, and put each answer in its place."""
        to_record = [(place, made, made.entry) for place, made in waiting if made.entry is not None]
        if not to_record:
            return
        try:
            kept = await self._decide.record([entry for _, _, entry in to_record])
        except Exception as error:  # noqa: BLE001 -- what was answered already stays answered
            for place, _, _ in to_record:
                results[place] = error
            return
        for (place, made, _), one in zip(to_record, kept, strict=True):
            try:
                results[place] = await self._decide.settle(made, one)
            except Exception as error:  # noqa: BLE001 -- as above
                results[place] = error

    async def _before(self, request: service_pb2.DecideRequest, error: AmendsError, defaults: Defaults) -> Answer:
        """The answer that this very request got when it was still in order; else the error."""
        if not request.request_id or not is_identifier(request.request_id) or request.preview or defaults.preview:
            raise error
        explain = request.explain or defaults.explain
        answer = await self._decide.answered_before(
            said_of(request, defaults),
            caller="",
            request_id=request.request_id,
            explain_full=explain == service_pb2.EXPLAIN_FULL,
        )
        if answer is None:
            raise error
        return answer

    def _response(self, answer: Answer) -> bytes:
        return self._encoder.enveloped(
            answer.decision,
            decision_id=answer.decision_id,
            decided_at=answer.decided_at,
            recorded=answer.recorded,
            policy=answer.policy,
            software_version=answer.software_version,
        )
