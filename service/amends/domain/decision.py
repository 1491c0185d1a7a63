"""A decision: the answer's content. Nothing random, no clock, no locale data: the same input gives the same value."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.facts import FactType, Value
from amends.domain.money import Money


class Outcome(StrEnum):
    """What a decision comes to; the first that holds, in this order."""

    NOT_A_FIT = "not_a_fit"
    ACTIONS_RECOMMENDED = "actions_recommended"
    ALREADY_SETTLED = "already_settled"
    NEEDS_FACTS = "needs_facts"
    ALL_OVERRULED = "all_overruled"
    CARE_ONLY = "care_only"
    NO_RULE_MATCHED = "no_rule_matched"


class Verdict(StrEnum):
    """What became of a rule.

    LIMITED: applied, and something it proposed was cut. OVERRULED: its condition held, and nothing it proposed stands.
    """

    APPLIED = "applied"
    LIMITED = "limited"
    OVERRULED = "overruled"
    UNDETERMINED = "undetermined"
    NOT_MATCHED = "not_matched"


class Step(StrEnum):
    """The step of resolution that removed or changed something, in the order in which they run."""

    REFER = "refer"
    FORBID = "forbid"
    COMBINE = "combine"
    COVER = "cover"
    NET = "net"
    BOUND = "bound"
    LIMIT = "limit"
    REQUIRE = "require"
    HOLD = "hold"


class Effect(StrEnum):
    """What a step did to a proposal."""

    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class NeededFact:
    """A missing fact that could still change the decision, how to ask for it, and the rules that wait for it."""

    path: str
    question: str
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guardrail:
    """Something that may not be said on these facts, and the words to use instead."""

    guardrail_id: str
    never: str
    instead: str


class ObligationKind(StrEnum):
    """What a promise is about."""

    NEXT_UPDATE = "next_update"
    VERIFY = "verify"
    PAY = "pay"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A promise with a due time (nanoseconds since the epoch) that the action `action_id` makes."""

    kind: ObligationKind
    action_id: str
    due: int
    owner: str


@dataclass(frozen=True, slots=True)
class ConditionTrace:
    """One condition of a rule, as `explain: full` tells it: what it asks, its value, and the fact that it saw.

    Conditions stand in the order written, each below the group that holds it: `depth` 0 for those of `when` itself.
    `truth` None: unknown. A group (`all`, `any`, `none`) has no `path`; `saw` None means that the fact, which is of
    the type `type`, is missing.
    """

    depth: int
    condition: str
    truth: bool | None
    path: str = ""
    type: FactType | None = None
    saw: Value | None = None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The one condition, on an ordered fact, that kept a rule from applying, and the boundary in words."""

    path: str
    boundary: str


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What became of one rule. `missing` lists the facts an undetermined rule waits for.

    `conditions` and `near_misses` are told at `explain: full` only.
    """

    rule_id: str
    title: str
    verdict: Verdict
    sources: tuple[str, ...]
    missing: tuple[str, ...] = ()
    conditions: tuple[ConditionTrace, ...] = ()
    near_misses: tuple[NearMiss, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """How a derived fact came about, as `explain: full` tells it: its value, and the case that gave it, from 1.

    Case 0: the caller said the value, or without a value no case decided; then `missing` lists what to ask for.
    """

    path: str
    type: FactType
    value: Value | None
    case_number: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One removal or change: what (`kind`, proposed by `rule_id`), by whom (a rule, limit or fact), and why.

    `before` and `after` are the amounts where money was changed; both None for a removal that no amount explains.
    """

    step: Step
    effect: Effect
    kind: ActionKind
    rule_id: str
    by: str
    why: str
    before: Money | None = None
    after: Money | None = None


class ChangeKind(StrEnum):
    """How an action differs from the superseded decision. WITHDRAW: it was offered, somebody has to take it back."""

    NEW = "new"
    GONE = "gone"
    HIGHER = "higher"
    LOWER = "lower"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference from the superseded decision.

    `action_id` is this decision's, or for an action that is gone or withdrawn the superseded one's.
    """

    kind: ChangeKind
    action_id: str
    action_kind: ActionKind
    before: Money | None
    after: Money | None
    why: str


class Decision(NamedTuple):
    """The recommended action set, in the order in which it is said, with everything that explains it.

    A named tuple, as an action is: made for every call. `derived` is told at `explain: full` only.
    """

    pack_id: str
    pack_version: str
    pack_digest: str
    semantics: int
    outcome: Outcome
    actions: tuple[Action, ...]
    needed_facts: tuple[NeededFact, ...]
    unobtainable_facts: tuple[str, ...]
    ask_next: NeededFact | None
    unanswered_requests: tuple[str, ...]
    guardrails: tuple[Guardrail, ...]
    obligations: tuple[Obligation, ...]
    rules: tuple[RuleTrace, ...]
    adjustments: tuple[Adjustment, ...]
    changes: tuple[Change, ...] = ()
    derived: tuple[DerivedFact, ...] = ()
