"""A gap: a cell for which no rule has anything to say."""

from collections.abc import Iterator
from typing import Final

from amends.domain.decision import Decision, Outcome, Verdict
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Severity
from amends.packs.model import Pack
from amends.proving.checks.breach import Breach

LAW: Final = Law(
    name="gap",
    severity=Severity.WARNING,
    says="In every cell of `main` some rule has something to say.",
    bad="""\
main: [fault]
rules:
  - id: ours
    title: Our fault
    when: {fault: company}
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you back.}}]
""",
    good="""\
main: [fault]
rules:
  - id: always
    title: Whoever did it
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you back.}}]
""",
)


def check(decision: Decision, _pack: Pack) -> Iterator[Breach]:
    """Where facts are asked for, something is said."""
    if decision.outcome is Outcome.NO_RULE_MATCHED:
        waits = any(trace.verdict is Verdict.UNDETERMINED for trace in decision.rules)
        cause = "no rule matches until missing facts are known, and none is asked for" if waits else "no rule matches"
        yield Breach(cause, hint="write a rule for them, or one without `when` for all that is left")
