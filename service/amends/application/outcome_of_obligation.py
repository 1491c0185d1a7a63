"""An outcome of an obligation: what becomes of it, and for a cadence the update that comes next.

A cadence goes on until somebody closes it or a later decision no longer makes it. An update that was kept late is kept:
the next one is due by the time at which it was kept. Nothing here runs by itself; who looks compares with the clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

from amends.application.report import Report
from amends.domain.action import Action
from amends.domain.action_kinds import SAME_PERSON, ActionKind
from amends.domain.decision import ObligationKind
from amends.domain.record import (
    ActorKind,
    DecisionEntry,
    ObligationState,
    OutcomeEntry,
    OutcomeKind,
    TrackedObligation,
)
from amends.packs.model import Pack
from amends.resolution.due import due_time, promise_due
from amends.resolution.promise import promise_of

STATES: Final = {
    OutcomeKind.KEPT: ObligationState.KEPT,
    OutcomeKind.MISSED: ObligationState.MISSED,
    OutcomeKind.CLOSED: ObligationState.CLOSED,
}
"""What an obligation is by its own outcomes."""
SETTLED: Final = frozenset({ObligationState.KEPT, ObligationState.CLOSED})
"""What is not changed any more."""


@dataclass(frozen=True, slots=True)
class AboutObligation:
    """The obligation that a report is about. `decision` is the one that promised it last, `actions` are that one's.

    `previous` is the obligation that this one follows, in a cadence; `earlier` are this one's outcomes so far. `pack`
    is the one that decided, where it can still be had.
    """

    tracked: TrackedObligation
    previous: TrackedObligation | None
    earlier: Sequence[OutcomeEntry]
    decision: DecisionEntry
    actions: Sequence[Action]
    pack: Pack | None

    @property
    def action(self) -> Action | None:
        """The action that promises; None where what was decided is erased."""
        wanted = self.tracked.promised.action_id
        return next((action for action in self.actions if action.action_id == wanted), None)

    @property
    def person(self) -> str:
        """Who is to keep what `same_person` is to keep: who did so before, else who owns or took the case.

        Empty: nobody knows. What a program asked for, no person has taken.
        """
        if self.previous is not None and self.previous.settled_by is not None:
            return self.previous.settled_by.actor_id
        for action in self.actions:
            named = action.parameter("person") if action.kind is ActionKind.ASSIGN_OWNER else None
            if isinstance(named, str):
                return named
        asked = self.decision.actor
        return "" if asked.kind in {ActorKind.AI, ActorKind.SYSTEM} else asked.actor_id


def settled(report: Report, about: AboutObligation, *, time: int) -> TrackedObligation | None:
    """What becomes of it; None where nothing does."""
    tracked, state = about.tracked, STATES[report.kind]
    if tracked.state in SETTLED or tracked.state is state:
        return None
    return replace(
        tracked,
        state=state,
        settled_at=time,
        settled_by=report.actor,
        same_person_broken=state is ObligationState.KEPT and _somebody_else(report, about),
    )


def following(report: Report, about: AboutObligation, *, time: int) -> TrackedObligation | None:
    """The next update of a cadence that was kept."""
    tracked, action = about.tracked, about.action
    promised = tracked.promised
    if promised.kind is not ObligationKind.NEXT_UPDATE or report.kind is not OutcomeKind.KEPT or action is None:
        return None
    promise = promise_of(action.kind, action.parameters)
    if tracked.state in SETTLED or promise is None:
        return None
    pack = about.pack
    due = due_time(time, promise.span, timezone="UTC") if pack is None else promise_due(promise, pack, time)
    return replace(
        tracked,
        promised=promised._replace(obligation_id=_next_id(promised.obligation_id), due=due),
        state=ObligationState.OPEN,
        settled_at=None,
        settled_by=None,
        same_person_broken=False,
        follows=promised.obligation_id,
    )


def remarks_on(report: Report, about: AboutObligation, *, time: int) -> Iterator[str]:
    """What the caller should know of it."""
    tracked = about.tracked
    if tracked.state in SETTLED or tracked.state is STATES[report.kind]:
        yield f"it was {tracked.state.value} before: nothing was changed"
        return
    if report.kind is OutcomeKind.KEPT and time > tracked.promised.due:
        yield "it was kept after it fell due"
    if report.kind is OutcomeKind.MISSED and time < tracked.promised.due:
        yield "it is not due yet"
    if report.kind is OutcomeKind.KEPT and _somebody_else(report, about):
        yield f"it was promised that the same person keeps it: {about.person!r}, not {report.actor.actor_id!r}"
    if following(report, about, time=time) is not None and about.pack is None:
        yield "the rule pack that decided cannot be had: the next update is due without regard to its hours"


def _somebody_else(report: Report, about: AboutObligation) -> bool:
    if about.tracked.promised.owner != SAME_PERSON:
        return False
    person, keeper = about.person, report.actor.actor_id
    return bool(person and keeper) and person != keeper


def _next_id(obligation_id: str) -> str:
    """48 hex digits, the same for the same obligation: what is kept once has one successor."""
    return blake2b(f"after {obligation_id}".encode(), digest_size=24).hexdigest()
