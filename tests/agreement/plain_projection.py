"""The product's decision as the naive resolver tells one: without prose and identifiers."""

from amends.domain.action import Action
from amends.domain.decision import Decision, NeededFact
from tests.agreement.plain_model import (
    Plain,
    PlainAction,
    PlainAdjustment,
    PlainNeed,
    PlainObligation,
    PlainVerdict,
)


def plain_of(decision: Decision) -> Plain:
    """The decision, field by field."""
    place = {action.action_id: index for index, action in enumerate(decision.actions)}
    return Plain(
        outcome=decision.outcome,
        actions=tuple(_action(action) for action in decision.actions),
        needed_facts=tuple(_need(fact) for fact in decision.needed_facts),
        unobtainable_facts=decision.unobtainable_facts,
        ask_next=None if decision.ask_next is None else _need(decision.ask_next),
        unanswered=decision.unanswered_requests,
        guardrails=tuple(one.guardrail_id for one in decision.guardrails),
        obligations=tuple(
            PlainObligation(one.kind, place[one.action_id], one.due, one.owner) for one in decision.obligations
        ),
        verdicts=tuple(
            sorted(
                (PlainVerdict(one.rule_id, one.verdict, one.missing) for one in decision.rules),
                key=lambda one: one.rule_id,
            ),
        ),
        adjustments=tuple(
            sorted(
                (
                    PlainAdjustment(one.step, one.effect, one.kind, one.rule_id, one.by, one.before, one.after)
                    for one in decision.adjustments
                    if one.before is None or one.before != one.after
                ),
                key=repr,
            ),
        ),
    )


def _need(fact: NeededFact) -> PlainNeed:
    return PlainNeed(fact.path, fact.question, tuple(sorted(fact.rule_ids)))


def _action(action: Action) -> PlainAction:
    merged: dict[str, tuple[str, ...]] = {}
    for one in action.unsettled:
        merged[one.rule_id] = (*merged.get(one.rule_id, ()), *one.facts)
    return PlainAction(
        kind=action.kind,
        scope=action.scope,
        parameters=action.parameters,
        amount=action.amount,
        amount_needs=tuple(sorted(action.amount_needs)),
        already_given=action.already_given,
        granted_amount=action.granted_amount if action.granted_amount and action.granted_amount.minor_units else None,
        due=action.due,
        valid_until=action.valid_until,
        authority_role=action.authority_role,
        may_grant_now=action.may_grant_now,
        approval_needed=action.approval_needed,
        on_hold=tuple((one.team, one.reason, one.rule_ids) for one in action.on_hold),
        rule_ids=action.rule_ids,
        unsettled=tuple(sorted((rule_id, tuple(sorted(set(facts)))) for rule_id, facts in merged.items())),
        retention=action.planned.retention,
        meets=tuple(sorted(action.planned.meets)),
        justices=action.planned.justices,
        reason_for_agent=_words(action.planned.reason_for_agent, action.reason_for_agent),
        reason_for_customer=_words(action.planned.reason_for_customer, action.reason_for_customer),
    )


def _words(template: str, filled: str) -> str | None:
    return None if "{" in template and filled else filled
