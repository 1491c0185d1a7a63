"""Decides the situations of a request by a pack that need not be live: a decision or an error for each, in order."""

from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.domain.errors import AmendsError
from amends.v1 import decision_pb2, decision_service_pb2, situation_pb2
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1 import rule_pack_words_pb2 as words_pb2
from amends.wire.decode_situation import decode_situation
from amends.wire.encode import Encoder
from amends.wire.status import status_of
from amends.wire.violations import Violations, not_one_of

_LEFT_OUT: Final = ("trace", "needed_facts", "ask_next", "guardrails")
"""Of a brief decision: nineteen twentieths of the others."""


def try_situations(
    request: service_pb2.TryRulePackRequest, compiled: CompiledPack, *, chosen: service_pb2.ChosenPack, now: int
) -> service_pb2.TryRulePackResponse:
    """The answers; InvalidSituationError for a role that is none of the pack's."""
    roles = [role.role for role in compiled.pack.authority]
    violations = Violations("")
    if request.role and request.role not in roles:
        violations.malformed("role", not_one_of(request.role, roles, what="a role of the rule pack"))
    violations.check()
    trial = _Trial(compiled, request, role=request.role or roles[0], now=now)
    return service_pb2.TryRulePackResponse(pack=chosen, results=[trial.result(one) for one in request.situations])


class _Trial:
    """Decides by one pack, for one role, at one moment."""

    def __init__(self, compiled: CompiledPack, request: service_pb2.TryRulePackRequest, *, role: str, now: int) -> None:
        self._compiled = compiled
        self._role = role
        self._now = now
        self._full = request.explain == decision_service_pb2.EXPLAIN_FULL
        self._brief = request.brief
        self._encoder = Encoder(software_version="")

    def result(self, message: situation_pb2.Situation) -> words_pb2.TriedSituation:
        """The decision, or what is wrong with the situation."""
        try:
            situation = decode_situation(message, self._compiled.pack.vocabulary, now=self._now, prefix="situation")
            resolved = self._compiled.decide(situation, role=self._role, explain_full=self._full)
        except AmendsError as error:
            return words_pb2.TriedSituation(error=status_of(error, in_trailer=False))
        decision = decision_pb2.Decision.FromString(self._encoder.decision(resolved))
        if self._brief:
            for field in _LEFT_OUT:
                decision.ClearField(field)
        return words_pb2.TriedSituation(decision=decision)
