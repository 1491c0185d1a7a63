"""What a report of what was done comes to: held against what was decided, and the outcome with all that it changes.

A request that is sent again is made again as of then, from what was known before it, and has to come out the same.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from amends.application import outcome_of_action as of_action
from amends.application import outcome_of_obligation as of_obligation
from amends.application.log_errors import UnknownActionError
from amends.application.obligation_history import History
from amends.application.obligation_state import as_of
from amends.application.ports import Clock, DecisionLog, NewId, ObligationLog, OutcomeCodec, OutcomeLog
from amends.application.report import Report
from amends.domain.action import Action, Scope
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.record import DecisionEntry, OutcomeEntry, Recording, TrackedObligation
from amends.packs.model import Pack


@dataclass(frozen=True, slots=True)
class Made:
    """What a report comes to, given what was known."""

    recording: Recording
    remarks: tuple[str, ...]

    @property
    def obligations(self) -> tuple[TrackedObligation, ...]:
        """As they stand when it is recorded: the next update may be overdue by then."""
        following = self.recording.following
        changed = (*self.recording.settled, *(() if following is None else (following,)))
        return as_of(self.recording.outcome.recorded_at, changed)


class MakeOutcome:
    """Makes the outcome of one report; writes nothing."""

    __slots__ = ("_clock", "_codec", "_decisions", "_new_id", "_obligations", "_outcomes", "_pack")

    def __init__(  # noqa: PLR0913  # all that it works on, by name
        self,
        *,
        decisions: DecisionLog,
        outcomes: OutcomeLog,
        obligations: ObligationLog,
        codec: OutcomeCodec,
        pack: Callable[[str], Awaitable[Pack | None]],
        clock: Clock,
        new_id: NewId,
    ) -> None:
        """`pack` finds a pack by its digest."""
        self._decisions = decisions
        self._outcomes = outcomes
        self._obligations = obligations
        self._codec = codec
        self._pack = pack
        self._clock = clock
        self._new_id = new_id

    async def __call__(
        self,
        report: Report,
        decision: DecisionEntry,
        *,
        found: Sequence[FieldViolation] = (),
        before: OutcomeEntry | None = None,
    ) -> Made:
        """What it comes to: with what is known now, or with what was known when `before` was recorded."""
        outcomes = await self._outcomes_near(decision)
        if before is not None and decision.superseded_by > before.outcome_id:
            decision = decision._replace(superseded_by="")
        if report.obligation_id:
            return await self._of_obligation(report, decision, outcomes, found=found, before=before)
        return await self._of_action(report, decision, outcomes, found=found, before=before)

    async def _outcomes_near(self, decision: DecisionEntry) -> Sequence[OutcomeEntry]:
        if not decision.case_id:
            return await self._outcomes.outcomes_of_decision(decision.decision_id)
        return await self._outcomes.outcomes_of_case(decision.case_id, incident_id=decision.incident_id)

    async def _of_action(
        self,
        report: Report,
        decision: DecisionEntry,
        outcomes: Sequence[OutcomeEntry],
        *,
        found: Sequence[FieldViolation],
        before: OutcomeEntry | None,
    ) -> Made:
        actions = self._codec.read_actions(decision.decision)
        action = next((one for one in actions if one.action_id == report.action_id), None)
        if action is None:
            if found:
                raise InvalidSituationError(tuple(found))
            known = [f"{one.kind.value} {one.action_id}" for one in actions]
            raise UnknownActionError(report.decision_id, what="action", about=report.action_id, known=known)
        obligations = await self._obligations.obligations_of_action(
            action.action_id, decision_id=decision.decision_id, case_id=decision.case_id
        )
        history = History(decision, action, outcomes)
        about = of_action.AboutAction(
            decision=decision,
            action=action,
            earlier=[one for one in _until(outcomes, before) if one.action_id == action.action_id],
            obligations=[one if before is None else history.before(one, before) for one in obligations],
            pack=await self._pack(decision.pack_digest),
            left=await self._left(decision, action),
        )
        violations = (*found, *_role(report, about.pack), *of_action.violations_of(report, about))
        if violations:
            raise InvalidSituationError(violations)
        recorded_at, time = self._times(report, before)
        amount = of_action.amount_of(report, about)
        granted = of_action.granted_of(report, about, amount=amount, time=time)
        outcome = replace(
            self._entry(report, decision, self._id(outcomes, before), recorded_at=recorded_at, time=time),
            amount=amount,
            granted=b"" if granted is None else self._codec.granted(granted),
            action_kind=action.kind.value,
            rule_ids=action.rule_ids,
            incident_id=_incident_of(action),
        )
        return Made(
            Recording(
                outcome=outcome,
                seen=len(about.earlier),
                settled=of_action.settled_by(report, about, amount=amount, time=time),
            ),
            tuple(of_action.remarks_on(report, about, amount=amount, time=time)),
        )

    async def _left(self, decision: DecisionEntry, action: Action) -> Action | None:
        """The action in the decision that has taken this one's place, where what is left of it got another id."""
        newer = await self._decisions.decision(decision.superseded_by) if decision.superseded_by else None
        if newer is None or newer.erased_at is not None:
            return None
        actions = self._codec.read_actions(newer.decision)
        if action.action_id in {one.action_id for one in actions}:
            return None
        there = of_action.place_of(action)
        paid_in_part = (one for one in actions if one.granted_amount is not None)
        return next((one for one in paid_in_part if of_action.place_of(one) == there), None)

    async def _of_obligation(
        self,
        report: Report,
        decision: DecisionEntry,
        outcomes: Sequence[OutcomeEntry],
        *,
        found: Sequence[FieldViolation],
        before: OutcomeEntry | None,
    ) -> Made:
        tracked = await self._obligations.obligation(report.obligation_id)
        promising = await self._promising(decision, tracked)
        if tracked is None or promising is None:
            if found:
                raise InvalidSituationError(tuple(found))
            promised = await self._obligations.obligations_of_decision(decision.decision_id)
            known = [f"{one.promised.kind.value} {one.promised.obligation_id}" for one in promised]
            raise UnknownActionError(report.decision_id, what="obligation", about=report.obligation_id, known=known)
        earlier = [one for one in _until(outcomes, before) if one.obligation_id == report.obligation_id]
        actions = self._codec.read_actions(promising.decision)
        if before is not None:
            action = next((one for one in actions if one.action_id == tracked.promised.action_id), None)
            tracked = History(promising, action, outcomes).before(tracked, before)
        about = of_obligation.AboutObligation(
            tracked=tracked,
            previous=await self._obligations.obligation(tracked.follows) if tracked.follows else None,
            earlier=earlier,
            decision=promising,
            actions=actions,
            pack=await self._pack(promising.pack_digest),
        )
        violations = (*found, *_role(report, about.pack))
        if violations:
            raise InvalidSituationError(violations)
        recorded_at, time = self._times(report, before)
        action = about.action
        outcome = replace(
            self._entry(report, decision, self._id(outcomes, before), recorded_at=recorded_at, time=time),
            action_kind="" if action is None else action.kind.value,
            rule_ids=() if action is None else action.rule_ids,
            incident_id=tracked.promised.incident_id,
        )
        settled = of_obligation.settled(report, about, time=time)
        return Made(
            Recording(
                outcome=outcome,
                seen=len(earlier),
                settled=() if settled is None else (settled,),
                following=of_obligation.following(report, about, time=time),
            ),
            tuple(of_obligation.remarks_on(report, about, time=time)),
        )

    async def _promising(self, decision: DecisionEntry, tracked: TrackedObligation | None) -> DecisionEntry | None:
        """The decision that promised it last, if the decision that is named has it too."""
        if tracked is None or tracked.decision_id == decision.decision_id:
            return None if tracked is None else decision
        # It went over to the decision that took this one's place, with its action.
        actions = self._codec.read_actions(decision.decision)
        if tracked.promised.action_id not in {action.action_id for action in actions}:
            return None
        promising = await self._decisions.decision(tracked.decision_id)
        # An incident's may be of a customer who was erased: it goes on by any decision that still says how often.
        return decision if promising is None or promising.erased_at is not None else promising

    def _times(self, report: Report, before: OutcomeEntry | None) -> tuple[int, int]:
        """When it is recorded, and when it was done."""
        now = self._clock.now() if before is None else before.recorded_at
        return now, now if report.time is None else report.time

    def _id(self, outcomes: Sequence[OutcomeEntry], before: OutcomeEntry | None) -> str:
        """Behind all that is known: ids tell what came first, and another host's clock may be ahead of this one's."""
        if before is not None:
            return before.outcome_id
        new, last = self._new_id(), max((one.outcome_id for one in outcomes), default="")
        return new if new > last else str(UUID(int=UUID(last).int + 1))

    def _entry(
        self, report: Report, decision: DecisionEntry, outcome_id: str, *, recorded_at: int, time: int
    ) -> OutcomeEntry:
        """All of the outcome that does not depend on what it is about."""
        return OutcomeEntry(
            outcome_id=outcome_id,
            decision_id=report.decision_id,
            action_id=report.action_id,
            obligation_id=report.obligation_id,
            kind=report.kind,
            actor=report.actor,
            time=time,
            recorded_at=recorded_at,
            amount=None,
            external_reference=report.external_reference,
            reason=report.reason,
            granted=b"",
            caller=report.caller,
            request_id=report.request_id,
            policy=decision.policy,
            case_id=decision.case_id,
            customer_id=decision.customer_id,
            action_kind="",
            rule_ids=(),
        )


def _incident_of(action: Action) -> str:
    return action.incident_id if action.scope is Scope.INCIDENT else ""


def _role(report: Report, pack: Pack | None) -> Sequence[FieldViolation]:
    """A role that the pack does not know, where the pack can be had."""
    roles = () if pack is None else tuple(role.role for role in pack.authority)
    if not roles or report.actor.role in {"", *roles}:
        return ()
    why = f"{report.actor.role!r} is not a role of the rule pack; expected one of: {', '.join(roles)}"
    return (FieldViolation("actor.role", why),)


def _until(outcomes: Sequence[OutcomeEntry], before: OutcomeEntry | None) -> Sequence[OutcomeEntry]:
    """What was known: all, or all that came before an outcome."""
    return outcomes if before is None else [one for one in outcomes if one.outcome_id < before.outcome_id]
