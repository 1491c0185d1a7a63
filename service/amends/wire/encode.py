"""Decisions into the contract's bytes, spliced: what a plan fixes is serialised once, what this case adds each time.

What is kept holds nothing of a case. A part of the decision that is not the very value it was kept for is written
anew, so that the bytes never depend on what was encoded before. Safe within one thread, as an event loop is.
"""

from typing import Final

from amends.application.decide import Decided
from amends.domain.action import Action
from amends.domain.decision import Decision, NeededFact, Outcome, RuleTrace
from amends.resolution.plan import Plan
from amends.resolution.resolve import Resolved
from amends.v1 import decision_pb2, decision_service_pb2
from amends.wire.encode_action import ActionParts, whose_part
from amends.wire.encode_parts import (
    adjustments_part,
    asked_part,
    changes_part,
    guardrails_part,
    obligations_part,
    unanswered_part,
)
from amends.wire.encode_trace import derived_part, rules_part
from amends.wire.encode_values import write_moment
from amends.wire.names import numbers
from amends.wire.splice import delimited, serialised, tag

_OUTCOMES: Final = {
    Outcome(name): serialised(decision_pb2.Decision(outcome=number))
    for name, number in numbers(decision_pb2.Outcome).items()
}
_ACTION: Final = tag(decision_pb2.Decision.DESCRIPTOR, "actions")
_TRACE: Final = tag(decision_pb2.Decision.DESCRIPTOR, "trace")
_DECISION: Final = tag(decision_service_pb2.DecideResponse.DESCRIPTOR, "decision")
_KEPT: Final = 2_048
"""Plans whose parts are kept: some kilobytes each."""
_TRACES_KEPT: Final = 32
"""Traces kept a plan: as many as the plan itself remembers."""


class Encoder:
    """Encodes decisions, deterministically. `kept` bounds how many plans' parts are kept; 0 keeps none and gives the
    same bytes.
    """

    __slots__ = ("_kept", "_planned", "_software_version")

    def __init__(self, *, software_version: str, kept: int = _KEPT) -> None:
        self._software_version = software_version
        self._kept = kept
        self._planned: dict[Plan, _PlannedParts] = {}

    def response(self, decided: Decided, *, policy: str) -> bytes:
        """A DecideResponse: the decision, as far as it was to be explained, in its envelope."""
        return self.enveloped(
            self.decision(decided.resolved),
            decision_id=decided.decision_id,
            decided_at=decided.decided_at,
            recorded=decided.recorded,
            policy=policy,
            software_version=self._software_version,
        )

    def enveloped(  # noqa: PLR0913  # the fields of the envelope, by name
        self,
        decision: bytes,
        *,
        decision_id: str,
        decided_at: int,
        recorded: bool,
        policy: str,
        software_version: str,
    ) -> bytes:
        """A DecideResponse around a decision that is encoded already, by whichever software decided."""
        message = decision_service_pb2.DecideResponse(
            decision_id=decision_id,
            recorded=recorded,
            software_version=software_version,
            policy=policy,
        )
        write_moment(message.decided_at, decided_at)
        return serialised(message) + delimited(_DECISION, decision)

    def decision(self, resolved: Resolved) -> bytes:
        """A Decision, as far as it was to be explained."""
        decision = resolved.decision
        if resolved.fired is None:
            return self._spliced(resolved, decision.rules)
        told, derived = rules_part(decision.rules), derived_part(decision.derived)
        return self._spliced(resolved, resolved.fired, told=told, derived=derived)

    def fired(self, resolved: Resolved) -> bytes:
        """A Decision at `explain: fired`, whatever was asked for: the bytes that the same input gives anywhere."""
        return self._spliced(resolved, resolved.decision.rules if resolved.fired is None else resolved.fired)

    def _spliced(
        self, resolved: Resolved, fired: tuple[RuleTrace, ...], *, told: bytes | None = None, derived: bytes = b""
    ) -> bytes:
        """The parts in the order of the contract's fields. `told` and `derived` are those of `explain: full`."""
        decision, plan = resolved.decision, resolved.plan
        planned = self._planned_parts(plan, decision)
        rules = planned.rules(fired) if told is None else told
        return b"".join(
            (
                planned.pack,
                _OUTCOMES[decision.outcome],
                *planned.actions(decision.actions),
                _asked(decision, plan, planned),
                unanswered_part(decision.unanswered_requests),
                planned.guardrails if decision.guardrails is plan.guardrails else guardrails_part(decision.guardrails),
                obligations_part(decision.obligations),
                # A trace that says nothing is present all the same.
                delimited(_TRACE, rules + _adjustments(decision, plan, planned) + derived),
                changes_part(decision.changes),
            )
        )

    def _planned_parts(self, plan: Plan, decision: Decision) -> "_PlannedParts":
        planned = self._planned.get(plan)
        if planned is None:
            planned = _PlannedParts(plan, decision)
            if self._kept:
                if len(self._planned) >= self._kept:
                    del self._planned[next(iter(self._planned))]
                self._planned[plan] = planned
        return planned


class _PlannedParts:
    """The parts that the decisions of a plan share.

    Actions and traces are known by their identities: what was made of them holds them, so none is given again.
    """

    __slots__ = ("_actions", "_traces", "adjustments", "asked", "guardrails", "pack")

    def __init__(self, plan: Plan, decision: Decision) -> None:
        # A plan is of one pack.
        self.pack = serialised(
            decision_pb2.Decision(
                pack_id=decision.pack_id,
                pack_version=decision.pack_version,
                pack_digest=decision.pack_digest,
                semantics=decision.semantics,
            )
        )
        self.asked = asked_part(plan.needed_facts, plan.unobtainable_facts, _first_needed(plan))
        self.guardrails = guardrails_part(plan.guardrails)
        self.adjustments = adjustments_part(plan.adjustments)
        # As many as the plan has candidates.
        self._actions: dict[int, ActionParts] = {}
        self._traces: dict[int, tuple[tuple[RuleTrace, ...], bytes]] = {}

    def actions(self, actions: tuple[Action, ...]) -> list[bytes]:
        """The fields of the actions."""
        parts: list[bytes] = []
        subject, incident_id, whose = None, "", b""
        for action in actions:
            # The same for all actions of a case.
            if action.subject is not subject or action.incident_id != incident_id:
                subject, incident_id = action.subject, action.incident_id
                whose = whose_part(subject, incident_id)
            planned = self._actions.get(id(action.planned))
            if planned is None:
                planned = self._actions[id(action.planned)] = ActionParts(action.planned)
            parts.append(delimited(_ACTION, planned.action(action, whose)))
        return parts

    def rules(self, rules: tuple[RuleTrace, ...]) -> bytes:
        """The trace of rules at `explain: fired`."""
        known = self._traces.get(id(rules))
        if known is None:
            if len(self._traces) >= _TRACES_KEPT:
                self._traces.clear()
            known = self._traces[id(rules)] = rules, rules_part(rules)
        return known[1]


def _asked(decision: Decision, plan: Plan, planned: _PlannedParts) -> bytes:
    needed, unobtainable, first = decision.needed_facts, decision.unobtainable_facts, decision.ask_next
    if needed is plan.needed_facts and unobtainable is plan.unobtainable_facts and first is _first_needed(plan):
        return planned.asked
    return asked_part(needed, unobtainable, first)


def _first_needed(plan: Plan) -> NeededFact | None:
    return plan.needed_facts[0] if plan.needed_facts else None


def _adjustments(decision: Decision, plan: Plan, planned: _PlannedParts) -> bytes:
    """Usually there are only more: what money, limits and what was granted have changed on top of the plan."""
    if decision.adjustments is plan.adjustments:
        return planned.adjustments
    known = len(plan.adjustments)
    if decision.adjustments[:known] == plan.adjustments:
        return planned.adjustments + adjustments_part(decision.adjustments[known:])
    return adjustments_part(decision.adjustments)
