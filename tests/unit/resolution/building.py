"""Small packs and situations for the tests of resolution, said in few words.

A rule without `when` is always applied; `UNLESS_KNOWN` is a condition that stays unknown until somebody supplies
`obvious_mistake`. Matching is done by the reference engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from amends.domain.action import Action, Scope, Span
from amends.domain.action_kinds import KINDS, ActionKind, Combine
from amends.domain.decision import Adjustment, Decision, Step, Verdict
from amends.domain.facts import Facts, FactSpec, FactType, Value
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation, Subject
from amends.domain.vocabulary import built_in_facts, vocabulary
from amends.engines.reference import ReferenceEngine
from amends.packs.amounts import Amount, Fixed, PercentOf
from amends.packs.conditions import ALWAYS, Condition, OneOf
from amends.packs.model import (
    Calendar,
    Case,
    Derive,
    Forbid,
    GuardrailRule,
    Hit,
    Holding,
    Limit,
    Pack,
    Parameter,
    Position,
    Proposal,
    Requirement,
    Role,
    Row,
    Rule,
    Team,
    Text,
)
from amends.resolution.resolve import Resolver

SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
NOW: Final = 1_793_620_800 * SECOND
"""2026-11-02T12:00:00Z, a Monday."""
ORDER: Final = Subject("order-1", "item-1")
UNLIMITED: Final = (Role("frontline", {ActionKind.REFUND: None, ActionKind.GOODWILL: None}),)
UNLESS_KNOWN: Final = OneOf("obvious_mistake", (True,))
_NOTHING: Final[Facts] = MappingProxyType({})
_AS_DECLARED: Final[Mapping[ActionKind, Combine]] = MappingProxyType({})
_NO_CALENDARS: Final[Mapping[str, Calendar]] = MappingProxyType({})
_HERE: Final = Position("built.yaml", 1, 1)
_OWN_FACTS: Final = (
    FactSpec("facts.count", FactType.INTEGER),
    FactSpec("facts.fare", FactType.MONEY),
    FactSpec("facts.derived", FactType.BOOLEAN),
)


def usd(amount: str) -> Money:
    return Money.parse(amount, "USD")


def eur(amount: str) -> Money:
    return Money.parse(amount, "EUR")


def percent(share: str, of: str) -> PercentOf:
    return PercentOf(Decimal(share), of)


def propose(  # noqa: PLR0913  # a proposal has as many independent parts
    action: str,
    amount: Money | Amount | None = None,
    /,
    *,
    scope: Scope = Scope.CASE,
    retention: bool = False,
    meets: tuple[str, ...] = (),
    expires: Span | None = None,
    review_in: Span | None = None,
    **parameters: Parameter,
) -> Proposal:
    """A proposal; `within` stands for the parameter `in`, which Python keeps for itself.

    Parameters that a kind does not know are those of a custom action.
    """
    named = {"in" if name == "within" else name: value for name, value in parameters.items()}
    known = list(dict.fromkeys([*(spec.name for spec in KINDS[ActionKind(action)].parameters), *named]))
    return Proposal(
        kind=ActionKind(action),
        parameters=tuple((name, named[name]) for name in known if name in named),
        amount=Fixed((amount,)) if isinstance(amount, Money) else amount,
        scope=scope,
        retention=retention,
        meets=meets,
        expires=expires,
        review_in=review_in,
    )


def cadence(
    minutes: int,
    *,
    channel: str = "mail",
    owner: str = "assigned",
    scope: Scope = Scope.CASE,
    hours: str = "",
) -> Proposal:
    proposal = propose(
        "update_cadence",
        every=Span(nanos=minutes * MINUTE),
        channel=channel,
        owner=owner,
        until="resolved",
        scope=scope,
    )
    return replace(proposal, parameters=(*proposal.parameters, ("hours", hours))) if hours else proposal


def owed(amount: Money | Amount | None, *, basis: str = "law", covers: Sequence[str] = ()) -> Proposal:
    """An entitlement, which may cover other kinds."""
    if not covers:
        return propose("entitlement", amount, basis=basis)
    return propose("entitlement", amount, basis=basis, covers=tuple(covers))


def rule(  # noqa: PLR0913  # a rule has as many independent parts
    rule_id: str,
    *then: Proposal,
    when: Condition = ALWAYS,
    forbids: Sequence[str | Forbid] = (),
    priority: int = 0,
    agent: Mapping[str, str] | str = "",
    customer: Mapping[str, str] | str = "",
    hold: Holding | None = None,
    row: Row | None = None,
) -> Rule:
    return Rule(
        rule_id=rule_id,
        title=f"Title of {rule_id}",
        priority=priority,
        when=when,
        then=then,
        forbids=tuple(ban if isinstance(ban, Forbid) else Forbid(ActionKind(ban)) for ban in forbids),
        because_agent=text(agent),
        because_customer=text(customer),
        sources=("D1",),
        position=_HERE,
        hold=hold,
        row=row,
    )


def holding(*kinds: str, team: str = "it", because: Mapping[str, str] | str = "wait") -> Holding:
    return Holding(tuple(ActionKind(kind) for kind in kinds), team, text(because))


def limit(limit_id: str, of: Sequence[str], at_most: Money | Amount, *, minus: str = "") -> Limit:
    most = Fixed((at_most,)) if isinstance(at_most, Money) else at_most
    return Limit(limit_id, tuple(ActionKind(kind) for kind in of), most, minus, _HERE)


def requirement(requirement_id: str, kind: str, *one_of: str, when: Condition = ALWAYS) -> Requirement:
    return Requirement(requirement_id, ActionKind(kind), when, tuple(ActionKind(one) for one in one_of), _HERE)


def derive(path: str, *cases: tuple[Condition, Value], hit: Hit = Hit.FIRST) -> Derive:
    return Derive(path, tuple(Case(when, value, _HERE) for when, value in cases), hit, None, _HERE)


def office_hours(zone: str = "UTC", *, closed: Sequence[str] = ()) -> Calendar:
    """Monday to Friday from nine to five."""
    day = ((9 * 60, 17 * 60),)
    return Calendar(zone, (*(day,) * 5, (), ()), tuple(closed))


def text(words: Mapping[str, str] | str) -> Text:
    return Text({"en": words} if isinstance(words, str) else words)


def guardrail(guardrail_id: str, unless: Condition, *, never: str = "a promise") -> GuardrailRule:
    return GuardrailRule(guardrail_id, unless, text(never), text("what is known"), _HERE)


def pack(  # noqa: PLR0913  # a pack has as many independent parts
    *rules: Rule,
    authority: tuple[Role, ...] = UNLIMITED,
    combine: Mapping[ActionKind, Combine] = _AS_DECLARED,
    guardrails: tuple[GuardrailRule, ...] = (),
    timezone: str = "UTC",
    limits: Sequence[Limit] = (),
    requires: Sequence[Requirement] = (),
    calendars: Mapping[str, Calendar] = _NO_CALENDARS,
    derives: Sequence[Derive] = (),
) -> Pack:
    built_in = built_in_facts(tiers=("none", "gold"), contact_reasons=("late",))
    return Pack(
        pack_id="built",
        version="1",
        title="Built",
        extends=(),
        currency="USD",
        timezone=timezone,
        tiers=("none", "gold"),
        main=(),
        vocabulary=vocabulary(built_in, _OWN_FACTS),
        contact_reasons=("late",),
        teams={"it": Team("it", "IT desk"), "content": Team("content", "Content team")},
        authority=authority,
        combine=combine,
        guardrails=guardrails,
        rules=tuple(sorted(rules, key=lambda one: (-one.priority, one.rule_id))),
        digest="0" * 64,
        derives=tuple(derives),
        limits=tuple(limits),
        requires=tuple(requires),
        calendars=calendars,
    )


def situation(  # noqa: PLR0913  # a situation has as many independent parts
    facts: Mapping[str, Value] = _NOTHING,
    *,
    granted: Sequence[Granted] | None = (),
    unobtainable: Sequence[str] = (),
    now: int = NOW,
    subject: Subject = ORDER,
    case_id: str = "case-1",
    incident_id: str = "",
    locale: str = "",
) -> Situation:
    return Situation(
        case_id=case_id,
        observe_time=now,
        facts={**facts, "observe_time": now},
        subject=subject,
        incident_id=incident_id,
        granted=None if granted is None else tuple(granted),
        unobtainable=frozenset(unobtainable),
        locale=locale,
    )


def gave(
    action: str,
    amount: Money | None = None,
    /,
    *,
    basis: str = "",
    subject: Subject | None = None,
    incident_id: str = "",
    **parameters: str,
) -> Granted:
    return Granted(action, subject=subject, incident_id=incident_id, basis=basis, parameters=parameters, amount=amount)


def decide(built: Pack, about: Situation | None = None, *, role: str = "frontline") -> Decision:
    about = situation() if about is None else about
    matches = ReferenceEngine().compile(built.vocabulary, built.conditions).match(about.facts)
    return Resolver(built).resolve(matches, about, role=role).decision


def only(decision: Decision, kind: str) -> Action:
    """The one action of that kind."""
    (found,) = [action for action in decision.actions if action.kind == kind]
    return found


def kinds(decision: Decision) -> list[str]:
    return [action.kind.value for action in decision.actions]


def amounts(decision: Decision, kind: str) -> list[str]:
    """The amounts of a kind's actions, in order, as text."""
    return [str(action.amount) for action in decision.actions if action.kind == kind]


def adjustments(decision: Decision, step: Step) -> list[Adjustment]:
    return [found for found in decision.adjustments if found.step is step]


def verdicts(decision: Decision) -> dict[str, Verdict]:
    return {trace.rule_id: trace.verdict for trace in decision.rules}


def blamed(action: Action) -> set[tuple[str, tuple[str, ...]]]:
    """The rules and facts that leave an action unsettled."""
    return {(found.rule_id, found.facts) for found in action.unsettled}


def needed(decision: Decision) -> list[str]:
    return [fact.path for fact in decision.needed_facts]
