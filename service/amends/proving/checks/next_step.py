"""What comes next: not knowing is worse than waiting, so every answer says when the customer hears from us again."""

from collections.abc import Iterator
from typing import Final

from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Severity
from amends.packs.model import Pack
from amends.proving.checks.breach import Breach

LAW: Final = Law(
    name="next-step",
    severity=Severity.WARNING,
    says="Where anything is done, the decision says what comes next: expectations, regular news, or a follow-up.",
    bad="""\
main: [fault]
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}]
""",
    good="""\
main: [fault]
rules:
  - id: say-sorry
    title: Say sorry
    then: [{apology: {literal: true}}, {set_expectations: {next: We call you tomorrow at noon.}}]
""",
)

_SAYING: Final = (ActionKind.SET_EXPECTATIONS, ActionKind.UPDATE_CADENCE, ActionKind.VERIFY_FOLLOWUP)


def check(decision: Decision, _pack: Pack) -> Iterator[Breach]:
    """By the kinds of action that stand."""
    if decision.actions and not any(action.kind in _SAYING for action in decision.actions):
        hint = f"add {', '.join(_SAYING[:-1])} or {_SAYING[-1]}"
        yield Breach("something is done, and nothing says what comes next", hint=hint)
