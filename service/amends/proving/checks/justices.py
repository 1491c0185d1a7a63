"""The three justices: whoever was let down wants a fair result, a fair course of things and fair treatment."""

from collections.abc import Iterator
from typing import Final

from amends.domain.action_kinds import KINDS, Justice
from amends.domain.decision import Decision
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Severity
from amends.packs.model import Pack
from amends.proving.checks.breach import Breach

LAW: Final = Law(
    name="justices",
    severity=Severity.WARNING,
    says="Where anything substantive is done, the decision serves all three justices.",
    bad="""\
main: [fault]
rules:
  - id: send-it-again
    title: Send it again
    then: [{remedy: {kind: resend}}, {set_expectations: {next: It leaves today.}}]
    because: {agent: It never came., customer: We are sending it again.}
""",
    good="""\
main: [fault]
rules:
  - id: send-it-again
    title: Send it again
    then: [{remedy: {kind: resend}}, {set_expectations: {next: It leaves today.}}, {apology: {literal: true}}]
    because: {agent: It never came., customer: We are sending it again.}
""",
)

_SERVED_BY: Final = {
    Justice.DISTRIBUTIVE: "what the customer gets, as a remedy or a refund",
    Justice.PROCEDURAL: "how it goes on, as the next step or regular news",
    Justice.INTERACTIONAL: "how the customer is treated, as an apology",
}


def check(decision: Decision, _pack: Pack) -> Iterator[Breach]:
    """By the kinds of action that stand."""
    if all(KINDS[action.kind].care for action in decision.actions):
        return
    served = {justice for action in decision.actions for justice in action.planned.justices}
    for justice in Justice:
        if justice not in served:
            cause = f"something substantive is done, and nothing serves {justice} justice"
            yield Breach(cause, about=(justice.value,), hint=f"add {_SERVED_BY[justice]}")
