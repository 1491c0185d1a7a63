"""A calendar beside a due time that is not counted in business days: it reads as if it moved the day, and does not."""

from collections.abc import Iterator
from typing import Final

from amends.domain.action import Span
from amends.domain.action_kinds import ActionKind
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Pack, Proposal

_OPEN: Final = """\
calendars:
  bank: {zone: Europe/Vienna, hours: {mon-fri: "09:00-15:00"}}
rules:
  - id: owed
    title: What the law owes
"""

LAW: Final = Law(
    name="idle-calendar",
    severity=Severity.WARNING,
    says="The calendar of an entitlement counts the business days of its `due`.",
    bad=_OPEN
    + """\
    then: [{entitlement: {basis: eu261, amount: 250 EUR, due: 7d, calendar: bank}}]
    because: {agent: It is owed., customer: You are owed this.}
""",
    good=_OPEN
    + """\
    then: [{entitlement: {basis: eu261, amount: 250 EUR, due: 7bd, calendar: bank}}]
    because: {agent: It is owed., customer: You are owed this.}
""",
)


def check(pack: Pack) -> Iterator[Diagnostic]:
    """Each rule once, and a table once, whatever number of rows has it."""
    told: set[str] = set()
    for rule in pack.rules:
        named = rule.rule_id if rule.row is None else rule.row.table
        if named not in told and any(_is_idle(proposal) for proposal in rule.then):
            told.add(named)
            message = f"rule {rule.rule_id}: the calendar of the entitlement counts nothing, `due` is no business days"
            yield LAW.broken(rule.position, message, rule.rule_id, named, hint="due: 7bd, or leave the calendar out")


def _is_idle(proposal: Proposal) -> bool:
    """A `due` that a fact gives is not judged."""
    values = dict(proposal.parameters)
    if proposal.kind is not ActionKind.ENTITLEMENT or "calendar" not in values:
        return False
    due = values.get("due")
    return due is None or (isinstance(due, Span) and not due.business_days)
