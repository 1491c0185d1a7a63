"""What a rule pack is once loaded: frozen, flattened over `extends`, every name resolved, every position kept.

Rules stand in deciding order: highest priority first, ties by id; a rule's index in `Pack.rules` is its bit in a match.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from amends.domain.action import Scope, Span
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.facts import Vocabulary
from amends.domain.money import Money
from amends.packs.amounts import Amount
from amends.packs.conditions import Condition


@dataclass(frozen=True, slots=True)
class Position:
    """Where something was written: file relative to the rules folder, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """`retail/pack.yaml:3:7`."""
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Text:
    """Words for people: locale (`en`, `de-AT`) -> template. The first is the pack's own language, `en` if bare."""

    by_locale: Mapping[str, str]

    def choose(self, locale: str) -> str:
        """The text for a BCP 47 tag: the exact one, else its language's, else the first."""
        for candidate in (locale, locale.partition("-")[0]):
            if candidate in self.by_locale:
                return self.by_locale[candidate]
        return next(iter(self.by_locale.values()))


@dataclass(frozen=True, slots=True)
class FactParameter:
    """A parameter read from a fact; without a default, the action stands without it while the fact is missing."""

    path: str
    default: "ParameterLiteral | None" = None


ParameterLiteral: TypeAlias = str | bool | Span | Text | tuple[str, ...]
Parameter: TypeAlias = ParameterLiteral | FactParameter


@dataclass(frozen=True, slots=True)
class Proposal:
    """One action that a rule asks for. `parameters` stand in the order of the kind's table."""

    kind: ActionKind
    parameters: tuple[tuple[str, Parameter], ...] = ()
    amount: Amount | None = None
    scope: Scope = Scope.CASE
    retention: bool = False
    meets: tuple[str, ...] = ()
    expires: Span | None = None
    review_in: Span | None = None


@dataclass(frozen=True, slots=True)
class Forbid:
    """A kind that may not be done; for goodwill, `goodwill_kinds` narrows it (empty: all)."""

    kind: ActionKind
    goodwill_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` -> `then`. `effective` is already a part of `when`, as a bound on its date fact."""

    rule_id: str
    title: str
    priority: int
    when: Condition
    then: tuple[Proposal, ...]
    forbids: tuple[Forbid, ...]
    because_agent: Text | None
    because_customer: Text | None
    sources: tuple[str, ...]
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class GuardrailRule:
    """What may not be said unless the condition is true, and the words to use instead."""

    guardrail_id: str
    unless: Condition
    never: Text
    instead: Text
    position: Position = field(compare=False)


Band: TypeAlias = tuple[Money, ...] | None
"""The most a role may grant of a kind, at most one amount a currency; None: unlimited."""


@dataclass(frozen=True, slots=True)
class Role:
    """A step of authority. A money kind that `bands` omits is zero for the role."""

    role: str
    bands: Mapping[ActionKind, Band]


@dataclass(frozen=True, slots=True)
class Team:
    """Someone inside who can own a case or a step."""

    team_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack. `authority` is never empty: a pack without one has the single role `frontline`, unlimited.

    `teams` maps ids to teams; `combine` holds only what the pack changes; `language` is the language's version.
    """

    pack_id: str
    version: str
    title: str
    extends: tuple[str, ...]
    currency: str
    timezone: str
    tiers: tuple[str, ...]
    main: tuple[str, ...]
    vocabulary: Vocabulary
    contact_reasons: tuple[str, ...]
    teams: Mapping[str, Team]
    authority: tuple[Role, ...]
    combine: Mapping[ActionKind, Combine]
    guardrails: tuple[GuardrailRule, ...]
    rules: tuple[Rule, ...]
    digest: str
