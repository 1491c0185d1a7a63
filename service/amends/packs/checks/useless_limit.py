"""A limit on kinds that no rule proposes: it reads as if it kept something in bounds, and bounds nothing."""

from collections.abc import Iterator
from typing import Final

from amends.packs.checks.law import Law
from amends.packs.checks.proposed import proposed_kinds
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Pack

LAW: Final = Law(
    name="useless-limit",
    severity=Severity.WARNING,
    says="A limit bounds a kind that some rule proposes.",
    bad="""\
limits:
  - {id: goodwill-a-year, of: [goodwill], at_most: 150 USD, minus: customer.goodwill_granted_365d}
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
""",
    good="""\
limits:
  - {id: goodwill-a-year, of: [goodwill], at_most: 150 USD, minus: customer.goodwill_granted_365d}
rules:
  - id: voucher
    title: A voucher for the wait
    then: [{goodwill: {kind: credit, amount: 5 USD}}, {apology: {literal: true}}]
    because: {agent: The wait was ours., customer: "Please take {amount} for the wait."}
""",
)


def check(pack: Pack) -> Iterator[Diagnostic]:
    """Kinds that an entitlement covers are proposed with it: it counts as them."""
    proposed = proposed_kinds(pack)
    for limit in pack.limits:
        if not proposed.intersection(limit.of):
            message = f"limit {limit.limit_id} bounds {', '.join(limit.of)}, which no rule proposes"
            yield LAW.broken(limit.position, message, limit.limit_id, hint="take it out, or name the kinds meant")
