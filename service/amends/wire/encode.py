"""Decisions into the contract's messages: planned messages, kept by plan, are copied and completed, not rebuilt.

What is kept holds nothing of a case. A part of the decision that is not the very value it was kept for is written
anew, so that the bytes never depend on what was encoded before. Safe within one thread, as an event loop is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from amends.application.decide import Decided
from amends.domain.action import PlannedAction
from amends.domain.decision import Adjustment, Change, Decision, Guardrail, NeededFact, Obligation, RuleTrace
from amends.resolution.plan import Plan
from amends.resolution.resolve import Resolved
from amends.v1 import decision_pb2, decision_service_pb2, situation_pb2
from amends.wire.encode_action import Usual, usual_of, write_filled, write_planned
from amends.wire.encode_trace import write_full, write_rules
from amends.wire.encode_values import write_moment, write_money
from amends.wire.names import numbers

_OUTCOMES: Final = numbers(decision_pb2.Outcome)
_STEPS: Final = numbers(decision_pb2.Step)
_EFFECTS: Final = numbers(decision_pb2.Effect)
_CHANGES: Final = numbers(decision_pb2.ChangeKind)
_OBLIGATIONS: Final = numbers(decision_pb2.ObligationKind)
_REQUESTS: Final = numbers(situation_pb2.Request)
_KINDS: Final = numbers(situation_pb2.ActionKind)
_KEPT: Final = 2_048
"""Planned messages kept: some kilobytes each."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A planned message and what it was made from, held so that the identities in its key are not given again."""

    message: decision_pb2.Decision
    usual: tuple[Usual, ...]
    plan: Plan
    actions: tuple[PlannedAction, ...]
    rules: tuple[RuleTrace, ...]


class Encoder:
    """Encodes decisions. `kept` bounds how many planned messages are kept; 0 keeps none and gives the same bytes."""

    __slots__ = ("_kept", "_planned", "_software_version")

    def __init__(self, *, software_version: str, kept: int = _KEPT) -> None:
        self._software_version = software_version
        self._kept = kept
        self._planned: dict[object, _Planned] = {}

    def decision(self, resolved: Resolved) -> decision_pb2.Decision:
        """The decision alone."""
        message = decision_pb2.Decision()
        self._write_decision(message, resolved)
        return message

    def response(self, decided: Decided, *, policy: str) -> decision_service_pb2.DecideResponse:
        """The decision in its envelope."""
        message = decision_service_pb2.DecideResponse()
        self.write_response(message, decided, policy=policy)
        return message

    def write_response(self, into: decision_service_pb2.DecideResponse, decided: Decided, *, policy: str) -> None:
        """The decision in its envelope, into a message that is empty so far, such as a batch's result."""
        into.decision_id = decided.decision_id
        write_moment(into.decided_at, decided.decided_at)
        into.recorded = decided.recorded
        into.software_version = self._software_version
        into.policy = policy
        self._write_decision(into.decision, decided.resolved)

    def _write_decision(self, into: decision_pb2.Decision, resolved: Resolved) -> None:
        decision = resolved.decision
        planned = self._planned_for(resolved)
        into.CopyFrom(planned.message)
        into.outcome = _OUTCOMES[decision.outcome]
        for message, action, usual in zip(into.actions, decision.actions, planned.usual, strict=True):
            write_filled(message, action, usual)
        for request in decision.unanswered_requests:
            into.unanswered_requests.append(_REQUESTS[request])
        for obligation in decision.obligations:
            _write_obligation(into.obligations.add(), obligation)
        _write_departures(into, decision, resolved.plan)
        for change in decision.changes:
            _write_change(into.changes.add(), change)
        if resolved.fired is not None:
            write_full(into.trace, decision)

    def _planned_for(self, resolved: Resolved) -> _Planned:
        plan, rules = resolved.plan, _kept_rules(resolved)
        key: object = plan
        # Closed slots that all stand have the plan's own actions; else which they are is a part of the key.
        if plan.open_slots or rules is not plan.untouched or len(plan.slots) != len(resolved.decision.actions):
            key = (plan, id(rules), *[id(action.planned) for action in resolved.decision.actions])
        planned = self._planned.get(key)
        if planned is None:
            actions = [action.planned for action in resolved.decision.actions]
            usual = tuple(usual_of(action) for action in resolved.decision.actions)
            planned = _Planned(_planned_message(resolved, usual), usual, resolved.plan, tuple(actions), rules)
            if self._kept:
                if len(self._planned) >= self._kept:
                    del self._planned[next(iter(self._planned))]
                self._planned[key] = planned
        return planned


def _kept_rules(resolved: Resolved) -> tuple[RuleTrace, ...]:
    """The trace that may be kept: what it tells in full is of this case alone."""
    return resolved.decision.rules if resolved.fired is None else resolved.fired


def _planned_message(resolved: Resolved, usual: Sequence[Usual]) -> decision_pb2.Decision:
    decision, plan = resolved.decision, resolved.plan
    # A plan is of one pack.
    message = decision_pb2.Decision(
        pack_id=decision.pack_id,
        pack_version=decision.pack_version,
        pack_digest=decision.pack_digest,
        semantics=decision.semantics,
    )
    for action, one in zip(decision.actions, usual, strict=True):
        write_planned(message.actions.add(), action.planned, one)
    write_rules(message.trace, _kept_rules(resolved))
    _write_adjustments(message, plan.adjustments)
    _write_needed_facts(message, plan.needed_facts)
    _write_ask_next(message, _first(plan.needed_facts))
    message.unobtainable_facts.extend(plan.unobtainable_facts)
    _write_guardrails(message, plan.guardrails)
    return message


def _write_departures(into: decision_pb2.Decision, decision: Decision, plan: Plan) -> None:
    """Write anew what the decision does not take from its plan as it is."""
    known = len(plan.adjustments)
    if decision.adjustments[:known] == plan.adjustments:
        # Usually there are only more: what money, limits and what was granted have changed on top of the plan.
        _write_adjustments(into, decision.adjustments[known:])
    else:
        into.trace.ClearField("adjustments")
        _write_adjustments(into, decision.adjustments)
    if decision.needed_facts is not plan.needed_facts:
        into.ClearField("needed_facts")
        _write_needed_facts(into, decision.needed_facts)
    if decision.ask_next is not _first(plan.needed_facts):
        into.ClearField("ask_next")
        _write_ask_next(into, decision.ask_next)
    if decision.unobtainable_facts is not plan.unobtainable_facts:
        into.ClearField("unobtainable_facts")
        into.unobtainable_facts.extend(decision.unobtainable_facts)
    if decision.guardrails is not plan.guardrails:
        into.ClearField("guardrails")
        _write_guardrails(into, decision.guardrails)


def _first(needed_facts: tuple[NeededFact, ...]) -> NeededFact | None:
    return needed_facts[0] if needed_facts else None


def _write_adjustments(into: decision_pb2.Decision, adjustments: Iterable[Adjustment]) -> None:
    # A trace that says nothing is present all the same, whichever way its parts were written.
    into.trace.SetInParent()
    for adjustment in adjustments:
        message = into.trace.adjustments.add(
            step=_STEPS[adjustment.step],
            effect=_EFFECTS[adjustment.effect],
            kind=_KINDS[adjustment.kind],
            rule_id=adjustment.rule_id,
            by=adjustment.by,
            why=adjustment.why,
        )
        if adjustment.before is not None:
            write_money(message.before, adjustment.before)
        if adjustment.after is not None:
            write_money(message.after, adjustment.after)


def _write_needed_facts(into: decision_pb2.Decision, needed_facts: Iterable[NeededFact]) -> None:
    for needed in needed_facts:
        into.needed_facts.add(path=needed.path, question=needed.question, rule_ids=needed.rule_ids)


def _write_ask_next(into: decision_pb2.Decision, needed: NeededFact | None) -> None:
    if needed is not None:
        message = into.ask_next
        message.path = needed.path
        message.question = needed.question
        message.rule_ids.extend(needed.rule_ids)


def _write_guardrails(into: decision_pb2.Decision, guardrails: Iterable[Guardrail]) -> None:
    for guardrail in guardrails:
        into.guardrails.add(guardrail_id=guardrail.guardrail_id, never=guardrail.never, instead=guardrail.instead)


def _write_obligation(into: decision_pb2.Obligation, obligation: Obligation) -> None:
    into.kind = _OBLIGATIONS[obligation.kind]
    into.action_id = obligation.action_id
    into.owner = obligation.owner
    write_moment(into.due_time, obligation.due)


def _write_change(into: decision_pb2.Change, change: Change) -> None:
    into.kind = _CHANGES[change.kind]
    into.action_id = change.action_id
    into.action_kind = _KINDS[change.action_kind]
    if change.before is not None:
        write_money(into.before, change.before)
    if change.after is not None:
        write_money(into.after, change.after)
    into.why = change.why
