"""An overlap: of two rules of one priority that ask for different things, only one is done, and their ids say which."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from amends.domain.action_kinds import KINDS, ActionKind, Combine
from amends.domain.decision import Decision, Verdict
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Severity
from amends.packs.model import Pack, Proposal, Rule
from amends.proving.checks.breach import Breach

LAW: Final = Law(
    name="overlap",
    severity=Severity.WARNING,
    says="Where only one of several proposals is done, priorities say which, not the ids of their rules.",
    bad="""\
main: [fault]
rules:
  - id: replace-it
    title: Replace it
    then: [{remedy: {kind: replace}}, {apology: {literal: true}}, {set_expectations: {next: It leaves today.}}]
    because: {agent: Broken., customer: We are sending another one.}
  - id: repair-it
    title: Repair it
    when: {fault: company}
    then: [{remedy: {kind: repair}}]
    because: {agent: Our doing., customer: We are repairing it.}
""",
    good="""\
main: [fault]
rules:
  - id: replace-it
    title: Replace it
    then: [{remedy: {kind: replace}}, {apology: {literal: true}}, {set_expectations: {next: It leaves today.}}]
    because: {agent: Broken., customer: We are sending another one.}
  - id: repair-it
    title: Repair it
    priority: 10
    when: {fault: company}
    then: [{remedy: {kind: repair}}]
    because: {agent: Our doing., customer: We are repairing it.}
""",
)

_HELD: Final = (Verdict.APPLIED, Verdict.LIMITED, Verdict.OVERRULED)


def check(decision: Decision, pack: Pack) -> Iterator[Breach]:
    """Among the rules whose condition holds, for the kinds that stand. Rows of one table stand in the order meant."""
    standing = {action.kind for action in decision.actions}
    firsts = [kind for kind in standing if pack.combine.get(kind, KINDS[kind].combine) is Combine.FIRST]
    if not firsts:
        return
    held = {trace.rule_id for trace in decision.rules if trace.verdict in _HELD}
    applied = [rule for rule in pack.rules if rule.rule_id in held]
    for kind in sorted(firsts):
        yield from _settled_by_id(kind, applied)


def _settled_by_id(kind: ActionKind, applied: list[Rule]) -> Iterator[Breach]:
    asking = [(rule, one) for rule in applied for one in rule.then if one.kind is kind]
    for _, group in groupby(asking, key=lambda pair: pair[0].priority):
        (first, taken), *others = group
        for rule, proposal in others:
            if rule is not first and _table(rule) != _table(first) and _differ(taken, proposal):
                cause = f"only their ids say that the {kind} of {first.rule_id} goes before that of {rule.rule_id}"
                hint = f"give one of them a higher priority; the other stands at {first.position}"
                yield Breach(cause, rule.position, (rule.rule_id, first.rule_id), hint=hint)
        return


def _differ(one: Proposal, other: Proposal) -> bool:
    if one.kind is ActionKind.REFERRAL and _outcome(one) != _outcome(other):
        return False  # of two referrals the honest one goes first, whatever their rules are called
    return one.scope is other.scope and (one.parameters, one.amount) != (other.parameters, other.amount)


def _outcome(proposal: Proposal) -> object:
    return dict(proposal.parameters).get("outcome")


def _table(rule: Rule) -> str:
    return rule.row.table if rule.row is not None else rule.rule_id
