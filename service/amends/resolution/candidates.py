"""Candidates: what the applied rules propose, with parameters filled from facts. Nothing is weighed here."""

from dataclasses import dataclass

from amends.domain.action import ParameterValue, PlannedAction, Span
from amends.domain.action_kinds import KINDS, NOT_A_FIT, ActionKind
from amends.domain.facts import Facts, Value
from amends.packs.amounts import Amount, amount_paths
from amends.packs.model import FactParameter, Parameter, ParameterLiteral, Proposal, Rule, Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposal of one applied rule. `order` is the rule's place in deciding order, lowest first.

    `rule_ids` names every rule that asked for exactly this. `missing` lists the facts that parameters lack,
    `amount_missing` those that the amount lacks, each in the order written.
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


def candidates_of(rule: Rule, order: int, *, facts: Facts, locale: str) -> list[Candidate]:
    """What one applied rule proposes."""
    return [_candidate(rule, proposal, order, facts=facts, locale=locale) for proposal in rule.then]


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


def _candidate(rule: Rule, proposal: Proposal, order: int, *, facts: Facts, locale: str) -> Candidate:
    filled: list[tuple[str, ParameterValue]] = []
    missing: list[str] = []
    for name, parameter in proposal.parameters:
        value = _value(parameter, facts, locale)
        if value is not None:
            filled.append((name, value))
        elif isinstance(parameter, FactParameter):
            missing.append(parameter.path)
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
        missing=tuple(missing),
        amount_missing=missing_amount_paths(proposal.amount, facts),
        due=due if isinstance(due, Span) else None,
        expires=proposal.expires,
        review_in=proposal.review_in,
    )


def missing_amount_paths(amount: Amount | None, facts: Facts) -> tuple[str, ...]:
    """The facts an amount reads that are not known."""
    return () if amount is None else tuple(path for path in amount_paths(amount) if path not in facts)


def _text(text: Text | None, locale: str) -> str:
    return "" if text is None else text.choose(locale)


def _value(parameter: Parameter, facts: Facts, locale: str) -> ParameterValue | None:
    if not isinstance(parameter, FactParameter):
        return _literal(parameter, locale)
    if parameter.path in facts:
        return _from_fact(facts[parameter.path])
    return None if parameter.default is None else _literal(parameter.default, locale)


def _literal(literal: ParameterLiteral, locale: str) -> ParameterValue:
    return literal.choose(locale) if isinstance(literal, Text) else literal


def _from_fact(value: Value) -> ParameterValue:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return Span(nanos=value)
    return tuple(sorted(value)) if isinstance(value, frozenset) else str(value)
