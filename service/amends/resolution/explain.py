"""Explain: what became of each rule. At `fired` those that fired or could have; at `full` every one, and why.

What `full` adds is made from the pack, the facts and the trace at `fired` alone: it is no part of a plan, and nothing
of it is remembered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from amends.domain.decision import ConditionTrace, DerivedFact, RuleTrace, Verdict
from amends.domain.facts import Facts, Vocabulary
from amends.packs.conditions import AllOf, AnyOf, Condition, NoneOf, evaluate
from amends.packs.model import Derive, Hit, Pack, Rule
from amends.packs.words_of_conditions import ConditionLine, condition_words
from amends.resolution.derive import Sources
from amends.resolution.near_miss import near_misses
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


def full_trace(pack: Pack, fired: Iterable[RuleTrace], facts: Facts) -> tuple[RuleTrace, ...]:
    """The trace at `explain: full`: every rule in deciding order. `facts` hold the derived ones too."""
    told = {rule.rule_id: rule for rule in fired}
    return tuple(_told_in_full(rule, told.get(rule.rule_id), pack, facts) for rule in pack.rules)


def derived_facts(pack: Pack, known: Facts, facts: Facts) -> tuple[DerivedFact, ...]:
    """How each derived fact came about, in the order of deriving. `known` is what the caller said."""
    sources, order = Sources(pack), pack.vocabulary.order
    return tuple(
        DerivedFact(
            path=derive.path,
            type=pack.vocabulary.specs[derive.path].type,
            value=facts.get(derive.path),
            case_number=0 if derive.path in known or derive.path not in facts else _case(derive, facts),
            missing=()
            if derive.path in facts
            else tuple(sorted(sources.of((derive.path,), facts), key=order.__getitem__)),
        )
        for derive in pack.derives
    )


def _verdict(rule_id: str, overruled: frozenset[str], limited: frozenset[str]) -> Verdict:
    if rule_id in overruled:
        return Verdict.OVERRULED
    return Verdict.LIMITED if rule_id in limited else Verdict.APPLIED


def _told_in_full(rule: Rule, told: RuleTrace | None, pack: Pack, facts: Facts) -> RuleTrace:
    conditions = tuple(
        _condition(line, pack.vocabulary, facts)
        for line in condition_words(rule.when, pack.vocabulary, timezone=pack.timezone)
    )
    if told is not None:
        return replace(told, conditions=conditions)
    missed = near_misses(rule.when, _rows_before(rule, pack), facts, pack.vocabulary, timezone=pack.timezone)
    return RuleTrace(rule.rule_id, rule.title, Verdict.NOT_MATCHED, rule.sources, (), conditions, missed)


def _condition(line: ConditionLine, vocabulary: Vocabulary, facts: Facts) -> ConditionTrace:
    condition, truth = line.condition, evaluate(line.condition, facts)
    match condition:
        case AllOf() | AnyOf() | NoneOf():
            return ConditionTrace(line.depth, line.words, truth)
        case _:
            path = condition.path
            return ConditionTrace(line.depth, line.words, truth, path, vocabulary.specs[path].type, facts.get(path))


def _rows_before(rule: Rule, pack: Pack) -> list[Condition]:
    """The rows that go before a row of a table that is hit first."""
    row = rule.row
    if row is None or row.hit is not Hit.FIRST:
        return []
    return [
        other.when
        for other in pack.rules
        if other.row is not None and other.row.table == row.table and other.row.number < row.number
    ]


def _case(derive: Derive, facts: Facts) -> int:
    """The case that gave the fact, from 1: the first that holds, as none before it was unknown."""
    return next(number for number, case in enumerate(derive.cases, start=1) if evaluate(case.when, facts))
