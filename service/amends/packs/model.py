"""What a rule pack is once loaded: frozen, flattened over `extends`, every name resolved, every position kept.

Rules stand in deciding order: highest priority first, ties by id; a rule's index in `Pack.rules` is its bit in a match.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from amends.domain.action import Scope, Span
from amends.domain.action_kinds import ActionKind, Combine, ParameterSpec
from amends.domain.facts import Value, Vocabulary
from amends.domain.money import Money
from amends.packs.amounts import Amount, amount_conditions
from amends.packs.conditions import Condition
from amends.packs.reply_words import ReplyWords

CALLER: Final = "caller"
LEDGER: Final = "ledger"
"""Where a customer's history is known from where the caller says nothing: from nowhere, or from the log."""


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
    """A parameter read from a fact; without a default, the action stands without it while the fact is missing.

    `is_number` tells an integer fact from a duration: both are `int`.
    """

    path: str
    default: "ParameterLiteral | None" = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class TableParameter:
    """A parameter looked up in a table by the value of another parameter of the same action: a referral's, by `need`.

    `rows` pairs each value of `by` with what it gives; None where nothing stands in the cell. Without a row for the
    value, `default`.
    """

    by: "str | FactParameter"
    rows: "tuple[tuple[str, ParameterLiteral | None], ...]"
    default: "ParameterLiteral | None" = None


ParameterLiteral: TypeAlias = str | bool | int | Decimal | Money | Span | Text | tuple[str, ...]
Parameter: TypeAlias = ParameterLiteral | FactParameter | TableParameter


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
class Holding:
    """Kinds that wait until a team releases them (`all` is written out), and why."""

    kinds: tuple[ActionKind, ...]
    team: str
    because: Text


class Hit(StrEnum):
    """Which rows of a table apply: the first that holds, the only one, or every one."""

    FIRST = "first"
    UNIQUE = "unique"
    COLLECT = "collect"


@dataclass(frozen=True, slots=True)
class Row:
    """Of which table a rule is a row: the id before `/row-n`, how the table is hit, and n, from 1."""

    table: str
    hit: Hit
    number: int


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` -> `then`. `effective` is already a part of `when`, as a bound on its date fact.

    A row of a table is a rule of its own; its `when` is that of its cells alone and of the table's rule.
    """

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
    hold: Holding | None = None
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a derived fact: where `when` holds, the fact has this value."""

    when: Condition
    value: Value
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Derive:
    """A derived fact: `cases` in the order written; `hit` FIRST or UNIQUE. `reviewed` is in nanoseconds."""

    path: str
    cases: tuple[Case, ...]
    hit: Hit
    reviewed: int | None = field(compare=False)
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so much of the kinds together; cuts start at the last kind of `of`.

    With `minus`, a money fact whose history includes this case is taken off first, and what was granted is not counted.
    """

    limit_id: str
    of: tuple[ActionKind, ...]
    at_most: Amount
    minus: str
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Where `when` holds, an action of `kind` may not stand without one of the kinds of `one_of`."""

    requirement_id: str
    kind: ActionKind
    when: Condition
    one_of: tuple[ActionKind, ...]
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody is there.

    `hours` has one entry a weekday, Monday first: the open spans in minutes of the local day, half open and ascending;
    none: closed. `closed` lists further closed days, ISO 8601.
    """

    zone: str
    hours: tuple[tuple[tuple[int, int], ...], ...]
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomAction:
    """An action that the pack declares itself; every parameter is optional."""

    name: str
    parameters: tuple[ParameterSpec, ...]


@dataclass(frozen=True, slots=True)
class Waiver:
    """A warning that the owner has decided to live with: of which check, where, why, and until when (nanoseconds)."""

    check: str
    at: str
    because: str
    until: int
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
    position: Position | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Team:
    """Someone inside who can own a case or a step."""

    team_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Departure:
    """Something inherited that stands no more as `origin` wrote it, and the pack by which: for review, not to decide.

    `section` is the part of the pack, as written in it (`rules`, `limits`, ...); `title` is empty where it has none.
    """

    section: str
    ident: str
    title: str
    origin: str
    by: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack. `authority` is never empty: a pack without one has the single role `frontline`, unlimited.

    `teams`, `calendars` and `actions` map ids to what they name; `combine` holds only what the pack changes. `derives`
    stand in topological order: each after those whose facts it reads. `disabled` and `replaced` tell what it, or a pack
    that it extends, took out of what was inherited, or wrote anew. `replies` warn of wordings, and decide nothing.
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
    derives: tuple[Derive, ...] = ()
    limits: tuple[Limit, ...] = ()
    requires: tuple[Requirement, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    actions: Mapping[str, CustomAction] = field(default_factory=dict)
    history: str = CALLER
    review_every: Span | None = field(default=None, compare=False)
    waivers: tuple[Waiver, ...] = field(default=(), compare=False)
    disabled: tuple[Departure, ...] = field(default=(), compare=False)
    replaced: tuple[Departure, ...] = field(default=(), compare=False)
    replies: tuple[ReplyWords, ...] = field(default=(), compare=False)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What an engine is asked on every situation: rule i's condition at i, then those that are no rule's.

        Together with the facts that are present and a few values, the answers say all that a plan may depend on.
        """
        beside = dict.fromkeys(
            [
                *(guardrail.unless for guardrail in self.guardrails),
                *(requirement.when for requirement in self.requires),
                *(condition for limit in self.limits for condition in amount_conditions(limit.at_most)),
                *(
                    condition
                    for rule in self.rules
                    for proposal in rule.then
                    if proposal.amount is not None
                    for condition in amount_conditions(proposal.amount)
                ),
            ],
        )
        return (*(rule.when for rule in self.rules), *beside)
