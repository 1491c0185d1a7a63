"""A later role that may grant less than an earlier one: who is asked for more would have to say no."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from amends.domain.action_kinds import ActionKind
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Pack, Role
from amends.packs.read_settings import BANDED

LAW: Final = Law(
    name="falling-authority",
    severity=Severity.WARNING,
    says="Each role of `authority` may grant at least what the one before it may.",
    bad="""\
authority:
  - {role: frontline, refund: 100 USD}
  - {role: lead, refund: 80 USD}
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
""",
    good="""\
authority:
  - {role: frontline, refund: 100 USD}
  - {role: lead, refund: 800 USD}
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
""",
)


def check(pack: Pack) -> Iterator[Diagnostic]:
    """Role by role; a kind that a role leaves out is nothing."""
    for before, role in pairwise(pack.authority):
        for kind in BANDED:
            fallen = _fallen(before, role, kind)
            if fallen and role.position is not None:
                message = f"{role.role} may grant less {kind} than {before.role}, who is asked first: {fallen}"
                yield LAW.broken(role.position, message, role.role, kind, hint="roles stand in the order of authority")


def _fallen(before: Role, role: Role, kind: ActionKind) -> str:
    """What falls, in words; empty where nothing does. Amounts compare within one currency."""
    if kind not in before.bands:
        return ""
    earlier, later = before.bands[kind], role.bands.get(kind, ())
    if later is None:
        return ""
    if earlier is None:
        return "unlimited before it"
    left = {money.currency: money for money in later}
    for money in earlier:
        after = left.get(money.currency, money.with_units(0))
        if after.minor_units < money.minor_units:
            return f"{after} after {money}"
    return ""
