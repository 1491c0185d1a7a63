"""An internal identifier in a customer's text: customers do not know our words, least of all those with underscores."""

import re
from collections.abc import Iterator
from typing import Final

from amends.domain.action_kinds import ActionKind
from amends.packs.checks.customer_texts import said_texts
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Pack, Position, Text

LAW: Final = Law(
    name="internal-identifier",
    severity=Severity.ERROR,
    says="What a customer reads names no fact, team, rule or value by its identifier, unless the rule explains it.",
    bad="""\
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
    because: {agent: Sorry first., customer: Your case of late_delivery is with customer_care now.}
""",
    good="""\
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
    because: {agent: Sorry first., customer: Your parcel is late. Our customer care looks after it now.}
""",
)

_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
_ADDRESS: Final = re.compile(r"\S+@\S+|\w+://\S+|www\.\S+")
_WORD: Final = re.compile(r"\w[\w./-]*\w")
_FEWEST_JOINTS: Final = 2


def check(pack: Pack) -> Iterator[Diagnostic]:
    """Words that are known as identifiers and look like one; plain words (`refund`, `on-time`) may be said."""
    known = internal_identifiers(pack)
    for rule in pack.rules:
        if any(proposal.kind is ActionKind.CLARIFY for proposal in rule.then):
            continue
        texts = [text for proposal in rule.then for text in said_texts(proposal)]
        if rule.because_customer is not None:
            texts.append(rule.because_customer)
        yield from _found(texts, known, rule.position, f"rule {rule.rule_id}", rule.rule_id)
    for guardrail in pack.guardrails:
        ident = guardrail.guardrail_id
        yield from _found([guardrail.instead], known, guardrail.position, f"guardrail {ident}", ident)


def _found(texts: list[Text], known: frozenset[str], at: Position, what: str, ident: str) -> Iterator[Diagnostic]:
    words = [word for text in texts for template in text.by_locale.values() for word in _words(template)]
    for word in dict.fromkeys(word for word in words if word in known):
        message = f"{what} says the internal identifier {word!r} to the customer"
        yield LAW.broken(at, message, ident, hint="say it in the customer's words, or explain it by `clarify`")


def _words(template: str) -> list[str]:
    return _WORD.findall(_ADDRESS.sub(" ", _PLACEHOLDER.sub(" ", template)))


def internal_identifiers(pack: Pack) -> frozenset[str]:
    """What nobody would write by chance: dots of a path, an underscore, or a rule's id of three parts."""
    names = [
        *(name for spec in pack.vocabulary for name in (spec.path, spec.path.rpartition(".")[2], *spec.values)),
        *pack.teams,
        *pack.calendars,
        *pack.actions,
        *(role.role for role in pack.authority),
        *(kind.value for kind in ActionKind),
    ]
    joined = (name for name in names if "_" in name or "." in name)
    rules = (rule.rule_id for rule in pack.rules if len(re.findall(r"[-_/]", rule.rule_id)) >= _FEWEST_JOINTS)
    return frozenset((*joined, *rules))
