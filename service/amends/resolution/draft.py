"""A draft: an action while the steps that need money or time work on it. Lives within one `fill` only."""

from dataclasses import dataclass

from amends.domain.action import ParameterValue, Unsettled
from amends.domain.action_kinds import ActionKind
from amends.domain.money import Money
from amends.resolution.candidates import Candidate
from amends.resolution.promise import Promise
from amends.resolution.slot import Slot


@dataclass(slots=True)
class Draft:
    """One action in the making.

    `answers` are the requests it meets or declines; `identity` tells it apart from the other actions of its case; `due`
    is nanoseconds since the epoch. `open_amount` says that the kind carries an amount here which is not known, or known
    only as a floor.
    """

    slot: Slot
    kind: ActionKind
    candidate: Candidate
    rule_ids: tuple[str, ...]
    parameters: tuple[tuple[str, ParameterValue], ...]
    unsettled: tuple[Unsettled, ...]
    answers: frozenset[str]
    identity: str
    promise: Promise | None
    due: int | None
    amount: Money | None = None
    amount_needs: tuple[str, ...] = ()
    open_amount: bool = False
    already_given: bool = False
    granted: Money | None = None
