"""What a pack's own test is: a situation and what must, and must not, come of it. Only what is written is compared."""

from dataclasses import dataclass, field

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import ChangeKind, Effect, ObligationKind, Outcome, Step
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.packs.model import Forbid, ParameterLiteral, Position


@dataclass(frozen=True, slots=True)
class ExpectedAction:
    """An action that must be there; None and empty: not compared.

    `due_at` and `valid_until` are nanoseconds since the epoch; `rules` are some of those that asked for the action,
    `unsettled_by` some of those that leave it unsettled, and `waits_for` some of the facts they lack; `on_hold` is a
    team that it waits for, `granted` what was given of it before, `said` the words for the customer.
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
    granted: Money | None = None
    valid_until: int | None = None
    unsettled_by: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    said: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedAdjustment:
    """A removal or change that must be told; None: not compared. `rule` proposed it, `by` took or changed it."""

    step: Step
    kind: ActionKind | None = None
    effect: Effect | None = None
    rule: str | None = None
    by: str | None = None
    before: Money | None = None
    after: Money | None = None


@dataclass(frozen=True, slots=True)
class ExpectedObligation:
    """A promise that must be there; None: not compared. `due_at` is nanoseconds since the epoch."""

    kind: ObligationKind
    due_at: int | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class ExpectedNearMisses:
    """All that a rule was short of: paths with the boundary in words."""

    rule: str
    misses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ExpectedChange:
    """A difference from the superseded decision; None: not compared."""

    kind: ChangeKind
    action_kind: ActionKind | None = None
    before: Money | None = None
    after: Money | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a decision must show.

    `only`: there are no actions but those of `actions`. `order`: of the kinds named, this is the order in which they
    are said. `asks`, `unanswered` and `changes` are compared whole where they are written, `asks` in its order;
    `lifted` are guardrails that are not shown; `derived` are values of derived facts, None of one that stays missing.
    Every other list is a part of what is shown.
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
    limited: tuple[str, ...] = ()
    needed_facts: tuple[str, ...] = ()
    guardrails: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()
    unanswered: tuple[str, ...] | None = None
    asks: tuple[str, ...] | None = None
    ask_next: str | None = None
    unobtainable: tuple[str, ...] = ()
    adjustments: tuple[ExpectedAdjustment, ...] = ()
    obligations: tuple[ExpectedObligation, ...] = ()
    near_misses: tuple[ExpectedNearMisses, ...] = ()
    changes: tuple[ExpectedChange, ...] | None = None
    derived: tuple[tuple[str, Value | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The situation of the decision that a test supersedes; of these kinds its actions were offered, or carried out."""

    situation: Situation
    offered: tuple[ActionKind, ...] = ()
    executed: tuple[ActionKind, ...] = ()


@dataclass(frozen=True, slots=True)
class PackTest:
    """One test of a pack, seen by `role`."""

    name: str
    situation: Situation
    role: str
    expect: Expectation
    supersedes: Earlier | None = field(default=None, kw_only=True)
    position: Position = field(compare=False)
