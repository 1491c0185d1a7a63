"""Decide and BatchDecide where decisions are recorded: the answer leaves when the log has it.

A request that was answered before gets that answer, also where by now it is no longer in order. The items of a batch
are written together.
"""

import asyncio
from typing import Final, NamedTuple

from amends.application.acting_role import acting_role
from amends.application.asked import Answer, Asked
from amends.application.catalog import Catalog, Policies
from amends.application.decide_recorded import DecideRecorded, Made
from amends.application.ports import Clock, Stored
from amends.application.recording import Kept
from amends.domain.errors import AmendsError, PermissionDeniedError
from amends.domain.identity import Identity
from amends.packs.model import Pack
from amends.server.answering import Answering, Call
from amends.server.permissions import may_decide
from amends.server.streams import DecideOne
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.asked import asked_of, said_of
from amends.wire.decode import (
    NO_DEFAULTS,
    DecodedRequest,
    Defaults,
    batch_defaults,
    decode_item,
    decode_request,
    policy_of,
)
from amends.wire.encode import Encoder
from amends.wire.encode_batch import answered, refused
from amends.wire.identifiers import is_identifier

_ITEMS_WITHOUT_PAUSE: Final = 16
"""Items of a batch that are decided before other calls have their turn: a few milliseconds."""


class _Waiting(NamedTuple):
    """An item that is decided and not yet answered, and its place in the batch."""

    place: int
    made: Made


class _Shared(NamedTuple):
    """What the items of a batch share: what stands for all of them, the packs that decide them, and who asks."""

    defaults: Defaults
    catalog: Catalog
    identity: Identity


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
            may_decide(call.identity, policy, preview=request.preview)
            compiled = self._catalog.pin(policy)
            call.fields["pack_digest"] = compiled.pack.digest
            decoded = decode_request(request, compiled.pack, now=self._clock.now())
        except AmendsError as error:
            answer = await self._before(request, error, call.identity)
        else:
            call.request_id = decoded.request_id or call.request_id
            answer = await self._decide(
                _asked(request, decoded, call.identity, policy=policy, pack=compiled.pack), compiled
            )
        call.fields["pack_digest"] = answer.pack_digest
        call.fields["decision_id"] = answer.decision_id
        call.fields["outcome"] = answer.outcome
        return self._response(answer)

    async def batch_decide(self, request: service_pb2.BatchDecideRequest, call: Call) -> bytes:
        """A decision or a status for each item, in their order, as the bytes of a BatchDecideResponse."""
        shared = _Shared(batch_defaults(request), self._catalog.pinned(), call.identity)
        results: list[Answer | Exception] = []
        waiting: list[_Waiting] = []
        for place, item in enumerate(request.items):
            made = await self._item(item, shared)
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

    def stream_decide(self, call: Call) -> DecideOne:
        """Decides the situations of a stream, by the packs that are active as it begins."""
        shared = _Shared(NO_DEFAULTS, self._catalog.pinned(), call.identity)

        async def decide(one: service_pb2.StreamDecideRequest) -> bytes:
            result = await self._item(one, shared)
            if isinstance(result, Made):
                results: list[Answer | Exception] = [result.answer]
                await self._settle([_Waiting(0, result)], results)
                result = results[0]
            if isinstance(result, Exception):
                raise result
            return self._response(result)

        return decide

    async def _item(
        self, item: service_pb2.BatchDecideItem | service_pb2.StreamDecideRequest, shared: _Shared
    ) -> Made | Answer | Exception:
        defaults, catalog, identity = shared
        try:
            try:
                policy = policy_of(item.request, defaults)
                may_decide(identity, policy, preview=item.request.preview or defaults.preview)
                compiled = catalog.pin(policy)
                decoded = decode_item(item, compiled.pack, now=self._clock.now(), defaults=defaults)
            except AmendsError as error:
                return await self._before(item.request, error, identity, defaults)
            asked = _asked(item.request, decoded, identity, policy=policy, pack=compiled.pack)
            return await self._decide.make(asked, compiled)
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
        others = [
            (place, made, one)
            for (place, made, _), one in zip(to_record, kept, strict=True)
            if not isinstance(one, Stored)
        ]
        # At once, so that those that are decided again are written together too.
        settled = await asyncio.gather(*(self._settled(made, one) for _, made, one in others))
        for (place, _, _), answer in zip(others, settled, strict=True):
            results[place] = answer

    async def _settled(self, made: Made, kept: Kept) -> Answer | Exception:
        try:
            return await self._decide.settle(made, kept)
        except Exception as error:  # noqa: BLE001 -- as above
            return error

    async def _before(
        self,
        request: service_pb2.DecideRequest,
        error: AmendsError,
        identity: Identity,
        defaults: Defaults = NO_DEFAULTS,
    ) -> Answer:
        """The answer that this very request got when it was still in order; else the error."""
        if isinstance(error, PermissionDeniedError):
            raise error
        if not request.request_id or not is_identifier(request.request_id) or request.preview or defaults.preview:
            raise error
        explain = request.explain or defaults.explain
        answer = await self._decide.answered_before(
            said_of(request, defaults),
            caller=identity.name,
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


def _asked(
    request: service_pb2.DecideRequest, decoded: DecodedRequest, identity: Identity, *, policy: str, pack: Pack
) -> Asked:
    """What is asked, by whom, in the role that they may act in."""
    role = acting_role(decoded.role, identity.role, pack)
    asked = asked_of(request, decoded if role == decoded.role else decoded._replace(role=role), policy=policy)
    return asked._replace(caller=identity.name, policies=identity.policies) if identity.name else asked
