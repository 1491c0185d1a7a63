"""Candidates: what the applied rules propose, with parameters filled from facts. Nothing is weighed here."""

from dataclasses import dataclass
from decimal import Decimal

from amends.domain.action import ParameterValue, PlannedAction, Span
from amends.domain.action_kinds import KINDS, NOT_A_FIT, ActionKind
from amends.domain.facts import Facts, Value
from amends.domain.money import Money
from amends.packs.amounts import Amount, missing_amount_paths
from amends.packs.model import FactParameter, Parameter, ParameterLiteral, Proposal, Rule, TableParameter, Text
from amends.resolution.derive import Sources


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposal of one applied rule. `order` is the rule's place in deciding order, lowest first.

    `rule_ids` names every rule that asked for exactly this. `missing` lists the facts that parameters lack,
    `amount_missing` those that the amount lacks, each in the order written. `declines` is what it says no to, in every
    language: whether that answers a request must not depend on whom it is told to.
    """

    planned: PlannedAction
    order: int
    rule_ids: tuple[str, ...]
    amount: Amount | None
    missing: tuple[str, ...]
    amount_missing: tuple[str, ...]
    due: Span | None
    expires: Span | None
    review_in: Span | None
    declines: frozenset[str] = frozenset()

    @property
    def kind(self) -> ActionKind:
        """The kind of action proposed."""
        return self.planned.kind

    @property
    def rule_id(self) -> str:
        """The first rule, in deciding order, that asked for it."""
        return self.rule_ids[0]

    @property
    def key(self) -> tuple[object, ...]:
        """Within which candidates of a kind are combined: scope, and basis, goodwill kind or channel."""
        return (self.planned.scope, *(self.planned.parameter(name) for name in KINDS[self.kind].key))


def candidates_of(rule: Rule, order: int, *, facts: Facts, locale: str, sources: Sources) -> list[Candidate]:
    """What one applied rule proposes."""
    return [_candidate(rule, proposal, order, facts=facts, locale=locale, sources=sources) for proposal in rule.then]


def told_apart(candidate: Candidate) -> tuple[object, ...]:
    """What tells a candidate apart from others of its key: all that it says, as its rule wrote it."""
    planned = candidate.planned
    return (planned.scope, planned.parameters, candidate.missing, planned.retention, candidate.amount)


def is_not_a_fit(proposal: Proposal | PlannedAction) -> bool:
    """Whether this is the honest referral that settles the outcome."""
    return proposal.kind is ActionKind.REFERRAL and ("outcome", NOT_A_FIT) in proposal.parameters


def is_substantive(kind: ActionKind) -> bool:
    """Whether a kind settles anything; care kinds never do."""
    return not KINDS[kind].care


def proposal_key(proposal: Proposal, *, facts: Facts, locale: str) -> tuple[object, ...]:
    """The combine key a proposal would have; of a rule that is not applied (yet)."""
    values = dict(proposal.parameters)
    return (
        proposal.scope,
        *(_value(values[name], facts, locale) if name in values else None for name in KINDS[proposal.kind].key),
    )


def _candidate(  # noqa: PLR0913  # what a proposal is filled from
    rule: Rule,
    proposal: Proposal,
    order: int,
    *,
    facts: Facts,
    locale: str,
    sources: Sources,
) -> Candidate:
    filled: list[tuple[str, ParameterValue]] = []
    missing: list[str] = []
    for name, parameter in proposal.parameters:
        value = _value(parameter, facts, locale)
        if value is not None:
            filled.append((name, value))
        else:
            missing += _lacking(parameter, facts)
    parameters = tuple(filled)
    due = next((value for name, value in parameters if name == "due"), None)
    return Candidate(
        planned=PlannedAction(
            kind=proposal.kind,
            parameters=parameters,
            scope=proposal.scope,
            justices=KINDS[proposal.kind].justices,
            retention=proposal.retention,
            meets=proposal.meets,
            reason_for_agent=_text(rule.because_agent, locale),
            reason_for_customer=_text(rule.because_customer, locale),
        ),
        order=order,
        rule_ids=(rule.rule_id,),
        amount=proposal.amount,
        missing=sources.of(missing),
        amount_missing=sources.of(missing_amount_paths(proposal.amount, facts)),
        due=due if isinstance(due, Span) else None,
        expires=proposal.expires,
        review_in=proposal.review_in,
        declines=_declined(proposal, facts),
    )


def _declined(proposal: Proposal, facts: Facts) -> frozenset[str]:
    what = dict(proposal.parameters).get("what") if proposal.kind is ActionKind.DECLINE else None
    if what is None:
        return frozenset()
    said = [_value(what, facts, locale) for locale in ("", *_locales(what))]
    return frozenset(text for text in said if isinstance(text, str))


def _locales(parameter: Parameter | None) -> tuple[str, ...]:
    """The languages that a parameter, or what it falls back on or looks up, is written in."""
    match parameter:
        case Text(by_locale):
            return tuple(by_locale)
        case FactParameter(default=default):
            return _locales(default)
        case TableParameter(_, rows, default):
            return tuple(locale for found in (*[given for _, given in rows], default) for locale in _locales(found))
        case _:
            return ()


def _text(text: Text | None, locale: str) -> str:
    return "" if text is None else text.choose(locale)


def parameter_paths(parameter: Parameter) -> tuple[str, ...]:
    """The fact that a parameter is read from, if any."""
    match parameter:
        case FactParameter(path):
            return (path,)
        case TableParameter(by):
            return parameter_paths(by)
        case _:
            return ()


def _lacking(parameter: Parameter, facts: Facts) -> tuple[str, ...]:
    """The fact for want of which there is no value; a default stands until its fact is known, and waits for nothing."""
    match parameter:
        case FactParameter(path, default):
            return (path,) if default is None and path not in facts else ()
        case TableParameter(by):
            return _lacking(by, facts)
        case _:
            return ()


def _value(parameter: Parameter, facts: Facts, locale: str) -> ParameterValue | None:
    match parameter:
        case FactParameter(path, default, is_number):
            said = _from_fact(facts[path], is_number=is_number) if path in facts else None
            return _literal(default, locale) if said is None and default is not None else said
        case TableParameter():
            return _looked_up(parameter, facts, locale)
        case _:
            return _literal(parameter, locale)


def _looked_up(parameter: TableParameter, facts: Facts, locale: str) -> ParameterValue | None:
    by = _value(parameter.by, facts, locale)
    if by is None:
        return None
    found = dict(parameter.rows).get(str(by), parameter.default)
    return None if found is None else _literal(found, locale)


def _literal(literal: ParameterLiteral, locale: str) -> ParameterValue:
    return literal.choose(locale) if isinstance(literal, Text) else literal


def _from_fact(value: Value, *, is_number: bool) -> ParameterValue | None:
    """A duration that is not longer than nothing is none, as where it is written: no promise falls due before now."""
    match value:
        case bool() | str() | Decimal() | Money():
            return value
        case int():
            if is_number:
                return value
            return Span(nanos=value) if value > 0 else None
        case frozenset():
            return tuple(sorted(value))
