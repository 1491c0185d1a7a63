"""What the tests of the wire are made of: a pack with a fact of every type, a full situation, decisions put by hand."""

from dataclasses import replace
from typing import Final

from amends.domain.action import Action, PlannedAction, Scope, Span, Unsettled
from amends.domain.action_kinds import ActionKind, Justice
from amends.domain.decision import (
    Adjustment,
    Decision,
    Effect,
    Guardrail,
    NeededFact,
    Obligation,
    ObligationKind,
    Outcome,
    RuleTrace,
    Step,
    Verdict,
)
from amends.domain.facts import FactSpec, FactType
from amends.domain.money import Money
from amends.domain.situation import Situation, Subject
from amends.domain.vocabulary import built_in_facts, vocabulary
from amends.packs.conditions import ALWAYS
from amends.packs.model import Pack, Position, Role, Rule, Team
from amends.resolution.matches import Matches
from amends.resolution.plan import Plan
from amends.resolution.resolve import Resolved, Resolver
from amends.v1 import decision_service_pb2, situation_pb2

NOW: Final = 1_793_534_400_000_000_000  # 2026-11-01T12:00:00Z
TIERS: Final = ("none", "bronze", "silver", "gold", "platinum")
CONTACT_REASONS: Final = ("late_delivery", "damaged", "wrong_item")
DECLARED: Final = (
    FactSpec("facts.delay_days", FactType.INTEGER, unit="days", minimum=0, maximum=365),
    FactSpec("facts.balance", FactType.INTEGER),
    FactSpec("facts.weight", FactType.DECIMAL, unit="kg", minimum=0),
    FactSpec("facts.refund_refused", FactType.BOOLEAN),
    FactSpec("facts.deposit", FactType.MONEY, minimum=0),
    FactSpec("facts.outage", FactType.DURATION, minimum=0),
    FactSpec("facts.drift", FactType.DURATION),
    FactSpec("facts.delivered", FactType.DATE),
    FactSpec("facts.carrier", FactType.TEXT),
    FactSpec("facts.packaging", FactType.ENUM, values=("original", "opened", "missing")),
    FactSpec("facts.parts", FactType.SET, values=("lid", "cable", "manual")),
    FactSpec("facts.notes", FactType.SET),
)
VOCABULARY: Final = vocabulary(built_in_facts(tiers=TIERS, contact_reasons=CONTACT_REASONS), DECLARED)
_AT: Final = Position("shop/pack.yaml", 1, 1)

PACK: Final = Pack(
    pack_id="shop",
    version="2026.11.1",
    title="A shop",
    extends=("foundation",),
    currency="USD",
    timezone="America/New_York",
    tiers=TIERS,
    main=(),
    vocabulary=VOCABULARY,
    contact_reasons=CONTACT_REASONS,
    teams={"it": Team("it", "IT"), "content": Team("content", "Content team")},
    authority=(
        Role("frontline", {ActionKind.REFUND: (Money("USD", 25_000),)}),
        Role("supervisor", {ActionKind.REFUND: None}),
    ),
    combine={},
    guardrails=(),
    rules=(Rule("sorry", "Say sorry", 0, ALWAYS, (), (), None, None, ("D5",), _AT),),
    digest="ab" * 32,
)


_BASE: Final = (
    Resolver(PACK).resolve(Matches(0, 0), Situation("case-1", NOW, {"observe_time": NOW}), role="frontline").plan
)
TRACE: Final = (
    RuleTrace("late-delivery-shipping-back", "Give the shipping fee back", Verdict.APPLIED, ("D23", "R2")),
    RuleTrace("gold-gesture", "A gesture", Verdict.UNDETERMINED, (), ("facts.delay_days",)),
)


def full_situation() -> situation_pb2.Situation:
    """A situation with every kind of field: 27 facts beside the identifiers."""
    message = situation_pb2.Situation(
        case_id="case-1",
        subject=situation_pb2.Subject(order_id="order-1", item_id="item-1", quantity=2),
        contact_reason="late_delivery",
        tags=situation_pb2.TextSet(values=["vip", "second-call"]),
        brand="brand-x",
        customer=situation_pb2.Customer(
            customer_id="customer-1",
            loyalty_tier="gold",
            preferred_channel=situation_pb2.CHANNEL_VOICE,
            channels_on_file=situation_pb2.ChannelSet(values=[situation_pb2.CHANNEL_VOICE, situation_pb2.CHANNEL_MAIL]),
            country="US",
            prior_failures_90d=0,
        ),
        stage=situation_pb2.STAGE_PURCHASE,
        pain_type=situation_pb2.PAIN_TYPE_TRANSACTIONAL,
        cause=situation_pb2.CAUSE_PROCESS,
        fault=situation_pb2.FAULT_COMPANY,
        severity=situation_pb2.SEVERITY_HIGH,
        failure_reality=situation_pb2.FAILURE_REALITY_ACTUAL,
        reporter=situation_pb2.REPORTER_CUSTOMER,
        requested=situation_pb2.RequestSet(values=[situation_pb2.REQUEST_REFUND]),
        sentiment=situation_pb2.SENTIMENT_UPSET,
        obvious_mistake=True,
        kept_service=False,
        flags=situation_pb2.FlagSet(),
        locale="en",
    )
    for field, units in (("amount_paid", 120), ("amount_affected", 120), ("shipping_fee", 9)):
        getattr(message, field).currency_code = "USD"
        getattr(message, field).units = units
    message.shipping_fee.nanos = 900_000_000
    message.waited.seconds = 1_200
    message.facts["delay_days"].integer = 4
    message.facts["refund_refused"].boolean = False
    message.facts["packaging"].text = "original"
    message.observe_time.seconds = NOW // 10**9
    return message


def request() -> decision_service_pb2.DecideRequest:
    """A request that is in order."""
    return decision_service_pb2.DecideRequest(situation=full_situation())


def planned(kind: ActionKind, /, **parameters: str | bool | Span | tuple[str, ...]) -> PlannedAction:
    """A planned action with texts of a usual length."""
    return PlannedAction(
        kind=kind,
        parameters=tuple(parameters.items()),
        scope=Scope.CASE,
        justices=(Justice.INTERACTIONAL,),
        retention=False,
        meets=("refund",),
        reason_for_agent=f"Our delay; {kind.value} belongs to the first contact, before anything else is explained.",
        reason_for_customer=f"We delivered late, and that is ours to put right: {kind.value}.",
    )


def action(plan: PlannedAction, number: int = 0, *, amount: Money | None = None, due: int | None = None) -> Action:
    """An action of that plan for a case of that number."""
    return Action(
        action_id=f"action-{number}-{plan.kind.value}",
        planned=plan,
        rule_ids=("late-delivery-shipping-back", "gold-gesture"),
        subject=Subject(f"order-{number}", "item-1"),
        incident_id="",
        parameters=plan.parameters,
        amount=amount,
        amount_needs=(),
        already_given=False,
        granted_amount=None,
        due=due,
        valid_until=None,
        authority_role="frontline",
        may_grant_now=True,
        approval_needed=False,
        unsettled=(Unsettled("gold-gesture", ("facts.delay_days",), "it could forbid it"),) if number % 2 else (),
        reason_for_agent=plan.reason_for_agent,
        reason_for_customer=plan.reason_for_customer,
    )


def plan_of() -> Plan:
    """A plan such as resolution makes, of which encoding reads only what a message is made of."""
    needed = NeededFact("facts.delay_days", "How many days late was it?", ("late-delivery-shipping-back",))
    return replace(
        _BASE,
        adjustments=(
            Adjustment(
                Step.FORBID, Effect.REMOVED, ActionKind.OFFER_PERSPECTIVE, "view", "furious", "it makes it worse"
            ),
        ),
        needed_facts=(needed,),
        unobtainable_facts=("facts.weight",),
        guardrails=(Guardrail("no-eta", "a time by which it will be solved", "when they hear from us next"),),
    )


def decision(plan: Plan, actions: tuple[Action, ...]) -> Decision:
    """The decision of a plan, everything that the plan fixes taken from it as it is."""
    return Decision(
        pack_id=PACK.pack_id,
        pack_version=PACK.version,
        pack_digest=PACK.digest,
        semantics=1,
        outcome=Outcome.ACTIONS_RECOMMENDED,
        actions=actions,
        needed_facts=plan.needed_facts,
        unobtainable_facts=plan.unobtainable_facts,
        ask_next=plan.needed_facts[0] if plan.needed_facts else None,
        unanswered_requests=("callback",),
        guardrails=plan.guardrails,
        obligations=(Obligation(ObligationKind.PAY, "action-0-refund", NOW + 5, "it"),),
        rules=TRACE,
        adjustments=plan.adjustments,
    )


SIX: Final = (
    planned(ActionKind.APOLOGY, literal=True, channel="voice"),
    planned(ActionKind.ASK_PERSPECTIVE),
    planned(ActionKind.REFUND),
    planned(ActionKind.GOODWILL, kind="credit"),
    planned(
        ActionKind.UPDATE_CADENCE,
        every=Span(nanos=3_600 * 10**9),
        channel="voice",
        owner="same_person",
        until="resolved",
    ),
    planned(ActionKind.SET_EXPECTATIONS, next="The money is back within seven days; we call when it is."),
)


def six_actions(plan: Plan, number: int = 0) -> Resolved:
    """A usual decision: six actions with texts, two of them with money."""
    return Resolved(
        decision(
            plan,
            tuple(
                action(
                    one,
                    number,
                    amount=Money("USD", 990 + number) if one.kind in {ActionKind.REFUND, ActionKind.GOODWILL} else None,
                    due=NOW + number if one.kind is ActionKind.REFUND else None,
                )
                for one in SIX
            ),
        ),
        plan,
    )
