"""What no test exercises may say anything, and nobody notices."""

from collections.abc import Iterator
from typing import Final

from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Position
from amends.proving.coverage import Coverage, unexercised

LAW: Final = Law(
    name="unexercised",
    severity=Severity.WARNING,
    says="Every rule and every condition is exercised by a test of the pack.",
    bad="""\
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you tomorrow at noon.}}]
""",
    good="""\
rules: []
""",
)


def check(coverage: Coverage, pack_file: Position) -> Iterator[Diagnostic]:
    """One finding a rule; of a pack whose tests apply no rule at all, one in all."""
    if coverage.rules and not any(rule.applied for rule in coverage.rules):
        message = f"no test exercises any of its {len(coverage.rules)} rules"
        yield LAW.broken(pack_file, message, "main", hint="write tests beside the rules, in tests/NAME_test.yaml")
        return
    yield from unexercised(coverage)
