"""DecideFlat: a request in texts becomes the request that it means, is decided as that, and answered in texts."""

from google.protobuf.message import Message

from amends.application.catalog import Policies
from amends.application.ports import Clock
from amends.domain.errors import InvalidSituationError
from amends.server.answering import Behaviour, Call
from amends.server.permissions import may_decide
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import flat_decision_pb2 as flat_pb2
from amends.wire.decode import policy_of
from amends.wire.decode_flat import decode_flat
from amends.wire.encode_flat import encode_flat


class FlatDecisions:
    """Answers DecideFlat."""

    def __init__(self, catalog: Policies, decide: Behaviour, *, clock: Clock) -> None:
        """`decide`: what answers Decide, whether or not it records."""
        self._catalog = catalog
        self._decide = decide
        self._clock = clock

    async def decide_flat(self, flat: flat_pb2.DecideFlatRequest, call: Call) -> Message:
        """One decision, as a DecideFlatResponse."""
        policy = policy_of(service_pb2.DecideRequest(policy=flat.policy))
        call.fields["policy"] = policy
        # Before its words are read: what a policy knows is for those who may decide by it.
        may_decide(call.identity, policy, preview=flat.preview)
        pack = self._catalog.pin(policy).pack
        call.fields["pack_digest"] = pack.digest
        read = decode_flat(flat, pack, now=self._clock.now())
        try:
            # Nobody else has a turn until the pack is pinned there: it is the one whose words were read.
            answer = self._decide(read.request, call)
            if not isinstance(answer, bytes | Message):
                answer = await answer
        except InvalidSituationError as error:
            raise InvalidSituationError(read.renamed(error.violations)) from None
        raw = answer if isinstance(answer, bytes) else answer.SerializeToString()
        return encode_flat(service_pb2.DecideResponse.FromString(raw))
