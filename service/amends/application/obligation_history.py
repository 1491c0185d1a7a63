"""How an obligation stood before an outcome was recorded: a request that is sent again is answered as of then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from amends.application.outcome_of_action import AboutAction, becomes
from amends.application.outcome_of_obligation import SETTLED, STATES
from amends.domain.action import Action
from amends.domain.record import DecisionEntry, ObligationState, OutcomeEntry, TrackedObligation


@dataclass(frozen=True, slots=True)
class History:
    """All that was recorded near an obligation, in order. `action` is the one that promises, where it is known."""

    decision: DecisionEntry
    action: Action | None
    outcomes: Sequence[OutcomeEntry]

    def before(self, tracked: TrackedObligation, outcome: OutcomeEntry) -> TrackedObligation:
        """The obligation as it stood when `outcome` came."""
        earlier = [one for one in self.outcomes if one.outcome_id < outcome.outcome_id]
        state = self._state(tracked, earlier)
        if self._dropped(tracked) and tracked.settled_at is not None and tracked.settled_at <= outcome.recorded_at:
            state = ObligationState.CLOSED
        return replace(tracked, state=state, settled_at=None, settled_by=None, same_person_broken=False)

    def _dropped(self, tracked: TrackedObligation) -> bool:
        """Closed, and not by anything that was reported: a later decision no longer made it."""
        reported = {(one.time, one.actor) for one in self.outcomes}
        return tracked.state is ObligationState.CLOSED and (tracked.settled_at, tracked.settled_by) not in reported

    def _state(self, tracked: TrackedObligation, outcomes: Sequence[OutcomeEntry]) -> ObligationState:
        """By what was said of itself and of the action that promises."""
        state, of_action = ObligationState.OPEN, list[OutcomeEntry]()
        for one in outcomes:
            found = None
            if one.obligation_id == tracked.promised.obligation_id:
                found = STATES[one.kind]
            elif self.action is not None and one.action_id == self.action.action_id:
                about = AboutAction(self.decision, self.action, tuple(of_action), (), None)
                found = becomes(tracked.promised.kind, one.kind, about, amount=one.amount)
                of_action.append(one)
            if found is not None and state not in SETTLED:
                state = found
        return state
