"""Answers in one layer of texts, from the answers that are given to everybody: nothing is decided or left open here."""

from typing import Final

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type import money_pb2

from amends.domain.action import ParameterValue, Span
from amends.domain.action_kinds import ActionKind
from amends.domain.currencies import EXPONENTS
from amends.domain.facts import NANOS_PER_SECOND
from amends.domain.money import Money
from amends.packs.words_of_values import duration_words, moment_words
from amends.v1 import action_pb2, decision_pb2, situation_pb2
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import flat_decision_pb2 as flat_pb2
from amends.wire.decode_action import parameters_of
from amends.wire.names import names

_OUTCOMES: Final = names(decision_pb2.Outcome.DESCRIPTOR)
_OBLIGATIONS: Final = names(decision_pb2.ObligationKind.DESCRIPTOR)
_CHANGES: Final = names(decision_pb2.ChangeKind.DESCRIPTOR)
_KINDS: Final = names(situation_pb2.ActionKind.DESCRIPTOR)
_REQUESTS: Final = names(situation_pb2.Request.DESCRIPTOR)
_SCOPES: Final = names(action_pb2.Scope.DESCRIPTOR)
_JUSTICES: Final = names(action_pb2.Justice.DESCRIPTOR)
_PHASES: Final = names(action_pb2.Phase.DESCRIPTOR)


def encode_flat(response: service_pb2.DecideResponse) -> flat_pb2.DecideFlatResponse:
    """The same answer, without the trace."""
    decision = response.decision
    actions = [_action(action) for action in decision.actions]
    return flat_pb2.DecideFlatResponse(
        decision_id=response.decision_id,
        decided_at=_moment(response, "decided_at"),
        recorded=response.recorded,
        software_version=response.software_version,
        policy=response.policy,
        pack_id=decision.pack_id,
        pack_version=decision.pack_version,
        pack_digest=decision.pack_digest,
        outcome=_OUTCOMES[decision.outcome],
        actions=actions,
        needed_facts=[
            flat_pb2.FlatNeededFact(path=one.path, question=one.question, rule_ids=one.rule_ids)
            for one in decision.needed_facts
        ],
        ask_next_path=decision.ask_next.path,
        ask_next_question=decision.ask_next.question,
        unobtainable_facts=decision.unobtainable_facts,
        unanswered_requests=[_REQUESTS[one] for one in decision.unanswered_requests],
        guardrails=[
            flat_pb2.FlatGuardrail(guardrail_id=one.guardrail_id, never=one.never, instead=one.instead)
            for one in decision.guardrails
        ],
        obligations=[_obligation(one) for one in decision.obligations],
        changes=[_change(one) for one in decision.changes],
        needs_facts=bool(decision.needed_facts),
        any_approval_needed=any(one.approval_needed for one in actions),
        any_unsettled=any(one.unsettled for one in actions),
        any_on_hold=any(one.on_hold for one in actions),
    )


def _action(action: action_pb2.Action) -> flat_pb2.FlatAction:
    amount, currency = _amount(action, "amount")
    granted_amount, granted_currency = _amount(action, "granted_amount")
    kind = ActionKind(action.WhichOneof("kind") or "")
    return flat_pb2.FlatAction(
        action_id=action.action_id,
        kind=kind,
        custom_name=action.custom.name,
        amount=amount,
        currency=currency,
        amount_needs=action.amount_needs,
        parameters=_parameters(kind, action),
        scope=_SCOPES.get(action.scope, ""),
        order_id=action.subject.order_id,
        item_id=action.subject.item_id,
        incident_id=action.incident_id,
        already_given=action.already_given,
        granted_amount=granted_amount,
        granted_currency=granted_currency,
        due_time=_moment(action, "due_time"),
        valid_until=_moment(action, "valid_until"),
        authority_role=action.authority_role,
        may_grant_now=action.may_grant_now,
        approval_needed=action.approval_needed,
        unsettled=bool(action.unsettled),
        unsettled_reasons=[one.why for one in action.unsettled],
        on_hold=bool(action.on_hold),
        hold_teams=[one.team for one in action.on_hold],
        hold_reasons=[one.reason for one in action.on_hold],
        justices=[_JUSTICES[one] for one in action.justices],
        meets=[_REQUESTS[one] for one in action.meets],
        phase=_PHASES.get(action.phase, ""),
        retention=action.retention,
        reason_for_agent=action.reason_for_agent,
        reason_for_customer=action.reason_for_customer,
        rule_ids=action.rule_ids,
    )


def _parameters(kind: ActionKind, action: action_pb2.Action) -> list[flat_pb2.FlatParameter]:
    said = list(parameters_of(kind, getattr(action, kind)))
    # A pack's own action has its name in a field of its own; a parameter may be called so too.
    own = said[1:] if kind is ActionKind.CUSTOM else said
    return [
        flat_pb2.FlatParameter(name=name, value=_text(member))
        for name, value in own
        for member in (value if isinstance(value, tuple) else (value,))
    ]


def _text(value: ParameterValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Span(nanos, 0):
            return duration_words(nanos)
        case Span(_, business_days):
            return f"{business_days}bd"
        case _:
            return str(value)


def _obligation(one: decision_pb2.Obligation) -> flat_pb2.FlatObligation:
    return flat_pb2.FlatObligation(
        kind=_OBLIGATIONS[one.kind], action_id=one.action_id, due_time=_moment(one, "due_time"), owner=one.owner
    )


def _change(one: decision_pb2.Change) -> flat_pb2.FlatChange:
    return flat_pb2.FlatChange(
        kind=_CHANGES[one.kind],
        action_id=one.action_id,
        action_kind=_KINDS[one.action_kind],
        before=" ".join(_amount(one, "before")).strip(),
        after=" ".join(_amount(one, "after")).strip(),
        why=one.why,
    )


def _moment(holder: Message, field: str) -> str:
    if not holder.HasField(field):
        return ""
    moment: Timestamp = getattr(holder, field)
    return moment_words(moment.seconds * NANOS_PER_SECOND + moment.nanos)


def _amount(holder: Message, field: str) -> tuple[str, str]:
    """The digits, and the currency; both empty where there is no amount."""
    if not holder.HasField(field):
        return "", ""
    money: money_pb2.Money = getattr(holder, field)
    scale = 10 ** EXPONENTS[money.currency_code]
    minor_units = money.units * scale + money.nanos * scale // NANOS_PER_SECOND
    return str(Money(money.currency_code, minor_units)).removesuffix(f" {money.currency_code}"), money.currency_code
