"""What the naive resolver works on and answers with: drafts that the steps change, and a plain decision to compare.

A plain decision leaves out what is prose (why something was done) and what other tests hold (identifiers).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from amends.domain.action import ParameterValue, Scope
from amends.domain.action_kinds import KINDS, NOT_A_FIT, ActionKind, Justice
from amends.domain.decision import Effect, ObligationKind, Outcome, Step, Verdict
from amends.domain.facts import Facts
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.packs.model import Pack, Proposal, Rule

Parameters: TypeAlias = tuple[tuple[str, ParameterValue], ...]
Reasons: TypeAlias = Mapping[str, frozenset[str]]
"""Why something may still change: the rule that is open (empty: what it is itself), and the facts that are missing."""

SAID: tuple[ActionKind, ...] = (
    ActionKind.APOLOGY,
    ActionKind.ASK_PERSPECTIVE,
    ActionKind.CLARIFY,
    ActionKind.FAILOVER,
    ActionKind.HUMAN_BACKUP,
    ActionKind.BROADCAST,
    ActionKind.REFERRAL,
    ActionKind.DECLINE,
    ActionKind.ENTITLEMENT,
    ActionKind.REFUND,
    ActionKind.REMEDY,
    ActionKind.GOODWILL,
    ActionKind.PROACTIVE_CONTACT,
    ActionKind.ESCALATE,
    ActionKind.CUSTOM,
    ActionKind.ASSIGN_OWNER,
    ActionKind.UPDATE_CADENCE,
    ActionKind.AUDIT_STEP,
    ActionKind.VERIFY_FOLLOWUP,
    ActionKind.SET_EXPECTATIONS,
    ActionKind.OFFER_PERSPECTIVE,
)
"""The order of saying: sorry, their view, the truth about what was misunderstood, what we do, what comes next, ours."""


_BEFORE_COMBINED = (Step.REFER, Step.FORBID, Step.COMBINE)


@dataclass(frozen=True, slots=True)
class PlainAdjustment:
    """One removal or change."""

    step: Step
    effect: Effect
    kind: ActionKind
    rule_id: str
    by: str
    before: Money | None = None
    after: Money | None = None


@dataclass(frozen=True, slots=True)
class PlainAction:
    """One action. A reason that has a place to fill in is left out: None."""

    kind: ActionKind
    scope: Scope
    parameters: Parameters
    amount: Money | None
    amount_needs: tuple[str, ...]
    already_given: bool
    granted_amount: Money | None
    due: int | None
    valid_until: int | None
    authority_role: str
    may_grant_now: bool
    approval_needed: bool
    on_hold: tuple[tuple[str, str, tuple[str, ...]], ...]
    rule_ids: tuple[str, ...]
    unsettled: tuple[tuple[str, tuple[str, ...]], ...]
    retention: bool
    meets: tuple[str, ...]
    justices: tuple[Justice, ...]
    reason_for_agent: str | None
    reason_for_customer: str | None


@dataclass(frozen=True, slots=True)
class PlainNeed:
    """A fact to ask for."""

    path: str
    question: str
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlainObligation:
    """A promise, of the action that stands at `action`."""

    kind: ObligationKind
    action: int
    due: int
    owner: str


@dataclass(frozen=True, slots=True)
class PlainVerdict:
    """What became of a rule that applied or is undetermined."""

    rule_id: str
    verdict: Verdict
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """A decision, compared field by field. Adjustments are sorted: within a step their order means nothing."""

    outcome: Outcome
    actions: tuple[PlainAction, ...]
    needed_facts: tuple[PlainNeed, ...]
    unobtainable_facts: tuple[str, ...]
    ask_next: PlainNeed | None
    unanswered: tuple[str, ...]
    guardrails: tuple[str, ...]
    obligations: tuple[PlainObligation, ...]
    verdicts: tuple[PlainVerdict, ...]
    adjustments: tuple[PlainAdjustment, ...]


@dataclass(slots=True)
class Draft:
    """An action in the making; the steps change it in place.

    `place` is where its proposal stands in deciding order (rule, then place in `then`), `group` where the first of
    those stands with which it was combined. `open` says that its amount is not known, or not all of it: then `amount`
    is a floor. `needs` are the facts that the amount lacks, `lacks` those of them that its own proposal does. `lacking`
    are the facts for want of which parameters are left out; `asking` says for which rule a fact is asked. `doubts` are
    those of its `reasons` for which money may yet be cut from it, by who knows how much. `declines` is what it says no
    to, in all languages; `merged` what other rules proposed of it, `waiting` the rules that may yet raise it,
    `paid_as` what was paid of an entitlement as which kinds that it covers.
    """

    proposal: Proposal
    rule: Rule
    place: tuple[int, int]
    parameters: Parameters
    rule_ids: list[str]
    group: tuple[int, int] = (0, 0)
    meets: tuple[str, ...] = ()
    declines: set[object] = field(default_factory=set)
    merged: list[Proposal] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    amount: Money | None = None
    open: bool = False
    needs: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    floor: bool = False
    granted: Money | None = None
    entries: list[Money | None] = field(default_factory=list)
    paid_as: dict[ActionKind, Money] = field(default_factory=dict)
    already_given: bool = False
    incomparable: bool = False
    needs_approval: bool = False
    reasons: dict[str, set[str]] = field(default_factory=dict)
    doubts: dict[str, set[str]] = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()
    asking: list[tuple[str, str]] = field(default_factory=list)
    holds: list[tuple[str, str, list[str]]] = field(default_factory=list)

    @property
    def kind(self) -> ActionKind:
        """Its kind."""
        return self.proposal.kind

    @property
    def substantive(self) -> bool:
        """Whether it is more than care."""
        return not KINDS[self.kind].care

    @property
    def is_not_a_fit(self) -> bool:
        """Whether it is the honest referral."""
        return is_not_a_fit(self.proposal)

    def parameter(self, name: str) -> ParameterValue | None:
        """The value of a parameter, None without one."""
        return dict(self.parameters).get(name)

    def unsettle(self, rule_id: str, facts: set[str]) -> None:
        """Note that it may still change, because of a rule (empty: by itself), while these facts are missing."""
        self.reasons.setdefault(rule_id, set()).update(facts)

    def doubt(self, rule_id: str, facts: set[str]) -> None:
        """Note that money may yet be cut from it: a person has to look at it, the last role."""
        self.unsettle(rule_id, facts)
        self.doubts.setdefault(rule_id, set()).update(facts)
        self.needs_approval = True


@dataclass(slots=True)
class Case:
    """What is decided: the pack, the situation with its derived facts, and what the steps found so far."""

    pack: Pack
    situation: Situation
    facts: Facts
    waits: Mapping[str, frozenset[str]]
    role: str
    applied: list[Rule]
    undetermined: list[Rule]
    missing: Mapping[str, frozenset[str]]
    adjustments: list[PlainAdjustment] = field(default_factory=list)
    proposed: list[Draft] = field(default_factory=list)
    asking: list[tuple[str, str, ActionKind]] = field(default_factory=list)

    def adjust(  # noqa: PLR0913  # what an adjustment says
        self,
        step: Step,
        effect: Effect,
        draft: Draft,
        *,
        by: str,
        before: Money | None = None,
        after: Money | None = None,
    ) -> None:
        """Record a removal or change, once combined of all rules that asked for it; what could raise it goes too."""
        asked = [draft.rule.rule_id] if step in _BEFORE_COMBINED else draft.rule_ids
        if step is Step.REQUIRE:
            asked = list(dict.fromkeys((*asked, *draft.waiting)))
        self.adjustments += [PlainAdjustment(step, effect, draft.kind, one, by, before, after) for one in asked]

    def sources(self, paths: set[str] | frozenset[str]) -> set[str]:
        """The facts to ask for: in place of a derived fact those that its cases wait for."""
        return {source for path in paths for source in self.waits.get(path, frozenset((path,)))}

    def sort(self, paths: set[str] | frozenset[str]) -> tuple[str, ...]:
        """In vocabulary order."""
        return tuple(sorted(paths, key=lambda path: self.pack.vocabulary.order[path]))


def is_not_a_fit(proposal: Proposal) -> bool:
    """Whether a proposal is the honest referral: we do not fit."""
    return proposal.kind is ActionKind.REFERRAL and dict(proposal.parameters).get("outcome") == NOT_A_FIT


def is_retention(proposal: Proposal) -> bool:
    """Whether an honest referral removes it: meant to keep the customer, not owed, and not that referral itself."""
    return proposal.retention and proposal.kind is not ActionKind.ENTITLEMENT and not is_not_a_fit(proposal)
