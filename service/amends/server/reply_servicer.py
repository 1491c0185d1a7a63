"""Answers CheckReply: pins the pack, decodes, checks, encodes. A recorded decision is read from the log."""

from dataclasses import dataclass

from amends.application.acting_role import acting_role
from amends.application.catalog import Policies
from amends.application.check_reply import CheckedAgainst, CheckRecordedReply, CheckReply
from amends.application.get_decision import GetDecision
from amends.application.log_errors import NotRecordingError, UnknownDecisionError
from amends.application.ports import Clock
from amends.domain.identity import Permission
from amends.server.answering import Call
from amends.server.permissions import may_decide
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.decode import policy_of
from amends.wire.decode_reply import decode_reply, decode_reply_to_situation, locale_of
from amends.wire.encode_reply import encode_checked


@dataclass(frozen=True, slots=True)
class RecordedReplies:
    """What is needed to hold a draft against a recorded decision."""

    get_decision: GetDecision
    check: CheckRecordedReply


class ReplyServicer:
    """Answers CheckReply."""

    def __init__(
        self, catalog: Policies, check: CheckReply, *, clock: Clock, recorded: RecordedReplies | None = None
    ) -> None:
        self._catalog = catalog
        self._check = check
        self._clock = clock
        self._recorded = recorded

    async def check_reply(self, request: service_pb2.CheckReplyRequest, call: Call) -> service_pb2.CheckReplyResponse:
        """What is wrong with a draft."""
        against = await (
            self._of_situation(request, call) if request.HasField("situation") else self._of_decision(request, call)
        )
        call.fields["found"] = len(against.checked.findings)
        return encode_checked(against)

    async def _of_situation(self, request: service_pb2.CheckReplyRequest, call: Call) -> CheckedAgainst:
        policy = policy_of(service_pb2.DecideRequest(policy=request.policy))
        call.fields["policy"] = policy
        may_decide(call.identity, policy, preview=True)
        compiled = self._catalog.pin(policy)
        call.fields["pack_digest"] = compiled.pack.digest
        decoded = decode_reply_to_situation(request, compiled.pack, now=self._clock.now())
        role = acting_role(decoded.role, call.identity.role, compiled.pack)
        return await self._check.of_situation(
            request.draft, decoded.situation, compiled, role=role, locale=locale_of(request)
        )

    async def _of_decision(self, request: service_pb2.CheckReplyRequest, call: Call) -> CheckedAgainst:
        decode_reply(request)
        if self._recorded is None:
            raise NotRecordingError
        call.fields["decision_id"] = request.decision_id
        remembered = await self._recorded.get_decision(request.decision_id)
        if not call.identity.may(Permission.READ, remembered.entry.policy):
            raise UnknownDecisionError(request.decision_id)
        return await self._recorded.check(
            request.draft, remembered.entry, remembered.outcomes, locale=locale_of(request)
        )
