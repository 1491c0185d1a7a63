"""Money without an apology buys nothing: who is paid and not heard feels paid off."""

from collections.abc import Iterator
from typing import Final

from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Severity
from amends.packs.model import Pack
from amends.proving.checks.breach import Breach

LAW: Final = Law(
    name="money-without-apology",
    severity=Severity.WARNING,
    says="Where money is given, an apology stands beside it.",
    bad="""\
main: [fault]
rules:
  - id: fee-back
    title: The fee goes back
    then: [{refund: {amount: 5 USD}}, {set_expectations: {next: It is on your account in two days.}}]
    because: {agent: We were late., customer: "You get {amount} back."}
  - id: next-call
    title: Call
    then: [{proactive_contact: {}}]
    because: {agent: Call before they do., customer: We are calling you about it.}
""",
    good="""\
main: [fault]
rules:
  - id: fee-back
    title: The fee goes back
    then: [{refund: {amount: 5 USD}}, {set_expectations: {next: It is on your account.}}, {apology: {literal: true}}]
    because: {agent: We were late., customer: "You get {amount} back."}
""",
)


def check(decision: Decision, pack: Pack) -> Iterator[Breach]:
    """The cause is the rule that gives the money."""
    if any(action.kind is ActionKind.APOLOGY for action in decision.actions):
        return
    paying = dict.fromkeys(action.rule_ids[0] for action in decision.actions if action.amount is not None)
    positions = {rule.rule_id: rule.position for rule in pack.rules} if paying else {}
    for rule_id in paying:
        cause = f"rule {rule_id} gives money without an apology"
        yield Breach(cause, positions[rule_id], (rule_id,), hint="let a rule apologise wherever this one applies")
