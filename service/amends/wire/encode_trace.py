"""The trace of rules into the contract's bytes: what became of each, and at `explain: full` why."""

from collections.abc import Iterable, Mapping
from typing import Final

from amends.domain.decision import ConditionTrace, DerivedFact, RuleTrace
from amends.v1 import decision_pb2
from amends.wire.encode_values import write_fact
from amends.wire.names import numbers
from amends.wire.splice import serialised

_VERDICTS: Final = numbers(decision_pb2.Verdict)
_TRUTHS: Final[Mapping[bool | None, "decision_pb2.Truth.ValueType"]] = {
    True: decision_pb2.TRUTH_TRUE,
    False: decision_pb2.TRUTH_FALSE,
    None: decision_pb2.TRUTH_UNKNOWN,
}


def rules_part(rules: Iterable[RuleTrace]) -> bytes:
    """Of a trace, each rule with its verdict, and what is told of its conditions."""
    trace = decision_pb2.Trace()
    for rule in rules:
        message = trace.rules.add(
            rule_id=rule.rule_id,
            title=rule.title,
            verdict=_VERDICTS[rule.verdict],
            sources=rule.sources,
            missing=rule.missing,
        )
        for condition in rule.conditions:
            _write_condition(message.conditions.add(), condition)
        for missed in rule.near_misses:
            message.near_misses.add(path=missed.path, boundary=missed.boundary)
    return serialised(trace)


def derived_part(derived: Iterable[DerivedFact]) -> bytes:
    """Of a trace, how each derived fact came about: `explain: full` alone tells that."""
    trace = decision_pb2.Trace()
    for one in derived:
        _write_derived(trace.derived.add(), one)
    return serialised(trace)


def _write_condition(into: decision_pb2.ConditionTrace, condition: ConditionTrace) -> None:
    into.depth = condition.depth
    into.condition = condition.condition
    into.truth = _TRUTHS[condition.truth]
    into.path = condition.path
    if condition.saw is not None and condition.type is not None:
        write_fact(into.saw, condition.type, condition.saw)


def _write_derived(into: decision_pb2.DerivedFact, derived: DerivedFact) -> None:
    into.path = derived.path
    if derived.value is not None:
        write_fact(into.value, derived.type, derived.value)
    into.case_number = derived.case_number
    into.missing.extend(derived.missing)
