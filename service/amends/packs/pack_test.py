"""What a pack's own test is: a situation and what must, and must not, come of it. Only what is written is compared."""

from dataclasses import dataclass, field

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Outcome
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.packs.model import Forbid, ParameterLiteral, Position


@dataclass(frozen=True, slots=True)
class ExpectedAction:
    """An action that must be there; None and empty: not compared.

    `due_at` is nanoseconds since the epoch; `rules` are some of those that asked for the action; `on_hold` is a team
    that it waits for.
    """

    kind: ActionKind
    parameters: tuple[tuple[str, ParameterLiteral], ...] = ()
    amount: Money | None = None
    amount_needs: tuple[str, ...] = ()
    scope: Scope | None = None
    authority: str | None = None
    due_at: int | None = None
    unsettled: bool | None = None
    already_given: bool | None = None
    may_grant_now: bool | None = None
    approval_needed: bool | None = None
    rules: tuple[str, ...] = ()
    on_hold: str | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a decision must show.

    `only`: there are no actions but those of `actions`. `order`: of the kinds named, this is the order in which they
    are said. `unanswered` is compared whole where it is written; every other list is a part of what is shown.
    """

    outcome: Outcome | None = None
    actions: tuple[ExpectedAction, ...] = ()
    only: bool = False
    never: tuple[Forbid, ...] = ()
    order: tuple[ActionKind, ...] = ()
    applied: tuple[str, ...] = ()
    undetermined: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()
    not_matched: tuple[str, ...] = ()
    needed_facts: tuple[str, ...] = ()
    guardrails: tuple[str, ...] = ()
    unanswered: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PackTest:
    """One test of a pack, seen by `role`."""

    name: str
    situation: Situation
    role: str
    expect: Expectation
    position: Position = field(compare=False)
