"""Which texts of a pack a customer reads, and in which definition each stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from amends.domain.action_kinds import KINDS, ActionKind, ParameterType
from amends.packs.model import Pack, Position, Proposal, TableParameter, Text

_SAID_TO_CUSTOMERS: Final = (ActionKind.BROADCAST, ActionKind.SET_EXPECTATIONS, ActionKind.DECLINE, ActionKind.REFERRAL)


@dataclass(frozen=True, slots=True)
class CustomerText:
    """A text, and the rule or guardrail in which it stands."""

    text: Text
    what: str
    ident: str
    position: Position


def customer_texts(pack: Pack) -> Iterator[CustomerText]:
    """In deciding order, the guardrails' after the rules'."""
    for rule in pack.rules:
        texts = [text for proposal in rule.then for text in said_texts(proposal)]
        if rule.because_customer is not None:
            texts.append(rule.because_customer)
        for text in texts:
            yield CustomerText(text, "rule", rule.rule_id, rule.position)
    for guardrail in pack.guardrails:
        yield CustomerText(guardrail.instead, "guardrail", guardrail.guardrail_id, guardrail.position)


def said_texts(proposal: Proposal) -> Iterator[Text]:
    """The texts of an action that are said to the customer."""
    if proposal.kind not in _SAID_TO_CUSTOMERS:
        return
    read_aloud = {spec.name for spec in KINDS[proposal.kind].parameters if spec.type is ParameterType.TEXT}
    for name, parameter in proposal.parameters:
        values = [value for _, value in parameter.rows] if isinstance(parameter, TableParameter) else [parameter]
        if name in read_aloud:
            yield from (value for value in values if isinstance(value, Text))
