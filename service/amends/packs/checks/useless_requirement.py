"""A requirement that is never asked, or that nothing can ever meet."""

from collections.abc import Iterator
from typing import Final

from amends.packs.checks.law import Law
from amends.packs.checks.proposed import proposed_kinds
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Pack

LAW: Final = Law(
    name="useless-requirement",
    severity=Severity.WARNING,
    says="A requirement speaks of a kind that some rule proposes, and some rule proposes what meets it.",
    bad="""\
requires:
  - {id: no-bare-apology, kind: apology, when: {customer.apologies_90d: {at_least: 2}}, one_of: [remedy, goodwill]}
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
""",
    good="""\
requires:
  - {id: no-bare-apology, kind: apology, when: {customer.apologies_90d: {at_least: 2}}, one_of: [remedy, goodwill]}
rules:
  - id: send-it-again
    title: Send it again
    then: [{remedy: {kind: resend}}, {apology: {literal: true}}]
    because: {agent: It never came., customer: We are sending it again.}
""",
)


def check(pack: Pack) -> Iterator[Diagnostic]:
    """By the kinds proposed anywhere, whatever their conditions."""
    proposed = proposed_kinds(pack)
    for requirement in pack.requires:
        ident, at = requirement.requirement_id, requirement.position
        if requirement.kind not in proposed:
            message = f"requirement {ident} speaks of {requirement.kind}, which no rule proposes"
            yield LAW.broken(at, message, ident, hint="take it out, or name the kind meant")
        elif not proposed.intersection(requirement.one_of):
            message = f"requirement {ident} is never met: no rule proposes {' or '.join(requirement.one_of)}"
            yield LAW.broken(at, message, ident, hint=f"{requirement.kind} can never stand where it holds")
