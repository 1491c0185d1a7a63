"""Rules in words: verdicts, conditions with what they saw, and how near a rule was."""

import io

from google.protobuf.duration_pb2 import Duration
from rich.console import Console, Group

from amends.cli.rule_words import derived_facts, explained_rules
from amends.v1 import decision_pb2, situation_pb2
from amends.v1.decision_pb2 import ConditionTrace, Decision, DerivedFact, NearMiss, RuleTrace, Trace, Verdict
from amends.v1.situation_pb2 import FactValue

TRUE, FALSE, UNKNOWN = decision_pb2.TRUTH_TRUE, decision_pb2.TRUTH_FALSE, decision_pb2.TRUTH_UNKNOWN


def shown(*rules: RuleTrace) -> list[str]:
    return printed(Group(*explained_rules(rules)))


def printed(page: Group) -> list[str]:
    console = Console(file=io.StringIO(), width=100)
    console.print(page)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def condition(
    words: str, truth: decision_pb2.Truth.ValueType, saw: FactValue | None = None, depth: int = 0
) -> ConditionTrace:
    path = words.partition(":")[0] if ":" in words else ""
    return ConditionTrace(depth=depth, condition=words, truth=truth, path=path, saw=saw)


def test_a_rule_is_shown_with_its_conditions_and_what_they_saw() -> None:
    """What a condition asked for and saw stands once; what is missing is not known; groups stand above theirs."""
    rule = RuleTrace(
        rule_id="late",
        title="We were late",
        verdict=decision_pb2.VERDICT_NOT_MATCHED,
        sources=["D23", "R2"],
        conditions=[
            condition("fault: company", TRUE, FactValue(text="company")),
            condition("any of", FALSE),
            condition("facts.days: at least 7", FALSE, FactValue(integer=3), depth=1),
            condition("waited: above 1h30m", UNKNOWN, depth=1),
            condition("obvious_mistake: true", FALSE, FactValue(boolean=False)),
            condition("flags: has any of safety", FALSE, FactValue(set=situation_pb2.TextSet())),
            condition("waited: below 20m", FALSE, FactValue(duration=Duration(seconds=1_200))),
        ],
        near_misses=[NearMiss(path="facts.days", boundary="from 7 days")],
    )
    assert shown(rule) == [
        "  ✗ late  not matched: We were late [D23, R2]",
        "    ✓ fault: company",
        "    ✗ any of",
        "      ✗ facts.days: at least 7  saw 3",
        "      ? waited: above 1h30m  not known",
        "    ✗ obvious_mistake: true  saw false",
        "    ✗ flags: has any of safety  saw []",
        "    ✗ waited: below 20m  saw 20m",
        "    → near: from 7 days it would have applied (facts.days)",
    ]


def test_a_rule_that_waits_says_for_what() -> None:
    """The facts that would settle it."""
    rule = RuleTrace(rule_id="a", title="A", verdict=decision_pb2.VERDICT_UNDETERMINED, missing=["fit", "severity"])
    assert shown(rule) == ["  ? a  undetermined: A", "    → waits for fit, severity"]


def test_every_verdict_has_a_mark_of_its_own() -> None:
    """Told apart without colours; one of a newer version is shown all the same."""
    rules = [RuleTrace(rule_id="r", verdict=verdict) for verdict in Verdict.values() if verdict]
    marks = [line.split()[0] for line in shown(*rules)]
    assert len(set(marks)) == len(marks) == 5
    assert shown(RuleTrace(rule_id="r", title="T", verdict=Verdict.ValueType(99))) == ["  · r  99: T"]


def test_derived_facts_say_where_they_come_from() -> None:
    """From a case, from the caller, or from nowhere yet."""
    decision = Decision(
        trace=Trace(
            derived=[
                DerivedFact(path="a", value=FactValue(text="high"), case_number=2),
                DerivedFact(path="b", value=FactValue(boolean=True)),
                DerivedFact(path="c", missing=["fit"]),
                DerivedFact(path="d"),
            ]
        )
    )
    assert printed(Group(*derived_facts(decision))) == [
        "  · a  high, by case 2",
        "  · b  true, as the caller said",
        "  · c  not known; waits for fit",
        "  · d  not known",
    ]


def test_words_of_a_pack_cannot_take_over_the_terminal() -> None:
    """Neither control codes nor markup."""
    rule = RuleTrace(rule_id="\x1b[2J", title="[red]x[/red]", conditions=[condition("a\x07: b", TRUE)])
    assert not any("\x1b" in line or "\x07" in line for line in shown(rule))
    assert "[red]x[/red]" in shown(rule)[0]
