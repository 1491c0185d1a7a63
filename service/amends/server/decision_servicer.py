"""Decide and BatchDecide where nothing is recorded: pins the policy's pack, decodes, decides, encodes.

What is decided is none of its business. A decision that is to supersede another needs the log, and is refused.
"""

import asyncio
from typing import Final

from amends.application.acting_role import acting_role
from amends.application.catalog import Catalog, Policies
from amends.application.compiled_pack import CompiledPack
from amends.application.decide import Decide, Decided
from amends.application.log_errors import NotRecordingError
from amends.application.ports import Clock
from amends.domain.identity import Identity
from amends.server.answering import Answering, Call
from amends.server.permissions import may_decide
from amends.server.streams import DecideOne
from amends.v1 import decision_service_pb2 as service_pb2
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

_ITEMS_WITHOUT_PAUSE: Final = 16
"""Items of a batch that are decided before other calls have their turn: a few milliseconds."""


class DecisionServicer:
    """Answers Decide and BatchDecide."""

    def __init__(
        self, catalog: Policies, decide: Decide, *, encoder: Encoder, clock: Clock, answering: Answering
    ) -> None:
        self._catalog = catalog
        self._decide = decide
        self._encoder = encoder
        self._clock = clock
        self._answering = answering

    def decide(self, request: service_pb2.DecideRequest, call: Call) -> bytes:
        """One decision, as the bytes of a DecideResponse."""
        policy = policy_of(request)
        may_decide(call.identity, policy, preview=request.preview)
        compiled = self._catalog.pin(policy)
        call.fields["policy"] = policy
        call.fields["pack_digest"] = compiled.pack.digest
        decoded = decode_request(request, compiled.pack, now=self._clock.now())
        call.request_id = decoded.request_id or call.request_id
        decided = self._decided(decoded, compiled, call.identity)
        call.fields["decision_id"] = decided.decision_id
        call.fields["outcome"] = decided.resolved.decision.outcome
        self._answering.observer.decided(policy, decided.resolved.decision)
        return self._encoder.response(decided, policy=policy)

    async def batch_decide(self, request: service_pb2.BatchDecideRequest, call: Call) -> bytes:
        """A decision or a status for each item, in their order, as the bytes of a BatchDecideResponse."""
        defaults, catalog = batch_defaults(request), self._catalog.pinned()
        results: list[bytes] = []
        failed = 0
        for index, item in enumerate(request.items, start=1):
            try:
                response = self._decide_item(item, catalog, call.identity, defaults=defaults)
                results.append(answered(item.correlation_id, response))
            except Exception as error:  # noqa: BLE001 -- what is wrong with one item is not the others'
                failed += 1
                status = self._answering.status(error, call, in_trailer=False)
                results.append(refused(item.correlation_id, status))
            if index % _ITEMS_WITHOUT_PAUSE == 0:
                await asyncio.sleep(0)
        call.fields |= {"items": len(request.items), "failed": failed}
        return b"".join(results)

    def stream_decide(self, call: Call) -> DecideOne:
        """Decides the situations of a stream, by the packs that are active as it begins."""
        catalog = self._catalog.pinned()
        return lambda one: self._decide_item(one, catalog, call.identity, defaults=NO_DEFAULTS)

    def _decide_item(
        self,
        item: service_pb2.BatchDecideItem | service_pb2.StreamDecideRequest,
        catalog: Catalog,
        identity: Identity,
        *,
        defaults: Defaults,
    ) -> bytes:
        policy = policy_of(item.request, defaults)
        may_decide(identity, policy, preview=item.request.preview or defaults.preview)
        compiled = catalog.pin(policy)
        decoded = decode_item(item, compiled.pack, now=self._clock.now(), defaults=defaults)
        decided = self._decided(decoded, compiled, identity)
        self._answering.observer.decided(policy, decided.resolved.decision)
        return self._encoder.response(decided, policy=policy)

    def _decided(self, decoded: DecodedRequest, compiled: CompiledPack, identity: Identity) -> Decided:
        if decoded.supersedes:
            raise NotRecordingError
        return self._decide(
            decoded.situation,
            compiled,
            role=acting_role(decoded.role, identity.role, compiled.pack),
            preview=decoded.preview,
            explain_full=decoded.explain_full,
        )
