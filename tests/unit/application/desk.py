"""A desk at which outcomes are reported: a log in memory with one decision, a clock that stands, and few words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from amends.application.make_outcome import MakeOutcome
from amends.application.promised import obligation_id
from amends.application.record_outcome import RecordOutcome
from amends.application.report import Report, Reported
from amends.domain.action import Action, ParameterValue, PlannedAction, Scope, Span
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import ObligationKind, Outcome
from amends.domain.errors import FieldViolation
from amends.domain.money import Money
from amends.domain.record import Actor, DecisionEntry, OutcomeKind, Promised, Recording, Supplied
from amends.domain.situation import Subject
from amends.packs.model import Pack
from tests.fakes.clock import FakeClock
from tests.fakes.decision_log import FakeDecisionLog
from tests.fakes.new_id import CountingNewId
from tests.fakes.outcome_codec import FakeOutcomeCodec
from tests.fakes.record_log import FakeRecordLog

SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
NOW: Final = 1_793_620_800 * SECOND
"""2026-11-02T12:00:00Z, a Monday."""
ORDER: Final = Subject("order-1", "item-1")
ANN: Final = Actor("ann", "frontline")
BOB: Final = Actor("bob", "frontline")


def usd(amount: str) -> Money:
    return Money.parse(amount, "USD")


def an_action(
    kind: ActionKind = ActionKind.REFUND,
    amount: Money | None = None,
    *,
    action_id: str = "",
    parameters: Sequence[tuple[str, ParameterValue]] = (),
    scope: Scope = Scope.CASE,
) -> Action:
    """An action as a decision has it: allowed, settled and not given before."""
    planned = PlannedAction(
        kind=kind,
        parameters=tuple(parameters),
        scope=scope,
        justices=(),
        retention=False,
        meets=(),
        reason_for_agent="",
        reason_for_customer="",
    )
    return Action(
        action_id=action_id or f"action-{kind.value}",
        subject=ORDER,
        incident_id="",
        planned=planned,
        rule_ids=("late", "very-late"),
        parameters=tuple(parameters),
        amount=amount,
        amount_needs=(),
        already_given=False,
        granted_amount=None,
        due=None,
        valid_until=None,
        authority_role="frontline",
        may_grant_now=True,
        approval_needed=False,
        unsettled=(),
        reason_for_agent="",
        reason_for_customer="",
    )


def a_cadence(*, owner: str = "same_person", hours: str = "") -> Action:
    """An update every hour."""
    parameters: list[tuple[str, ParameterValue]] = [
        ("every", Span(nanos=HOUR)),
        ("channel", "voice"),
        ("owner", owner),
        ("until", "resolved"),
    ]
    return an_action(ActionKind.UPDATE_CADENCE, parameters=[*parameters, *([("hours", hours)] if hours else [])])


class Desk:
    """One case with one decision, `decision-1`, made an hour ago by Ann of these actions."""

    def __init__(self, *actions: Action, actor: Actor = ANN, pack: Pack | None = None) -> None:
        self.clock = FakeClock(NOW)
        self.decisions = FakeDecisionLog()
        self.records = FakeRecordLog(self.decisions)
        self.codec = FakeOutcomeCodec()
        self.pack = pack
        make = MakeOutcome(
            decisions=self.decisions,
            outcomes=self.records,
            obligations=self.records,
            codec=self.codec,
            pack=self._pack_of,
            clock=self.clock,
            new_id=CountingNewId(),
        )
        self.record = RecordOutcome(make, decisions=self.decisions, outcomes=self.records)
        self._first: DecisionEntry | None = self._entry("decision-1", actions, actor=actor)

    async def decided(self, decision_id: str, *actions: Action, supersedes: str = "") -> None:
        """Another decision of the case is in the log."""
        await self.open()
        await self.decisions.append([self._entry(decision_id, actions, actor=ANN)._replace(supersedes=supersedes)])

    async def open(self) -> None:
        """The first decision is in the log; every report sees to that itself."""
        if self._first is not None:
            await self.decisions.append([self._first])
            self._first = None

    def _entry(self, decision_id: str, actions: tuple[Action, ...], *, actor: Actor) -> DecisionEntry:
        raw = decision_id.encode()
        self.codec.actions[raw] = actions
        return DecisionEntry(
            decision_id=decision_id,
            decided_at=NOW - HOUR,
            caller="",
            request_id="",
            policy="shop",
            pack_id="shop",
            pack_version="1",
            pack_digest="digest",
            semantics=1,
            software_version="0",
            actor=actor,
            case_id="case-1",
            subject=ORDER,
            incident_id="",
            customer_id="customer-1",
            account_id="",
            observe_time=NOW - HOUR,
            outcome=Outcome.ACTIONS_RECOMMENDED,
            supersedes="",
            supplied=Supplied(),
            situation=b"situation",
            decision=raw,
            rule_ids=("late", "very-late"),
            promised=tuple(_promised(action) for action in actions if action.kind in _PROMISES),
        )

    async def report(
        self,
        kind: OutcomeKind,
        about: Action | str,
        /,
        *,
        found: Sequence[FieldViolation] = (),
        said: Mapping[str, object] = MappingProxyType({}),
        **more: object,
    ) -> Reported:
        """Report something of an action, or (by its id) of an obligation of `decision-1`; what is said, by name."""
        await self.open()
        action_id, obligation = (about.action_id, "") if isinstance(about, Action) else ("", about)
        report = Report("decision-1", action_id, obligation, kind)
        return await self.record(replace(report, **said, **more), found)  # type: ignore[arg-type]  # fields of Report, by name

    def recorded(self, reported: Reported) -> Recording:
        """A report as somebody else would have recorded it, who came first and knew nothing."""
        earlier = self.decisions.outcomes.index(reported.outcome)
        return Recording(reported.outcome, seen=earlier, settled=reported.obligations)

    async def _pack_of(self, _digest: str) -> Pack | None:
        return self.pack


_PROMISES: Final = {
    ActionKind.UPDATE_CADENCE: ObligationKind.NEXT_UPDATE,
    ActionKind.ENTITLEMENT: ObligationKind.PAY,
    ActionKind.VERIFY_FOLLOWUP: ObligationKind.VERIFY,
}


def promise_id(action: Action) -> str:
    """The id of the obligation that an action makes first."""
    return obligation_id(action.action_id, _PROMISES[action.kind].value)


def _promised(action: Action) -> Promised:
    owner = action.parameter("owner")
    return Promised(
        obligation_id=promise_id(action),
        kind=_PROMISES[action.kind],
        action_id=action.action_id,
        due=NOW,
        owner=owner if isinstance(owner, str) else "billing",
    )
