"""An outcome of an action, held against the action as it was decided and what was done about it before.

What cannot be so is a violation. What should not be so, but may well have happened, is recorded and remarked upon: a
log that refuses the truth is worth nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from amends.application.report import Report
from amends.domain.action import Action, ParameterValue, Scope, Span
from amends.domain.action_kinds import KINDS, ActionKind, AmountUse, Combine
from amends.domain.decision import ObligationKind
from amends.domain.errors import FieldViolation
from amends.domain.facts import NANOS_PER_SECOND
from amends.domain.money import Money
from amends.domain.record import DecisionEntry, ObligationState, OutcomeEntry, OutcomeKind, TrackedObligation
from amends.domain.situation import Granted
from amends.packs.model import FactParameter, Pack, Parameter, TableParameter

ENDED: Final = frozenset(
    {
        OutcomeKind.CUSTOMER_DECLINED,
        OutcomeKind.APPROVAL_REFUSED,
        OutcomeKind.OVERRIDDEN,
        OutcomeKind.CANCELLED,
        OutcomeKind.EXPIRED,
    }
)
"""What ends an action without its being done."""

_NO_LONGER_PROMISED: Final = ENDED - {OutcomeKind.APPROVAL_REFUSED}
"""What ends its promises too. A refused approval does not: what is owed stays owed."""

_LONGEST: Final = 1_000
"""Characters of what is kept of a parameter: what the contract lets a caller say of something given."""

_DONE_BY_DOING: Final = frozenset({ObligationKind.PAY, ObligationKind.VERIFY})
_TOLD: Final = frozenset({OutcomeKind.OFFERED, OutcomeKind.EXECUTED})
_TO_BE_KEPT: Final = frozenset({ObligationState.OPEN, ObligationState.MISSED})


@dataclass(frozen=True, slots=True)
class AboutAction:
    """The action that a report is about, with the decision that has it and what is known of it.

    `earlier` are its outcomes so far, in the order of recording, in whichever decision of the case (or incident) it
    stood; `obligations` are those that it made. `pack` is the one that decided, where it can still be had. `left` is
    what is left of it in the decision that has taken this one's place, if that has an id of its own.
    """

    decision: DecisionEntry
    action: Action
    earlier: Sequence[OutcomeEntry]
    obligations: Sequence[TrackedObligation]
    pack: Pack | None
    left: Action | None = None

    @property
    def paid(self) -> int:
        """Minor units that were executed of it so far, in the currency that was decided."""
        decided = self.action.amount
        amounts = [one.amount for one in self.earlier if one.kind is OutcomeKind.EXECUTED and one.amount is not None]
        return sum(one.minor_units for one in amounts if decided is None or one.currency == decided.currency)

    @property
    def executed(self) -> bool:
        """Whether any of it was."""
        return any(one.kind is OutcomeKind.EXECUTED for one in self.earlier)


def violations_of(report: Report, about: AboutAction) -> Iterator[FieldViolation]:
    """What cannot be so, given the action."""
    if report.kind is not OutcomeKind.EXECUTED:
        return
    action, amount = about.action, report.amount
    if amount is None:
        if action.amount_needs:
            needs = ", ".join(action.amount_needs)
            why = f"is required: how much is decided waits for {needs}; expected the amount that was paid or given"
            yield FieldViolation("amount", why)
        return
    if KINDS[action.kind].amount is AmountUse.NONE:
        yield FieldViolation("amount", f"{action.kind.value} is of no money; expected none")
        return
    decided = action.amount or action.granted_amount
    if decided is not None and decided.currency != amount.currency:
        yield FieldViolation("amount", f"{amount} is in another currency than the action's {decided}")


def amount_of(report: Report, about: AboutAction) -> Money | None:
    """How much was done: what is said, else what is left of the action's."""
    decided = about.action.amount
    if report.kind is not OutcomeKind.EXECUTED or report.amount is not None or decided is None:
        return report.amount
    left = decided.minor_units - about.paid
    return decided.with_units(left) if left > 0 else None


def granted_of(report: Report, about: AboutAction, *, amount: Money | None, time: int) -> Granted | None:
    """What the customer has by it, if anything: an action's part, or what was given in its place.

    What was done for a whole incident says nothing of the customer in whose case it was: it outlives them.
    """
    decision, action = about.decision, about.action
    incident_id = action.incident_id if action.scope is Scope.INCIDENT else ""
    if report.kind is OutcomeKind.OVERRIDDEN and report.instead is not None:
        return replace(
            report.instead,
            subject=report.instead.subject or decision.subject,
            incident_id=report.instead.incident_id or incident_id,
            time=time if report.instead.time is None else report.instead.time,
        )
    # Whether updates go on is told by their obligations: that they were begun does not make them given.
    if report.kind is not OutcomeKind.EXECUTED or action.kind is ActionKind.UPDATE_CADENCE:
        return None
    if amount is None and (action.amount is not None or action.already_given or about.executed):
        return None
    left_out = _of_facts(action, about.pack) if incident_id else frozenset()
    said = {name: text for name, text in _identity(action, about.pack) if name not in left_out}
    return Granted(
        kind=action.kind.value,
        action_id=action.action_id,
        subject=None if incident_id else action.subject,
        incident_id=incident_id,
        basis=said.pop("basis", ""),
        parameters=said,
        amount=amount,
        time=time,
    )


def settled_by(report: Report, about: AboutAction, *, amount: Money | None, time: int) -> tuple[TrackedObligation, ...]:
    """The promises of the action that the outcome keeps or ends."""
    return tuple(
        replace(one, state=state, settled_at=time, settled_by=report.actor)
        for one in about.obligations
        if one.state in _TO_BE_KEPT
        and (state := becomes(one.promised.kind, report.kind, about, amount=amount)) is not None
    )


def becomes(
    promised: ObligationKind, kind: OutcomeKind, about: AboutAction, *, amount: Money | None
) -> ObligationState | None:
    """What becomes of a promise of the action that still is to be kept, by an outcome of the action; None: nothing."""
    if kind in _NO_LONGER_PROMISED:
        return ObligationState.CLOSED
    done = kind is OutcomeKind.EXECUTED and promised in _DONE_BY_DOING and _all_done(about, amount)
    return ObligationState.KEPT if done else None


def remarks_on(report: Report, about: AboutAction, *, amount: Money | None, time: int) -> Iterator[str]:
    """What the caller should know of it."""
    by = about.decision.superseded_by
    if by:
        left = "" if about.left is None else f", in which what is left of it is {about.left.action_id}"
        yield f"another decision has taken the place of this one: {by}{left}"
    if report.kind is OutcomeKind.EXECUTED:
        yield from _of_how_much(report, about, amount)
        yield from _of_approval(report, about)
    if report.kind in _TOLD:
        yield from _of_standing(about, time)
    if report.kind is OutcomeKind.APPROVED and _rank(report.actor.role, about.pack) < _needed_rank(about):
        role = about.action.authority_role
        yield f"approved by the role {report.actor.role!r}; the lowest that may grant it is {role!r}"


def place_of(action: Action) -> object:
    """What an action of money and what is left of it have in common."""
    key = tuple(action.parameter(name) for name in KINDS[action.kind].key)
    return action.kind, action.scope, action.subject, action.incident_id, key


def _of_how_much(report: Report, about: AboutAction, amount: Money | None) -> Iterator[str]:
    action, decided = about.action, about.action.amount
    if action.already_given:
        yield "it was given before this decision: nothing was left to do"
    elif amount is None and report.amount is None and (decided is not None or about.executed):
        yield "all of it was executed before: nothing was added"
    elif decided is not None and amount is not None and not action.amount_needs:
        in_all = decided.with_units(about.paid + amount.minor_units)
        if in_all.minor_units > decided.minor_units:
            yield f"more was paid than decided: {in_all} in all, of {decided}"


def _of_approval(report: Report, about: AboutAction) -> Iterator[str]:
    action = about.action
    approved = any(one.kind is OutcomeKind.APPROVED for one in about.earlier)
    if approved or not action.approval_needed:
        return
    # Needed only because the role that asked was too low: the right one does it by its own authority.
    needed = _needed_rank(about)
    if _rank(about.decision.actor.role, about.pack) < needed <= _rank(report.actor.role, about.pack):
        return
    yield f"it was executed without the approval it needs, by the role {action.authority_role!r} or above"


def _of_standing(about: AboutAction, time: int) -> Iterator[str]:
    action = about.action
    for hold in action.on_hold:
        yield f"it is on hold for {hold.team}: {hold.reason}" if hold.reason else f"it is on hold for {hold.team}"
    if action.unsettled:
        yield "it is unsettled: " + "; ".join(one.why for one in action.unsettled)
    if action.valid_until is not None and time >= action.valid_until:
        yield "the customer could take it up until an earlier moment only"
    last = next((one for one in reversed(about.earlier) if one.kind in ENDED or one.kind is OutcomeKind.EXECUTED), None)
    if last is not None and last.kind in ENDED:
        yield f"it was recorded as {last.kind.value} before"


def _all_done(about: AboutAction, amount: Money | None) -> bool:
    decided = about.action.amount
    if about.action.amount_needs:
        return False
    return decided is None or about.paid + (0 if amount is None else amount.minor_units) >= decided.minor_units


def _needed_rank(about: AboutAction) -> int:
    return _rank(about.action.authority_role, about.pack)


def _rank(role: str, pack: Pack | None) -> int:
    """How high a role stands; one that is not said is the first. Without the pack all are equal."""
    roles = () if pack is None else tuple(one.role for one in pack.authority)
    return roles.index(role) if role in roles else 0


def _identity(action: Action, pack: Pack | None) -> Iterator[tuple[str, str]]:
    """What tells the action from others of its kind: all that it says, where actions of a kind stand side by side."""
    spec = KINDS[action.kind]
    changed = {} if pack is None else pack.combine
    side_by_side = changed.get(action.kind, spec.combine) is Combine.ALL
    for name, value in action.parameters:
        text = _as_text(value)
        if (side_by_side or name in spec.key) and len(text) <= _LONGEST:
            yield name, text


def _of_facts(action: Action, pack: Pack | None) -> frozenset[str]:
    """Parameters that may tell a fact of the case, and so of its customer; where the pack is gone, all that can."""
    if pack is None:
        return frozenset(name for name, _ in action.parameters) - {"name", *KINDS[action.kind].key}
    asking = (rule for rule in pack.rules if rule.rule_id in action.rule_ids)
    proposed = (one for rule in asking for one in rule.then if one.kind is action.kind)
    return frozenset(name for one in proposed for name, value in one.parameters if _is_of_a_fact(value))


def _is_of_a_fact(value: Parameter) -> bool:
    return isinstance(value, FactParameter) or (
        isinstance(value, TableParameter) and isinstance(value.by, FactParameter)
    )


def _as_text(value: ParameterValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return ",".join(value)
        case Span(business_days=days) if days:
            return f"{days}bd"
        case Span(nanos=nanos):
            return f"{nanos // NANOS_PER_SECOND}s"
        case _:
            return str(value)
