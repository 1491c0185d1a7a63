"""Explain: what became of each rule. At `fired` those that fired or could have; at `full` every one, and why.

What `full` adds is made from the pack, the facts and the trace at `fired` alone: it is no part of a plan, and nothing
of it is remembered.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from amends.domain.decision import ConditionTrace, DerivedFact, RuleTrace, Verdict
from amends.domain.facts import Facts, Vocabulary
from amends.packs.conditions import AllOf, AnyOf, NoneOf, evaluate
from amends.packs.model import Derive, Pack, Rule
from amends.packs.words_of_conditions import ConditionLine, condition_words
from amends.resolution.derive import Sources
from amends.resolution.first_hit import first_hit_tables
from amends.resolution.matches import Matches
from amends.resolution.near_miss import near_misses
from amends.resolution.unsettled import OpenRule


def trace(
    applied: Sequence[Rule],
    open_rules: Iterable[OpenRule],
    *,
    overruled: frozenset[str],
    limited: frozenset[str],
) -> tuple[RuleTrace, ...]:
    """The trace at `explain: fired`: applied rules, then undetermined ones, each in deciding order."""
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


def full_trace(
    pack: Pack, fired: Iterable[RuleTrace], facts: Facts, match: Callable[[Facts], Matches]
) -> tuple[RuleTrace, ...]:
    """The trace at `explain: full`: every rule in deciding order. `facts` hold the derived ones too.

    `match` answers the pack's conditions as an engine does: of a long table it is far faster than row by row.
    """
    told, before = {rule.rule_id: rule for rule in fired}, _rows_before(pack)

    def barred_at(place: int) -> Callable[[Facts], bool]:
        rows = before.get(place, 0)
        return lambda known: bool(rows and match(known).may & rows)

    return tuple(
        _told_in_full(rule, told.get(rule.rule_id), pack, facts, barred=barred_at(place))
        for place, rule in enumerate(pack.rules)
    )


def derived_facts(pack: Pack, known: Facts, facts: Facts) -> tuple[DerivedFact, ...]:
    """How each derived fact came about, in the order of deriving. `known` is what the caller said."""
    sources, order = Sources(pack, facts), pack.vocabulary.order
    return tuple(
        DerivedFact(
            path=derive.path,
            type=pack.vocabulary.specs[derive.path].type,
            value=facts.get(derive.path),
            case_number=0 if derive.path in known or derive.path not in facts else _case(derive, facts),
            missing=() if derive.path in facts else tuple(sorted(sources.of((derive.path,)), key=order.__getitem__)),
        )
        for derive in pack.derives
    )


def _verdict(rule_id: str, overruled: frozenset[str], limited: frozenset[str]) -> Verdict:
    if rule_id in overruled:
        return Verdict.OVERRULED
    return Verdict.LIMITED if rule_id in limited else Verdict.APPLIED


def _told_in_full(
    rule: Rule, told: RuleTrace | None, pack: Pack, facts: Facts, *, barred: Callable[[Facts], bool]
) -> RuleTrace:
    conditions = tuple(
        _condition(line, pack.vocabulary, facts)
        for line in condition_words(rule.when, pack.vocabulary, timezone=pack.timezone)
    )
    if told is not None:
        return replace(told, conditions=conditions)
    missed = near_misses(rule.when, facts, pack.vocabulary, timezone=pack.timezone, barred=barred)
    return RuleTrace(rule.rule_id, rule.title, Verdict.NOT_MATCHED, rule.sources, (), conditions, missed)


def _condition(line: ConditionLine, vocabulary: Vocabulary, facts: Facts) -> ConditionTrace:
    condition, truth = line.condition, evaluate(line.condition, facts)
    match condition:
        case AllOf() | AnyOf() | NoneOf():
            return ConditionTrace(line.depth, line.words, truth)
        case _:
            path = condition.path
            return ConditionTrace(line.depth, line.words, truth, path, vocabulary.specs[path].type, facts.get(path))


def _rows_before(pack: Pack) -> dict[int, int]:
    """For each row of a table that is hit first, by its place among the rules, the bits of the rows before it."""
    bits: dict[int, int] = {}
    for table in first_hit_tables(pack.rules):
        passed = 0
        for place in table.numbers:
            bits[place] = passed
            passed |= 1 << place
    return bits


def _case(derive: Derive, facts: Facts) -> int:
    """The case that gave the fact, from 1: the first that holds, as none before it was unknown."""
    return next(number for number, case in enumerate(derive.cases, start=1) if evaluate(case.when, facts))
