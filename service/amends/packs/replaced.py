"""What may replace what, over `extends`: what a customer is owed, and what protects people, only by its like or more.

Whether another condition is weaker cannot be shown by comparing two as written; so only this passes: other words, title
and sources, a higher literal amount or percentage of the same fact, a hold of further kinds. All else is refused.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from amends.domain.action_kinds import ActionKind
from amends.packs.amounts import Amount, AmountTable, Fixed, Highest, Lowest, PercentOf
from amends.packs.model import GuardrailRule, Holding, Parameter, Proposal, Rule, Text

_WORDS: Final = Text({})
"""Stands for any words where two definitions are compared without them."""


def protected(rules: Sequence[Rule]) -> str:
    """Why the rule, or one of the rows of its table, may not be lost, in words; empty where it may."""
    if any(proposal.kind is ActionKind.ENTITLEMENT for rule in rules for proposal in rule.then):
        return "a rule that proposes an entitlement"
    return "a rule that holds" if any(rule.hold is not None for rule in rules) else ""


def is_no_weaker_guardrail(before: GuardrailRule, after: GuardrailRule) -> bool:
    """Whether the guardrail stands in the same cases."""
    return before.unless == after.unless


def is_no_weaker(before: Sequence[Rule], after: Sequence[Rule]) -> bool:
    """Whether a rule, or each row of its table, asks for no less in the same cases, and holds no less."""
    return len(before) == len(after) and all(map(_is_no_weaker_rule, before, after))


def _is_no_weaker_rule(before: Rule, after: Rule) -> bool:
    return (
        _frame(before) == _frame(after)
        and len(before.then) == len(after.then)
        and all(map(_is_no_weaker_proposal, before.then, after.then))
        and _is_no_weaker_hold(before.hold, after.hold)
    )


def _frame(rule: Rule) -> Rule:
    """The rule without what is judged by itself, and without words: when it applies, and what it forbids."""
    return replace(rule, title="", then=(), because_agent=None, because_customer=None, sources=(), hold=None)


def _is_no_weaker_hold(before: Holding | None, after: Holding | None) -> bool:
    if before is None or after is None:
        # A hold that was not there may keep back what is owed.
        return before is after
    return before.team == after.team and set(before.kinds) <= set(after.kinds)


def _is_no_weaker_proposal(before: Proposal, after: Proposal) -> bool:
    if _without_words(before) != _without_words(after):
        return False
    if before.kind is not ActionKind.ENTITLEMENT or before.amount is None or after.amount is None:
        return before.amount == after.amount
    return _is_no_lower(before.amount, after.amount)


def _without_words(proposal: Proposal) -> Proposal:
    parameters = tuple((name, _wordless(value)) for name, value in proposal.parameters)
    return replace(proposal, parameters=parameters, amount=None)


def _wordless(value: Parameter) -> Parameter:
    return _WORDS if isinstance(value, Text) else value


def _is_no_lower(before: Amount, after: Amount) -> bool:
    """Whether the amount is the same or higher in every situation, as far as the two forms show it."""
    match before, after:
        case Fixed(lower), Fixed(higher):
            # One of a further currency could be chosen in place of a higher one.
            return len(lower) == len(higher) and all(
                less.currency == more.currency and less.minor_units <= more.minor_units
                for less, more in zip(lower, higher, strict=True)
            )
        case PercentOf(less, of), PercentOf(more, also_of):
            return of == also_of and less <= more
        case (Lowest(ours), Lowest(theirs)) | (Highest(ours), Highest(theirs)):
            return len(ours) == len(theirs) and all(map(_is_no_lower, ours, theirs))
        case AmountTable(ours_rows), AmountTable(theirs_rows):
            return len(ours_rows) == len(theirs_rows) and all(
                row.when == other.when and _is_no_lower(row.amount, other.amount)
                for row, other in zip(ours_rows, theirs_rows, strict=True)
            )
        case _:
            return before == after
