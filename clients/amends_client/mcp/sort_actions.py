"""A decision sorted for an agent: what it may promise, what needs somebody, what is open; nothing stands twice."""

from collections.abc import Iterable
from typing import Any, Final, Protocol, TypeVar

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from amends_client.mcp.answers import (
    Allowed,
    Given,
    NotToSay,
    Open,
    Promise,
    Question,
    RecoveryAnswer,
    Waiting,
)
from amends_client.mcp.caps import Promised
from amends_client.messages import (
    Action,
    DecideResponse,
    Decision,
    NeededFact,
    ObligationKind,
    Outcome,
    Request,
)
from amends_client.reading import kind_of
from amends_client.values import money_text

_A_PERSON: Final = "a person"
_INSTEAD_WAITING: Final = "I am asking for this now; you hear from us again when it is answered."
_INSTEAD_OPEN: Final = "I need to find out one more thing before I can say what we do."
Answer = TypeVar("Answer", Allowed, Waiting, Open, Given)


def recovery_answer(response: DecideResponse, promised: Promised, *, case_id: str, preview: bool) -> RecoveryAnswer:
    """The answer; what may be promised of it is counted, unless it is a preview."""
    decision = response.decision
    sorted_out = [_sorted(action, decision, promised, case_id=case_id, keep=not preview) for action in decision.actions]
    if not preview:
        promised.release(case_id, {action.action_id for action in decision.actions})
    ask_next = question(decision.ask_next) if decision.HasField("ask_next") else None
    allowed, waiting = _of(sorted_out, Allowed), _of(sorted_out, Waiting)
    still_open = _of(sorted_out, Open)
    return RecoveryAnswer(
        decision_id=response.decision_id,
        preview=preview,
        outcome=member_name(Outcome, decision.outcome),
        first=_first(ask_next, waiting, still_open, preview=preview),
        may_do_and_promise=allowed,
        needs_approval=waiting,
        not_settled=still_open,
        already_given=_of(sorted_out, Given),
        ask_next=ask_next,
        missing_facts=[question(fact) for fact in decision.needed_facts],
        must_not_say=[
            NotToSay(id=one.guardrail_id, never=one.never, instead=one.instead) for one in decision.guardrails
        ],
        unanswered_requests=_requests(decision),
        promises=_promises(decision, {one.action_id for one in allowed}),
    )


def may_be_promised(action: Action) -> bool:
    """As far as the service is concerned."""
    return not (
        action.unsettled
        or action.amount_needs
        or action.on_hold
        or action.approval_needed
        or action.already_given
        or not action.may_grant_now
    )


class _Enum(Protocol):
    """A generated enum type."""

    DESCRIPTOR: EnumDescriptor


def member_name(enum: _Enum, number: int) -> str:
    """A member of an enum as the rule language writes it."""
    constants = enum.DESCRIPTOR.values_by_number
    prefix = constants[0].name.removesuffix("UNSPECIFIED")
    return str(constants[number].name.removeprefix(prefix).lower()) if number in constants else str(number)


def moment(time: Timestamp) -> str:
    """ISO 8601, in UTC."""
    return time.ToJsonString()


def question(fact: NeededFact) -> Question:
    """A missing fact."""
    return Question(fact=fact.path, ask=fact.question)


def _sorted(
    action: Action, decision: Decision, promised: Promised, *, case_id: str, keep: bool
) -> Allowed | Waiting | Open | Given:
    kind, amount = kind_of(action) or "newer", money_text(action.amount) if action.HasField("amount") else ""
    if action.already_given:
        given = money_text(action.granted_amount) if action.HasField("granted_amount") else ""
        return Given(action_id=action.action_id, kind=kind, amount=given)
    if action.unsettled or action.amount_needs:
        missing = dict.fromkeys([*action.amount_needs, *(fact for one in action.unsettled for fact in one.facts)])
        why = "; ".join(dict.fromkeys(one.why for one in action.unsettled)) or "its amount is not known"
        return Open(action_id=action.action_id, kind=kind, missing=[*missing], why=why, instead_say=_INSTEAD_OPEN)
    ask, why = _who(action)
    if not ask and action.HasField("amount"):
        given_before = [one.granted_amount for one in decision.actions if one.HasField("granted_amount")]
        why = promised.allows(case_id, action.action_id, action.amount, given=given_before, keep=keep)
        ask = _A_PERSON if why else ""
    if ask:
        return Waiting(
            action_id=action.action_id,
            kind=kind,
            amount_to_ask_for=amount,
            ask=ask,
            why=why,
            instead_say=_INSTEAD_WAITING,
        )
    return Allowed(
        action_id=action.action_id,
        kind=kind,
        amount=amount,
        say=action.reason_for_customer,
        details=_details(action),
        why=action.reason_for_agent,
    )


def _who(action: Action) -> tuple[str, str]:
    """Who has to be asked first, and why; empty: nobody."""
    if action.on_hold:
        return ", ".join(hold.team for hold in action.on_hold), "; ".join(hold.reason for hold in action.on_hold)
    if not may_be_promised(action):
        role = action.authority_role or _A_PERSON
        return role, f"{role} has to approve it"
    return "", ""


def _details(action: Action) -> dict[str, Any]:
    name = action.WhichOneof("kind")
    held: Message | None = getattr(action, name) if name else None
    return {} if held is None else MessageToDict(held, preserving_proto_field_name=True)


def _first(ask: Question | None, waiting: list[Waiting], still_open: list[Open], *, preview: bool) -> str:
    if preview:
        return "This is a preview: promise nothing on it."
    if ask is not None and still_open:
        return f"Find out: {ask.ask} Then decide again with the answer."
    if waiting:
        return f"Ask {waiting[0].ask} to approve {waiting[0].kind}; until then it is no promise."
    return "Say and do what stands under may_do_and_promise, in its order."


def _promises(decision: Decision, allowed: set[str]) -> list[Promise]:
    """Those of actions that may be promised: a due time of any other is none yet."""
    return [
        Promise(
            kind=member_name(ObligationKind, one.kind),
            due=moment(one.due_time),
            owner=one.owner,
            action_id=one.action_id,
        )
        for one in decision.obligations
        if one.action_id in allowed
    ]


def _requests(decision: Decision) -> list[str]:
    return [member_name(Request, number) for number in decision.unanswered_requests]


def _of(sorted_out: Iterable[Allowed | Waiting | Open | Given], kind: type[Answer]) -> list[Answer]:
    return [one for one in sorted_out if isinstance(one, kind)]
