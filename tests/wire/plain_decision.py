"""A second, naive way from a decision to its message: field by field, without plan, template or memory.

It shares no code with `amends.wire.encode`, so that a mistake there cannot hide here.
"""

from decimal import Decimal

from google.protobuf import duration_pb2
from google.type import date_pb2, decimal_pb2, money_pb2

from amends.domain.action import Action, ParameterValue, Span
from amends.domain.action_kinds import KINDS
from amends.domain.decision import Decision, NeededFact, RuleTrace
from amends.domain.facts import FactType, Value
from amends.domain.money import Money
from amends.v1 import action_pb2, decision_pb2, situation_pb2

_NANOS = 10**9
_EXPONENTS = {"JPY": 0, "KWD": 3}
_USUAL_EXPONENT = 2


def plain(decision: Decision) -> decision_pb2.Decision:
    """The decision's message."""
    message = decision_pb2.Decision(
        pack_id=decision.pack_id,
        pack_version=decision.pack_version,
        pack_digest=decision.pack_digest,
        semantics=decision.semantics,
        outcome=decision_pb2.Outcome.Value(f"OUTCOME_{decision.outcome.name}"),
        actions=[_action(action) for action in decision.actions],
        needed_facts=[_needed(needed) for needed in decision.needed_facts],
        unobtainable_facts=decision.unobtainable_facts,
        ask_next=None if decision.ask_next is None else _needed(decision.ask_next),
        unanswered_requests=[
            situation_pb2.Request.Value(f"REQUEST_{request.upper()}") for request in decision.unanswered_requests
        ],
        guardrails=[
            decision_pb2.Guardrail(guardrail_id=one.guardrail_id, never=one.never, instead=one.instead)
            for one in decision.guardrails
        ],
    )
    for promise in decision.obligations:
        obligation = message.obligations.add(
            kind=decision_pb2.ObligationKind.Value(f"OBLIGATION_KIND_{promise.kind.name}"),
            action_id=promise.action_id,
            owner=promise.owner,
        )
        obligation.due_time.FromNanoseconds(promise.due)
    message.trace.SetInParent()
    message.trace.rules.extend(_rule(rule) for rule in decision.rules)
    message.trace.derived.extend(
        decision_pb2.DerivedFact(
            path=one.path, value=_fact(one.value, one.type), case_number=one.case_number, missing=one.missing
        )
        for one in decision.derived
    )
    message.changes.extend(
        decision_pb2.Change(
            kind=decision_pb2.ChangeKind.Value(f"CHANGE_KIND_{change.kind.name}"),
            action_id=change.action_id,
            action_kind=situation_pb2.ActionKind.Value(f"ACTION_KIND_{change.action_kind.name}"),
            before=_money(change.before),
            after=_money(change.after),
            why=change.why,
        )
        for change in decision.changes
    )
    for change in decision.adjustments:
        message.trace.adjustments.add(
            step=decision_pb2.Step.Value(f"STEP_{change.step.name}"),
            effect=decision_pb2.Effect.Value(f"EFFECT_{change.effect.name}"),
            kind=situation_pb2.ActionKind.Value(f"ACTION_KIND_{change.kind.name}"),
            rule_id=change.rule_id,
            by=change.by,
            why=change.why,
            before=_money(change.before),
            after=_money(change.after),
        )
    return message


def _rule(rule: RuleTrace) -> decision_pb2.RuleTrace:
    return decision_pb2.RuleTrace(
        rule_id=rule.rule_id,
        title=rule.title,
        verdict=decision_pb2.Verdict.Value(f"VERDICT_{rule.verdict.name}"),
        sources=rule.sources,
        missing=rule.missing,
        conditions=[
            decision_pb2.ConditionTrace(
                depth=one.depth,
                condition=one.condition,
                truth=decision_pb2.Truth.Value(f"TRUTH_{'UNKNOWN' if one.truth is None else str(one.truth).upper()}"),
                path=one.path,
                saw=_fact(one.saw, one.type),
            )
            for one in rule.conditions
        ],
        near_misses=[decision_pb2.NearMiss(path=one.path, boundary=one.boundary) for one in rule.near_misses],
    )


def _fact(value: Value | None, fact_type: FactType | None) -> situation_pb2.FactValue | None:  # noqa: PLR0911  # one a type
    if value is None:
        return None
    match fact_type:
        case FactType.BOOLEAN:
            return situation_pb2.FactValue(boolean=bool(value))
        case FactType.INTEGER if isinstance(value, int):
            return situation_pb2.FactValue(integer=value)
        case FactType.DECIMAL:
            return situation_pb2.FactValue(decimal=decimal_pb2.Decimal(value=str(value)))
        case FactType.MONEY if isinstance(value, Money):
            return situation_pb2.FactValue(money=_money(value))
        case FactType.DATE if isinstance(value, int):
            message = situation_pb2.FactValue()
            message.timestamp.FromNanoseconds(value)
            return message
        case FactType.DURATION if isinstance(value, int):
            message = situation_pb2.FactValue()
            message.duration.FromNanoseconds(value)
            return message
        case FactType.SET if isinstance(value, frozenset):
            return situation_pb2.FactValue(set=situation_pb2.TextSet(values=sorted(value)))
        case _:
            return situation_pb2.FactValue(text=str(value))


def _action(action: Action) -> action_pb2.Action:
    plan = action.planned
    message = action_pb2.Action(
        action_id=action.action_id,
        scope=action_pb2.Scope.Value(f"SCOPE_{plan.scope.name}"),
        incident_id=action.incident_id,
        amount=_money(action.amount),
        amount_needs=action.amount_needs,
        already_given=action.already_given,
        granted_amount=_money(action.granted_amount),
        authority_role=action.authority_role,
        may_grant_now=action.may_grant_now,
        approval_needed=action.approval_needed,
        unsettled=[action_pb2.Unsettled(rule_id=one.rule_id, facts=one.facts, why=one.why) for one in action.unsettled],
        justices=[action_pb2.Justice.Value(f"JUSTICE_{justice.name}") for justice in plan.justices],
        rule_ids=action.rule_ids,
        reason_for_agent=action.reason_for_agent,
        reason_for_customer=action.reason_for_customer,
        phase=action_pb2.Phase.Value(f"PHASE_{KINDS[action.kind].phase.name}"),
        retention=plan.retention,
        meets=[situation_pb2.Request.Value(f"REQUEST_{request.upper()}") for request in plan.meets],
        on_hold=[action_pb2.Hold(team=one.team, reason=one.reason, rule_ids=one.rule_ids) for one in action.on_hold],
    )
    if action.subject.order_id:
        message.subject.order_id = action.subject.order_id
    if action.subject.item_id:
        message.subject.item_id = action.subject.item_id
    if action.due is not None:
        message.due_time.FromNanoseconds(action.due)
    if action.valid_until is not None:
        message.valid_until.FromNanoseconds(action.valid_until)
    _write_kind(message, action)
    return message


def _write_kind(message: action_pb2.Action, action: Action) -> None:
    kind = getattr(message, action.kind.value)
    kind.SetInParent()
    for name, value in action.parameters:
        field = kind.DESCRIPTOR.fields_by_name.get("after" if name == "in" else name)
        if field is None:
            kind.parameters.add(name=name).value.MergeFrom(_declared(value))
        elif field.enum_type is not None:
            prefix = field.enum_type.values[0].name.removesuffix("UNSPECIFIED")
            number = field.enum_type.values_by_name
            if isinstance(value, tuple):
                getattr(kind, field.name).extend(number[f"{prefix}{one.upper()}"].number for one in value)
            else:
                setattr(kind, field.name, number[f"{prefix}{str(value).upper()}"].number)
        elif isinstance(value, Span):
            span = getattr(kind, field.name)
            if value.business_days:
                span.business_days = value.business_days
            else:
                span.duration.FromNanoseconds(value.nanos)
        elif field.message_type is not None:
            year, month, day = map(int, str(value).split("-"))
            getattr(kind, field.name).MergeFrom(date_pb2.Date(year=year, month=month, day=day))
        elif isinstance(value, tuple):
            getattr(kind, field.name).extend(value)
        else:
            setattr(kind, field.name, value)


def _declared(value: ParameterValue) -> situation_pb2.FactValue:  # noqa: PLR0911  # one a type
    """A parameter that a pack declares itself, by the type of its value."""
    if isinstance(value, Span):
        if value.business_days:
            return situation_pb2.FactValue(text=f"{value.business_days}bd")
        return situation_pb2.FactValue(
            duration=duration_pb2.Duration(seconds=value.nanos // _NANOS, nanos=value.nanos % _NANOS)
        )
    if isinstance(value, tuple):
        return situation_pb2.FactValue(set=situation_pb2.TextSet(values=value))
    if isinstance(value, Decimal):
        return situation_pb2.FactValue(decimal=decimal_pb2.Decimal(value=f"{value:f}"))
    if isinstance(value, Money):
        return situation_pb2.FactValue(money=_money(value))
    if isinstance(value, bool):
        return situation_pb2.FactValue(boolean=value)
    return situation_pb2.FactValue(integer=value) if isinstance(value, int) else situation_pb2.FactValue(text=value)


def _needed(needed: NeededFact) -> decision_pb2.NeededFact:
    return decision_pb2.NeededFact(path=needed.path, question=needed.question, rule_ids=needed.rule_ids)


def _money(money: Money | None) -> money_pb2.Money | None:
    if money is None:
        return None
    total = money.minor_units * _NANOS // 10 ** _EXPONENTS.get(money.currency, _USUAL_EXPONENT)
    units = abs(total) // _NANOS * (1 if total >= 0 else -1)
    return money_pb2.Money(currency_code=money.currency, units=units, nanos=total - units * _NANOS)
