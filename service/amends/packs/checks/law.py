"""What every check says of itself: name, how bad a breach is, its law in a sentence, and an example of either side."""

from dataclasses import dataclass
from typing import Final

from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Position

EXAMPLE: Final = """\
pack: example
version: 2026.11.1
title: A shop
currency: USD
tiers: [none, gold]
contact_reasons: [late_delivery, damaged]
teams: {customer_care: {label: Customer care}}
facts:
  days_late: {type: integer, unit: days, min: 0, ask: "How many days late was it?"}
"""
"""What every example of a pack begins with."""


@dataclass(frozen=True, slots=True)
class Law:
    """One check. `bad` breaks the law and `good` does not: each completes EXAMPLE to a pack.yaml."""

    name: str
    severity: Severity
    says: str
    bad: str
    good: str

    def broken(self, at: Position, message: str, *about: str, hint: str = "") -> Diagnostic:
        """The finding that the law is broken, which concerns the ids `about`."""
        return Diagnostic(at, self.name, message, hint=hint, severity=self.severity, about=about)
