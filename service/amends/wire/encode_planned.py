"""The parts that all decisions of a plan share, each serialised once, and how a decision is spliced of them.

A part of the decision that is not the very value that the plan has is written anew.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from amends.domain.action import Action
from amends.domain.decision import Adjustment, Decision, NeededFact, Outcome, RuleTrace
from amends.resolution.identify import ACTION_ID_DIGITS
from amends.resolution.plan import Plan
from amends.resolution.settle import Settled
from amends.v1 import decision_pb2
from amends.wire.encode_action import ACTION_ID, ActionParts, whose_part
from amends.wire.encode_parts import (
    adjustments_part,
    asked_part,
    changes_part,
    guardrails_part,
    obligations_part,
    unanswered_part,
)
from amends.wire.encode_trace import derived_part, rules_part
from amends.wire.names import numbers
from amends.wire.splice import delimited, delimited_text, serialised, tag

_OUTCOMES: Final = {
    Outcome(name): serialised(decision_pb2.Decision(outcome=number))
    for name, number in numbers(decision_pb2.Outcome).items()
}
_ACTION: Final = tag(decision_pb2.Decision.DESCRIPTOR, "actions")
_TRACE: Final = tag(decision_pb2.Decision.DESCRIPTOR, "trace")
_ACTIONS_KEPT: Final = 128
"""Planned actions kept a plan."""
_FRAMES_KEPT: Final = 64
"""Lengths of whose it is for which an action's frame is kept: as identifiers of one system differ."""
_TRACES_KEPT: Final = 32
"""Traces kept a plan: as many as the plan itself remembers."""


class _SettledParts(NamedTuple):
    """The parts of what a plan comes to: of an action those before and behind whose it is, None for one with times.

    `frames` are what stands before an action's identifier, by how long it takes to say whose it is.
    """

    head: bytes
    actions: tuple[tuple[bytes, bytes] | None, ...]
    asked: bytes
    trace: bytes
    frames: dict[int, tuple[bytes, ...]]


class PlannedParts:
    """The parts that the decisions of a plan share.

    Actions and traces are known by their identities: what was made of them holds them, so none is given again.
    """

    __slots__ = ("_actions", "_adjustments", "_asked", "_guardrails", "_pack", "_plan", "_settled", "_traces")

    def __init__(self, plan: Plan, decision: Decision) -> None:
        self._plan = plan
        # A plan is of one pack.
        self._pack = serialised(
            decision_pb2.Decision(
                pack_id=decision.pack_id,
                pack_version=decision.pack_version,
                pack_digest=decision.pack_digest,
                semantics=decision.semantics,
            )
        )
        self._asked = asked_part(plan.needed_facts, plan.unobtainable_facts, _first_needed(plan))
        self._guardrails = guardrails_part(plan.guardrails)
        self._adjustments = adjustments_part(plan.adjustments)
        self._actions: dict[int, ActionParts] = {}
        # As many as the pack has roles.
        self._settled: dict[Settled, _SettledParts] = {}
        self._traces: dict[int, tuple[tuple[RuleTrace, ...], bytes]] = {}

    def spliced(self, decision: Decision, trace: bytes) -> bytes:
        """The decision with this trace, its parts in the order of the contract's fields."""
        return self._joined(
            decision,
            self._head(decision),
            self._actions_of(decision.actions),
            asked=self._asked_of(decision),
            trace=trace,
        )

    def settled(self, decision: Decision, settled: Settled) -> bytes:
        """A decision that differs from others of the same settlement in identifiers and times alone."""
        parts = self._settled.get(settled)
        if parts is None:
            parts = self._settled[settled] = _SettledParts(
                self._head(decision),
                tuple(
                    self._around_whose(action) if ready.timed is None else None
                    for action, ready in zip(decision.actions, settled.actions, strict=True)
                ),
                self._asked_of(decision),
                self.trace(settled.rules, settled.adjustments),
                {},
            )
        actions = self._settled_actions(decision.actions, parts)
        return self._joined(decision, parts.head, actions, asked=parts.asked, trace=parts.trace)

    def _joined(
        self, decision: Decision, head: bytes, actions: Iterable[bytes], *, asked: bytes, trace: bytes
    ) -> bytes:
        guardrails = decision.guardrails
        return b"".join(
            (
                head,
                *actions,
                asked,
                unanswered_part(decision.unanswered_requests),
                self._guardrails if guardrails is self._plan.guardrails else guardrails_part(guardrails),
                obligations_part(decision.obligations),
                trace,
                changes_part(decision.changes),
            )
        )

    def _head(self, decision: Decision) -> bytes:
        return self._pack + _OUTCOMES[decision.outcome]

    def _actions_of(self, actions: Sequence[Action]) -> list[bytes]:
        found: list[bytes] = []
        subject, incident_id, whose = None, "", b""
        for action in actions:
            # Usually the same for all actions of a decision.
            if action.subject is not subject or action.incident_id != incident_id:
                subject, incident_id = action.subject, action.incident_id
                whose = whose_part(subject, incident_id)
            found.append(self._action(action, whose))
        return found

    def _settled_actions(self, actions: Sequence[Action], parts: _SettledParts) -> list[bytes]:
        """All of one case, as whoever fills in a settlement leaves them."""
        whose = whose_part(actions[0].subject, actions[0].incident_id) if actions else b""
        frames = parts.frames.get(len(whose)) or _frames(parts, len(whose))
        found: list[bytes] = []
        for action, known, frame in zip(actions, parts.actions, frames, strict=True):
            if known is None:
                found.append(self._action(action, whose))
            else:
                found += (frame, action.action_id.encode(), known[0], whose, known[1])
        return found

    def _action(self, action: Action, whose: bytes) -> bytes:
        scope, end = self._around_whose(action)
        return delimited(_ACTION, b"".join((delimited_text(ACTION_ID, action.action_id), scope, whose, end)))

    def _around_whose(self, action: Action) -> tuple[bytes, bytes]:
        parts = self._actions.get(id(action.planned))
        if parts is None:
            # Usually there are as many as the plan has candidates; but some are made anew where proposals merge.
            if len(self._actions) >= _ACTIONS_KEPT:
                self._actions.clear()
            parts = self._actions[id(action.planned)] = ActionParts(action.planned)
        return parts.scope, parts.end(action)

    def _asked_of(self, decision: Decision) -> bytes:
        needed, unobtainable, first = decision.needed_facts, decision.unobtainable_facts, decision.ask_next
        plan = self._plan
        if needed is plan.needed_facts and unobtainable is plan.unobtainable_facts and first is _first_needed(plan):
            return self._asked
        return asked_part(needed, unobtainable, first)

    def trace(self, rules: tuple[RuleTrace, ...], adjustments: tuple[Adjustment, ...]) -> bytes:
        """The trace at `explain: fired`. One that says nothing is present all the same."""
        known = self._traces.get(id(rules))
        if known is None:
            if len(self._traces) >= _TRACES_KEPT:
                self._traces.clear()
            known = self._traces[id(rules)] = rules, rules_part(rules)
        return delimited(_TRACE, known[1] + self._adjustments_of(adjustments))

    def full_trace(self, decision: Decision) -> bytes:
        """The trace at `explain: full`: nothing of it is kept."""
        told = rules_part(decision.rules) + self._adjustments_of(decision.adjustments)
        return delimited(_TRACE, told + derived_part(decision.derived))

    def _adjustments_of(self, adjustments: tuple[Adjustment, ...]) -> bytes:
        """Usually there are only more: what money, limits and what was granted have changed on top of the plan."""
        planned = self._plan.adjustments
        if adjustments is planned:
            return self._adjustments
        if adjustments[: len(planned)] == planned:
            return self._adjustments + adjustments_part(adjustments[len(planned) :])
        return adjustments_part(adjustments)


def _frames(parts: _SettledParts, whose: int) -> tuple[bytes, ...]:
    """What stands before the identifiers: tags and lengths. These are the same wherever whose it is takes as long."""
    frames = tuple([b"" if known is None else _frame(len(known[0]) + whose + len(known[1])) for known in parts.actions])
    if len(parts.frames) >= _FRAMES_KEPT:
        parts.frames.clear()
    parts.frames[whose] = frames
    return frames


def _frame(behind: int) -> bytes:
    """Before the identifier of an action that has so many bytes behind it."""
    begun = delimited(ACTION_ID, bytes(ACTION_ID_DIGITS))
    whole = delimited(_ACTION, begun + bytes(behind))
    return whole[: len(whole) - ACTION_ID_DIGITS - behind]


def _first_needed(plan: Plan) -> NeededFact | None:
    return plan.needed_facts[0] if plan.needed_facts else None
