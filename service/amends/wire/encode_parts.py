"""The parts of a decision beside its actions and rules, each as the bytes of its own fields."""

from collections.abc import Sequence
from typing import Final

from amends.domain.decision import Adjustment, Change, Guardrail, NeededFact, Obligation, ObligationKind
from amends.v1 import decision_pb2, situation_pb2
from amends.wire.encode_values import moment_part, write_money
from amends.wire.names import numbers
from amends.wire.splice import delimited, delimited_text, serialised, tag

_STEPS: Final = numbers(decision_pb2.Step)
_EFFECTS: Final = numbers(decision_pb2.Effect)
_CHANGES: Final = numbers(decision_pb2.ChangeKind)
_KINDS_OF_OBLIGATION: Final = {
    ObligationKind(name): serialised(decision_pb2.Obligation(kind=number))
    for name, number in numbers(decision_pb2.ObligationKind).items()
}
_OBLIGATION: Final = tag(decision_pb2.Decision.DESCRIPTOR, "obligations")
_ACTION_ID: Final = tag(decision_pb2.Obligation.DESCRIPTOR, "action_id")
_DUE_TIME: Final = tag(decision_pb2.Obligation.DESCRIPTOR, "due_time")
_OWNER: Final = tag(decision_pb2.Obligation.DESCRIPTOR, "owner")
_REQUESTS: Final = numbers(situation_pb2.Request)
_KINDS: Final = numbers(situation_pb2.ActionKind)


def asked_part(needed: Sequence[NeededFact], unobtainable: Sequence[str], ask_next: NeededFact | None) -> bytes:
    """The facts that are needed, those asked for in vain, and the one to ask for next: neighbours in the contract."""
    message = decision_pb2.Decision(unobtainable_facts=unobtainable)
    for one in needed:
        message.needed_facts.add(path=one.path, question=one.question, rule_ids=one.rule_ids)
    if ask_next is not None:
        message.ask_next.path = ask_next.path
        message.ask_next.question = ask_next.question
        message.ask_next.rule_ids.extend(ask_next.rule_ids)
        message.ask_next.SetInParent()
    return serialised(message)


def unanswered_part(requests: Sequence[str]) -> bytes:
    """What was asked for and neither met nor declined."""
    if not requests:
        return b""
    return serialised(decision_pb2.Decision(unanswered_requests=[_REQUESTS[request] for request in requests]))


def guardrails_part(guardrails: Sequence[Guardrail]) -> bytes:
    """What may not be said."""
    message = decision_pb2.Decision()
    for one in guardrails:
        message.guardrails.add(guardrail_id=one.guardrail_id, never=one.never, instead=one.instead)
    return serialised(message)


def obligations_part(obligations: Sequence[Obligation]) -> bytes:
    """What was promised."""
    return b"".join([delimited(_OBLIGATION, _obligation(one)) for one in obligations]) if obligations else b""


def _obligation(one: Obligation) -> bytes:
    action_id, owner = delimited_text(_ACTION_ID, one.action_id), delimited_text(_OWNER, one.owner)
    return _KINDS_OF_OBLIGATION[one.kind] + action_id + delimited(_DUE_TIME, moment_part(one.due)) + owner


def adjustments_part(adjustments: Sequence[Adjustment]) -> bytes:
    """Of a trace, what was removed or changed."""
    trace = decision_pb2.Trace()
    for one in adjustments:
        message = trace.adjustments.add(
            step=_STEPS[one.step],
            effect=_EFFECTS[one.effect],
            kind=_KINDS[one.kind],
            rule_id=one.rule_id,
            by=one.by,
            why=one.why,
        )
        if one.before is not None:
            write_money(message.before, one.before)
        if one.after is not None:
            write_money(message.after, one.after)
    return serialised(trace)


def changes_part(changes: Sequence[Change]) -> bytes:
    """What differs from the superseded decision."""
    if not changes:
        return b""
    decision = decision_pb2.Decision()
    for one in changes:
        message = decision.changes.add(
            kind=_CHANGES[one.kind], action_id=one.action_id, action_kind=_KINDS[one.action_kind], why=one.why
        )
        if one.before is not None:
            write_money(message.before, one.before)
        if one.after is not None:
            write_money(message.after, one.after)
    return serialised(decision)
