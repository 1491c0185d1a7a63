"""Explain: what became of each rule that fired or could have. Applied rules first, then the undetermined ones."""

from collections.abc import Iterable, Sequence

from amends.domain.decision import RuleTrace, Verdict
from amends.packs.model import Rule
from amends.resolution.unsettled import OpenRule


def trace(
    applied: Sequence[Rule],
    open_rules: Iterable[OpenRule],
    *,
    overruled: frozenset[str],
    limited: frozenset[str],
) -> tuple[RuleTrace, ...]:
    """The trace at `explain: fired`, in deciding order within applied and undetermined."""
    fired = tuple(
        RuleTrace(rule.rule_id, rule.title, _verdict(rule.rule_id, overruled, limited), rule.sources)
        for rule in applied
    )
    waiting = tuple(
        RuleTrace(
            open_rule.rule.rule_id,
            open_rule.rule.title,
            Verdict.UNDETERMINED,
            open_rule.rule.sources,
            open_rule.missing,
        )
        for open_rule in open_rules
    )
    return fired + waiting


def _verdict(rule_id: str, overruled: frozenset[str], limited: frozenset[str]) -> Verdict:
    if rule_id in overruled:
        return Verdict.OVERRULED
    return Verdict.LIMITED if rule_id in limited else Verdict.APPLIED
