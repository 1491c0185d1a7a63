"""The tools, as methods: each asks the service as an actor of kind `ai`, and tells what an agent may act on."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from amends_client.aio import AsyncAmendsClient
from amends_client.errors import AmendsError
from amends_client.mcp.answers import (
    Due,
    Explanation,
    Obligations,
    OutcomeRecorded,
    RecoveryAnswer,
    ReplyChecked,
    ReplyProblem,
    RuleShown,
)
from amends_client.mcp.caps import Promised
from amends_client.mcp.settings import AgentSettings
from amends_client.mcp.sort_actions import may_be_promised, member_name, moment, question, recovery_answer
from amends_client.messages import (
    Action,
    Actor,
    ActorKind,
    ObligationKind,
    ObligationState,
    Outcome,
    OutcomeKind,
    RecordedDecision,
    ReplyLaw,
    ReplySeverity,
    Situation,
    Verdict,
)
from amends_client.situation import situation as make_situation
from amends_client.values import money_text

_MOST_OBLIGATIONS: Final = 50

SituationArgument = Annotated[
    dict[str, Any],
    Field(
        description=(
            "What is known of the case, by the names of the vocabulary (resource amends://vocabulary/{policy}): case_id"
            " is required; enums by their name in lower case; money as text (`9.90 USD`); fields of the customer,"
            " subject or incident as nested objects; the pack's own facts under `facts`. Leave out what is not known;"
            " never guess."
        )
    ),
]
SaidByAgents = Literal[
    "offered", "customer_accepted", "customer_declined", "approval_requested", "executed", "failed", "cancelled"
]
"""What an agent may report of an action. Approving and overriding is for people."""

_PROMISES: Final = frozenset({"offered", "customer_accepted", "executed"})


class AgentTools:
    """What an agent can do, for one setting of role, policy and caps."""

    def __init__(self, client: AsyncAmendsClient, settings: AgentSettings, promised: Promised) -> None:
        self._client = client
        self._settings = settings
        self._promised = promised

    async def decide_recovery(
        self,
        situation: SituationArgument,
        request_id: Annotated[str, Field(description="The same for a retry; empty: a fresh one.")] = "",
        supersedes: Annotated[str, Field(description="The decision of this case whose place this one takes.")] = "",
    ) -> RecoveryAnswer:
        """Decide what to do for a customer who was let down. Recorded. Decide again when a fact becomes known."""
        return await self._decide(situation, preview=False, request_id=request_id, supersedes=supersedes)

    async def preview_recovery(self, situation: SituationArgument) -> RecoveryAnswer:
        """Show what would be decided. Nothing is recorded, and nothing may be promised on it."""
        return await self._decide(situation, preview=True)

    async def explain_decision(self, decision_id: str) -> Explanation:
        """Tell why a recorded decision came out as it did: its rules, those that were overruled, what is missing."""
        recorded = await self._recorded(decision_id)
        decision = recorded.decision
        return Explanation(
            decision_id=decision_id,
            outcome=member_name(Outcome, decision.outcome),
            pack=f"{decision.pack_id} {decision.pack_version}",
            policy=recorded.summary.policy,
            rules=[
                RuleShown(
                    rule_id=rule.rule_id,
                    title=rule.title,
                    verdict=member_name(Verdict, rule.verdict),
                    sources=[*rule.sources],
                    missing=[*rule.missing],
                )
                for rule in decision.trace.rules
            ],
            removed_or_changed=[one.why for one in decision.trace.adjustments],
            missing_facts=[question(fact) for fact in decision.needed_facts],
        )

    async def list_obligations(self, case_id: str = "", team: str = "", owner: str = "") -> Obligations:
        """List promises that are open or missed, the next to fall due first: of a case, a team or an owner."""
        found: list[Due] = []
        try:
            wanted = {"case_id": case_id or None, "team": team or None, "owner": owner or None}
            pages = self._client.list_obligations(
                case_id=wanted["case_id"],
                team=wanted["team"],
                owner=wanted["owner"],
                policy=self._settings.policy or None,
            )
            async for one in pages:
                if len(found) == _MOST_OBLIGATIONS:
                    return Obligations(obligations=found, more=True)
                found.append(
                    Due(
                        obligation_id=one.obligation_id,
                        kind=member_name(ObligationKind, one.obligation.kind),
                        due=moment(one.obligation.due_time),
                        state=member_name(ObligationState, one.state),
                        owner=one.obligation.owner,
                        team=one.team,
                        case_id=one.case_id,
                        decision_id=one.decision_id,
                        action_id=one.obligation.action_id,
                    )
                )
        except AmendsError as error:
            raise _told(error) from error
        return Obligations(obligations=found, more=False)

    async def record_outcome(  # noqa: PLR0913  # what a report says, by name
        self,
        decision_id: str,
        action_id: str,
        kind: SaidByAgents,
        *,
        amount: Annotated[str, Field(description="For executed: how much, if not all of it.")] = "",
        external_reference: Annotated[str, Field(description="For instance a payment's number.")] = "",
        reason: str = "",
        request_id: Annotated[str, Field(description="The same for a retry; empty: a fresh one.")] = "",
    ) -> OutcomeRecorded:
        """Record what was done about an action. What is unsettled, on hold or not approved cannot be offered."""
        recorded = await self._recorded(decision_id)
        if kind in _PROMISES:
            self._check_may_be_promised(recorded, action_id)
        try:
            answer = await self._client.record_outcome(
                decision_id=decision_id,
                action_id=action_id,
                kind=kind,
                amount=amount or None,
                external_reference=external_reference or None,
                reason=reason or None,
                request_id=request_id or None,
                actor=self._actor(),
            )
        except (AmendsError, ValueError) as error:
            raise _told(error) from error
        outcome = answer.outcome
        return OutcomeRecorded(
            outcome_id=outcome.outcome_id,
            kind=member_name(OutcomeKind, outcome.kind),
            amount=money_text(outcome.amount) if outcome.HasField("amount") else "",
            remarks=[*answer.remarks],
        )

    async def check_reply(
        self,
        draft: Annotated[str, Field(description="The text that is to be sent to the customer.")],
        decision_id: str,
        locale: Annotated[str, Field(description="The language of the draft.")] = "en",
    ) -> ReplyChecked:
        """Check a reply before it is sent: what it promises and may not, what it must not say, what it lacks."""
        try:
            answer = await self._client.check_reply(draft, decision_id=decision_id, locale=locale)
        except (AmendsError, ValueError) as error:
            raise _told(error) from error
        problems = [
            ReplyProblem(
                id=one.finding_id,
                law=member_name(ReplyLaw, one.law),
                severity=member_name(ReplySeverity, one.severity),
                start=one.start,
                end=one.end,
                said=one.said,
                why=one.why,
                instead=one.instead,
                sources=[*one.sources],
            )
            for one in answer.findings
        ]
        send = not any(one.severity == "error" for one in problems)
        return ReplyChecked(send=send, problems=problems, cannot_see=[*answer.cannot_see])

    async def _decide(
        self, fields: Mapping[str, Any], *, preview: bool, request_id: str = "", supersedes: str = ""
    ) -> RecoveryAnswer:
        case = _situation(fields)
        options: dict[str, str] = {"request_id": request_id, "supersedes": supersedes}
        try:
            response = await self._client.decide(
                case,
                policy=self._settings.policy,
                actor=self._actor(),
                preview=preview,
                request_id=options["request_id"],
                supersedes=options["supersedes"],
            )
        except (AmendsError, ValueError) as error:
            raise _told(error) from error
        return recovery_answer(response, self._promised, case_id=case.case_id, preview=preview)

    async def _recorded(self, decision_id: str) -> RecordedDecision:
        try:
            return await self._client.get_decision(decision_id)
        except AmendsError as error:
            raise _told(error) from error

    def _check_may_be_promised(self, recorded: RecordedDecision, action_id: str) -> None:
        action = next((one for one in recorded.decision.actions if one.action_id == action_id), None)
        if action is None:
            known = ", ".join(one.action_id for one in recorded.decision.actions)
            raise ToolError(f"the decision has no action {action_id!r}; it has: {known}")
        if _is_approved(recorded, action_id) and not (action.unsettled or action.on_hold):
            return
        if not may_be_promised(action) and not action.already_given:
            raise ToolError("this action is unsettled, on hold or not approved: it cannot be offered or carried out")
        self._check_caps(action, recorded)

    def _check_caps(self, action: Action, recorded: RecordedDecision) -> None:
        if not action.HasField("amount"):
            return
        given = [one.granted_amount for one in recorded.decision.actions if one.HasField("granted_amount")]
        case_id = recorded.summary.case_id
        why = self._promised.allows(case_id, action.action_id, action.amount, given=given, keep=True)
        why = why or self._promised.hold(case_id, action.action_id)
        if why:
            raise ToolError(f"{why}: a person has to do this")

    def _actor(self) -> Actor:
        return Actor(actor_id=self._settings.actor_id, role=self._settings.role, kind=ActorKind.ACTOR_KIND_AI)


def _is_approved(recorded: RecordedDecision, action_id: str) -> bool:
    """Whether the last word on its approval was yes."""
    words = (OutcomeKind.OUTCOME_KIND_APPROVED, OutcomeKind.OUTCOME_KIND_APPROVAL_REFUSED)
    said = [one.kind for one in recorded.outcomes if one.action_id == action_id and one.kind in words]
    return bool(said) and said[-1] == OutcomeKind.OUTCOME_KIND_APPROVED


def _situation(fields: Mapping[str, Any]) -> Situation:
    try:
        return make_situation(**fields)
    except (TypeError, ValueError) as error:
        raise ToolError(str(error)) from None


def _told(error: Exception) -> ToolError:
    """What the service said, for the agent to read."""
    if not isinstance(error, AmendsError):
        return ToolError(str(error))
    lines = [
        error.message or str(error),
        *(f"{one.field}: {one.description}" for one in getattr(error, "violations", ())),
    ]
    return ToolError("\n".join(lines))
