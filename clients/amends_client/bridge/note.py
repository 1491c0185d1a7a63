"""The words of a note: what a decision comes to, for who has the case open. Plain text, the mark in its last line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from amends_client.bridge.ports import DECISION_MARK, Due, Offer, Said
from amends_client.messages import (
    Action,
    Change,
    ChangeKind,
    DecideResponse,
    Decision,
    GoodwillKind,
    Obligation,
    ObligationKind,
    ObligationState,
    Outcome,
    RemedyKind,
    TrackedObligation,
)
from amends_client.reading import kind_of
from amends_client.values import money_text

TAG: Final = "amends_"
_APPROVAL: Final = f"{TAG}approval"
_HOLD: Final = f"{TAG}on_hold"
_ASK: Final = f"{TAG}ask"
_OVERDUE: Final = f"{TAG}overdue"
_OUTCOMES: Final = tuple(f"{TAG}{name.removeprefix('OUTCOME_').lower()}" for name, number in Outcome.items() if number)
ALL_TAGS: Final = (*_OUTCOMES, _APPROVAL, _HOLD, _ASK, _OVERDUE)
"""Every tag that the bridge may set."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to stand on the case, and which actions it asks to approve."""

    said: Said
    approvals: tuple[str, ...]


def note_of(answer: DecideResponse) -> Note:
    """The note of a decision, with its tags."""
    decision = answer.decision
    approvals = tuple(action for action in decision.actions if _needs_approval(action))
    mark = f"{DECISION_MARK} {answer.decision_id}"
    lines = [
        _headline(answer),
        *_actions(decision.actions),
        *_section("Approval needed, for all of it at once", map(_approval, approvals)),
        *_section("Changed since the decision before", map(_change, decision.changes)),
        *_section("Never say", (f"{one.never}. Say instead: {one.instead}" for one in decision.guardrails)),
        *_section("Ask next", [decision.ask_next.question] if decision.HasField("ask_next") else []),
        *_section("Promised", map(_promise, decision.obligations)),
        "",
        mark,
    ]
    tags = _tags(decision, approves=bool(approvals))
    # What was overdue was promised by the decision before.
    gone = tuple(tag for tag in ALL_TAGS if tag not in tags)
    said = Said(
        mark=mark,
        note="\n".join(lines),
        tags=tags,
        tags_gone=gone,
        offers=tuple(_offer(action) for action in decision.actions if _is_settled(action)),
        dues=tuple(_due(obligation) for obligation in decision.obligations),
    )
    return Note(said, tuple(action.action_id for action in approvals))


def outputs_of(decision_id: str, decision: Decision) -> Mapping[str, str]:
    """What a workflow may branch on: the decision in a few texts, always the same names."""
    approvals = [action for action in decision.actions if _needs_approval(action)]
    flags = {
        "may_do_now": any(action.may_grant_now for action in decision.actions),
        "approval_needed": bool(approvals),
        "on_hold": any(action.on_hold for action in decision.actions),
    }
    return {
        "decision_id": decision_id,
        "outcome": Outcome.Name(decision.outcome).removeprefix("OUTCOME_").lower(),
        "actions": "; ".join(f"{_name(action)}: {_authority(action)}" for action in decision.actions),
        "ask_next": decision.ask_next.question if decision.HasField("ask_next") else "",
        **{name: "true" if holds else "false" for name, holds in flags.items()},
    }


def reminder_of(tracked: TrackedObligation) -> Said:
    """The note of a promise that falls due soon, or was missed."""
    missed = tracked.state == ObligationState.OBLIGATION_STATE_MISSED
    due = tracked.obligation.due_time
    mark = f"Amends {'missed' if missed else 'due'} {tracked.obligation_id} {_when(due)}"
    what = _kind_of_promise(tracked.obligation)
    team = f" {tracked.team} has it." if tracked.team else ""
    if missed:
        first = (
            f"Missed: {what} was due {_when(due)} and nobody has said that it was kept.{team} It is still to be done."
        )
    else:
        first = f"Due soon: {what}, {_when(due)}.{team}"
    return Said(mark=mark, note=f"{first}\n\n{mark}", tags=(_OVERDUE,) if missed else ())


def without_mark(said: Said) -> str:
    """What the note tells, whichever decision it is of."""
    return said.note.removesuffix(said.mark)


def _headline(answer: DecideResponse) -> str:
    outcome = Outcome.Name(answer.decision.outcome).removeprefix("OUTCOME_").replace("_", " ").lower()
    return f"Amends: {outcome} (policy {answer.policy}, rules {answer.decision.pack_id} {answer.decision.pack_version})"


def _actions(actions: Iterable[Action]) -> Iterator[str]:
    for number, action in enumerate(actions, start=1):
        yield f"{number}. {_name(action)}: {_authority(action)}"
        if action.reason_for_agent:
            yield f"   Why: {action.reason_for_agent}"
        if action.reason_for_customer and not action.unsettled and not action.on_hold:
            yield f"   Say: {action.reason_for_customer}"
        for hold in action.on_hold:
            yield f"   On hold until {hold.team} releases it: {hold.reason}"
        for open_point in action.unsettled:
            yield f"   Not settled, do not promise it: {open_point.why}"


def _name(action: Action) -> str:
    kind = kind_of(action)
    match kind:
        case "goodwill":
            kind = f"goodwill, {_member(GoodwillKind.Name(action.goodwill.kind), 'GOODWILL_KIND_')}"
        case "remedy":
            kind = _member(RemedyKind.Name(action.remedy.kind), "REMEDY_KIND_")
        case "entitlement":
            kind = f"owed by {action.entitlement.basis}"
        case "custom":
            kind = action.custom.name
        case "referral":
            kind = f"refer to {action.referral.target}"
        case "escalate":
            kind = f"hand over to {action.escalate.to}"
        case "assign_owner":
            kind = f"assign an owner in {action.assign_owner.to}"
        case _:
            # Its name says it all.
            pass
    amount = f" {money_text(action.amount)}" if action.HasField("amount") else ""
    at_least = " at least" if amount and action.amount_needs else ""
    return f"{kind.replace('_', ' ')}{at_least}{amount}"


def _authority(action: Action) -> str:
    if action.already_given:
        return "given already, not to be done again"
    if action.on_hold:
        return "on hold"
    if action.unsettled or action.amount_needs:
        return "not settled yet"
    if action.may_grant_now:
        return "you may do it now"
    if action.approval_needed:
        return f"needs approval, by {action.authority_role} or above"
    return f"for {action.authority_role} or above"


def _is_settled(action: Action) -> bool:
    return not (action.already_given or action.unsettled or action.on_hold or action.amount_needs)


def _needs_approval(action: Action) -> bool:
    return _is_settled(action) and not action.may_grant_now


def _offer(action: Action) -> Offer:
    amount = money_text(action.amount) if action.HasField("amount") else ""
    title = f"{_name(action)}: {_authority(action)}"
    return Offer(action.action_id, title, action.reason_for_agent, kind_of(action), amount)


def _due(obligation: Obligation) -> Due:
    return Due(_kind_of_promise(obligation), obligation.due_time.ToDatetime(tzinfo=UTC))


def _approval(action: Action) -> str:
    return f"{_name(action)}, by {action.authority_role} or above"


def _change(change: Change) -> str:
    kind = _member(ChangeKind.Name(change.kind), "CHANGE_KIND_")
    return f"{kind}: {change.why}" if change.why else kind


def _promise(obligation: Obligation) -> str:
    owner = f" ({obligation.owner})" if obligation.owner else ""
    return f"{_kind_of_promise(obligation)} by {_when(obligation.due_time)}{owner}"


def _kind_of_promise(obligation: Obligation) -> str:
    return _member(ObligationKind.Name(obligation.kind), "OBLIGATION_KIND_")


def _section(title: str, lines: Iterable[str]) -> list[str]:
    listed = list(lines)
    return [f"{title}:", *(f"- {line}" for line in listed)] if listed else []


def _tags(decision: Decision, *, approves: bool) -> tuple[str, ...]:
    outcome = f"{TAG}{Outcome.Name(decision.outcome).removeprefix('OUTCOME_').lower()}"
    held = any(action.on_hold for action in decision.actions)
    said = ((_APPROVAL, approves), (_HOLD, held), (_ASK, decision.HasField("ask_next")))
    return (outcome, *(tag for tag, holds in said if holds))


def _when(moment: Timestamp) -> str:
    return datetime.fromtimestamp(moment.seconds, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def _member(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).replace("_", " ").lower()
