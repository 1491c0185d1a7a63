"""What the log remembers of a case: what its decisions offered, what was executed, and what the customer thereby has.

A decision that takes the place of another asks for all of it. Any other that leaves `granted` unset is made as if
nothing had been given; whoever writes it finds out, and only then it asks for what was.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from amends.application.asked import Asked
from amends.application.ledger import History
from amends.application.log_errors import CannotSupersedeError, UnknownDecisionError
from amends.application.ports import CaseMemory, CaseOfCaller, DecisionLog, OutcomeCodec
from amends.application.read_recorded import read_actions, read_granted
from amends.domain.record import DecisionEntry, OutcomeEntry, OutcomeKind
from amends.domain.situation import Granted, Situation, Subject
from amends.resolution.changes import Superseded

_TOLD: Final = frozenset({OutcomeKind.OFFERED, OutcomeKind.CUSTOMER_ACCEPTED})
_DONE_WITH: Final = frozenset(
    {OutcomeKind.CUSTOMER_DECLINED, OutcomeKind.OVERRIDDEN, OutcomeKind.CANCELLED, OutcomeKind.EXPIRED}
)
"""After one of these the customer expects the action no more: nobody has to take it back."""


class Remembered(NamedTuple):
    """What a decision is made on beside its request. `granted` is what the log adds to what the caller says, out of
    `seen` outcomes (None: it looked for none, and what there is makes no difference).

    `history` is what it knows of the customer; None: nothing that was not said.
    """

    superseded: Superseded | None = None
    granted: tuple[Granted, ...] = ()
    history: History | None = None
    seen: int | None = None


NOTHING: Final = Remembered()
NOTHING_YET: Final = Remembered(seen=0)
"""What a decision is made on whose case was given nothing, as far as is known; it is looked after as it is written."""


async def remember(asked: Asked, log: DecisionLog, memory: CaseMemory, codec: OutcomeCodec) -> Remembered:
    """What the log knows of the case whose decision is superseded.

    UnknownDecisionError if there is no such decision, CannotSupersedeError where it is of another case or was erased.
    That another decision has taken its place is found when this one is written.
    """
    entry = await log.decision(asked.supersedes)
    if entry is None or (asked.policies is not None and entry.policy not in asked.policies):
        raise UnknownDecisionError(asked.supersedes)
    if entry.erased_at is not None:
        raise CannotSupersedeError(entry.decision_id, "what identified its customer was erased")
    if entry.case_id != asked.situation.case_id:
        raise CannotSupersedeError(entry.decision_id, "it is of another case")
    outcomes = await memory.outcomes_of_case(entry.case_id, incident_id=asked.situation.incident_id)
    granted = given(asked.situation.granted, outcomes, codec, case_id=entry.case_id)
    return Remembered(superseded_of(entry, outcomes, codec), granted, seen=len(outcomes))


async def remember_given(asked: Asked, memory: CaseMemory, codec: OutcomeCodec) -> Remembered:
    """What earlier decisions of the case gave for this subject, where the caller does not say what was given."""
    situation = asked.situation
    case = CaseOfCaller(situation.case_id, situation.incident_id, situation.customer_id, asked.caller)
    outcomes = await memory.given_before(case)
    granted = tuple(one for one in given(None, outcomes, codec, case_id=situation.case_id) if _is_for(one, situation))
    return Remembered(granted=granted, seen=len(outcomes))


def superseded_of(entry: DecisionEntry, outcomes: Sequence[OutcomeEntry], codec: OutcomeCodec) -> Superseded:
    """The actions of a decision, and which of them the customer was told of or has.

    An action that stays the same keeps its id from decision to decision, and what was done of it counts in all.
    """
    actions = read_actions(entry, codec)
    known = {action.action_id for action in actions}
    offered, executed = set[str](), set[str]()
    for outcome in outcomes:
        if outcome.action_id not in known:
            continue
        if outcome.kind in _TOLD:
            offered.add(outcome.action_id)
        elif outcome.kind in _DONE_WITH:
            offered.discard(outcome.action_id)
        elif outcome.kind is OutcomeKind.EXECUTED:
            executed.add(outcome.action_id)
    return Superseded(actions, frozenset(offered), frozenset(executed))


def given(
    said: Sequence[Granted] | None, outcomes: Sequence[OutcomeEntry], codec: OutcomeCodec, *, case_id: str
) -> tuple[Granted, ...]:
    """What the customer of the case has by the log and the caller does not say.

    An entry of the caller's that names an action says all of that action. Where nothing was recorded nothing is said:
    whoever records no outcomes has not thereby said that nothing was given.
    """
    named = {one.action_id for one in said or () if one.action_id}
    had = (_had(one, codec, case_id) for one in outcomes if one.action_id not in named)
    return tuple(one for one in had if one is not None)


def _had(outcome: OutcomeEntry, codec: OutcomeCodec, case_id: str) -> Granted | None:
    for_all = bool(outcome.incident_id) and outcome.kind is OutcomeKind.EXECUTED
    granted = _kept(outcome, codec) if outcome.granted or for_all else None
    if granted is None or not for_all or outcome.case_id == case_id:
        return granted
    # In another case it was nothing of this one's own order: an id that nobody's order has says so.
    return replace(granted, subject=Subject(outcome.decision_id))


def _kept(outcome: OutcomeEntry, codec: OutcomeCodec) -> Granted | None:
    if outcome.granted:
        return read_granted(outcome, codec)
    # Erased before what is for a whole incident was kept: its money is still known.
    if outcome.amount is None:
        return None
    return Granted(
        kind=outcome.action_kind,
        action_id=outcome.action_id,
        incident_id=outcome.incident_id,
        amount=outcome.amount,
        time=outcome.time,
    )


def _is_for(granted: Granted, situation: Situation) -> bool:
    """What was given for another subject says nothing of this one: not even that nothing was."""
    if granted.incident_id and granted.incident_id == situation.incident_id:
        return True
    return granted.subject is None or granted.subject == situation.subject
