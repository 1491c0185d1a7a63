"""Explain in full: every rule, every condition with the fact that it saw, and how derived facts came about."""

from dataclasses import replace

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.domain.decision import ConditionTrace, Decision, DerivedFact, NearMiss, RuleTrace, Verdict
from amends.domain.facts import FactSpec, FactType, Value
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import ALWAYS, AllOf, AnyOf, Between, Bound, Condition, NoneOf, OneOf
from amends.packs.model import Case, Derive, Hit, Pack, Position, Row
from amends.resolution.changes import Superseded
from tests.unit.resolution.building import UNLESS_KNOWN, pack, propose, rule, situation, usd

HERE = Position("built.yaml", 1, 1)
COMPANY = OneOf("fault", ("company",))


def at_least(count: int) -> Between:
    return Between("facts.count", Bound(count, inclusive=True), None)


def explained(built: Pack, **facts: Value) -> Decision:
    """`count` stands for the fact of that name."""
    named = {"facts.count" if name == "count" else name: value for name, value in facts.items()}
    return CompiledPack(built, ReferenceEngine()).decide(situation(named), role="frontline", explain_full=True).decision


def told(decision: Decision) -> dict[str, RuleTrace]:
    return {one.rule_id: one for one in decision.rules}


def test_every_rule_stands_in_deciding_order_with_its_verdict() -> None:
    """What did not match too; what is undetermined says for what it waits."""
    built = pack(
        rule("c-waits", propose("failover"), when=UNLESS_KNOWN, priority=9),
        rule("b", propose("apology")),
        rule("a-not", propose("apology"), when=COMPANY, priority=-1),
        rule("b-out", propose("goodwill", usd("1"), kind="gift")),
        rule("d", forbids=["goodwill"], priority=-2),
    )
    decision = explained(built, fault="nobody")
    assert [(one.rule_id, one.verdict) for one in decision.rules] == [
        ("c-waits", Verdict.UNDETERMINED),
        ("b", Verdict.APPLIED),
        ("b-out", Verdict.OVERRULED),
        ("a-not", Verdict.NOT_MATCHED),
        ("d", Verdict.APPLIED),
    ]
    assert decision.rules[0].missing == ("obvious_mistake",)
    assert (decision.rules[3].title, decision.rules[3].sources) == ("Title of a-not", ("D1",))


def test_each_condition_says_its_value_and_what_it_saw() -> None:
    """True, false and unknown; a group has a value and no fact; what is missing was not seen."""
    when = AllOf((COMPANY, AnyOf((AllOf((at_least(3),)), UNLESS_KNOWN)), NoneOf((OneOf("fit", ("none",)),))))
    decision = explained(pack(rule("one", propose("apology"), when=when)), fault="company", count=1)
    assert told(decision)["one"].conditions == (
        ConditionTrace(0, "fault: company", truth=True, path="fault", type=FactType.ENUM, saw="company"),
        ConditionTrace(0, "any of", truth=None),
        ConditionTrace(1, "facts.count: at least 3", truth=False, path="facts.count", type=FactType.INTEGER, saw=1),
        ConditionTrace(1, "obvious_mistake: true", truth=None, path="obvious_mistake", type=FactType.BOOLEAN),
        ConditionTrace(0, "none of", truth=None),
        ConditionTrace(1, "fit: none", truth=None, path="fit", type=FactType.ENUM),
    )


def test_a_near_miss_is_told_of_what_did_not_match_only() -> None:
    """Seven days would have done; a rule that applied needs no boundary."""
    built = pack(
        rule("far", propose("apology"), when=AllOf((COMPANY, at_least(7)))),
        rule("near", propose("apology"), when=at_least(3)),
    )
    rules = told(explained(built, fault="company", count=5))
    assert rules["far"].near_misses == (NearMiss("facts.count", "from 7"),)
    assert rules["near"].near_misses == ()
    assert told(explained(built, fault="nobody", count=5))["far"].near_misses == ()


def test_rows_after_the_hit_are_not_matched_and_not_near() -> None:
    """Of a table that is hit first, what comes after the hit was never asked."""
    cells: list[Condition] = [at_least(9), at_least(5), at_least(7), ALWAYS]
    rows = tuple(
        replace(rule(f"by/row-{number}", propose("apology"), when=when), row=Row("by", Hit.FIRST, number))
        for number, when in enumerate(cells, start=1)
    )
    rules = told(explained(pack(*rows), count=6))
    assert {name: one.verdict for name, one in rules.items()} == {
        "by/row-1": Verdict.NOT_MATCHED,
        "by/row-2": Verdict.APPLIED,
        "by/row-3": Verdict.NOT_MATCHED,
        "by/row-4": Verdict.NOT_MATCHED,
    }
    assert rules["by/row-1"].near_misses == (NearMiss("facts.count", "from 9"),)
    assert rules["by/row-3"].near_misses == ()


def derives() -> Pack:
    """The count gives the severity (first case that holds), and that whether it is urgent."""
    severity = Derive(
        "severity",
        (
            Case(AllOf((at_least(9), COMPANY)), "critical", HERE),
            Case(at_least(5), "high", HERE),
            Case(ALWAYS, "low", HERE),
        ),
        Hit.FIRST,
        None,
        HERE,
    )
    scale = ("low", "medium", "high", "critical")
    urgent = Derive(
        "kept_service",
        (
            Case(Between("severity", Bound("high", inclusive=True), None, scale), value=True, position=HERE),
            Case(ALWAYS, value=False, position=HERE),
        ),
        Hit.FIRST,
        None,
        HERE,
    )
    built = pack(rule("urgent", propose("apology"), when=OneOf("kept_service", (True,))))
    assert isinstance(built.vocabulary.get("severity"), FactSpec)
    return replace(built, derives=(severity, urgent))


@pytest.mark.parametrize(
    ("facts", "severity", "kept_service"),
    [
        ({"count": 6}, ("high", 2, ()), (True, 1, ())),
        ({"count": 1}, ("low", 3, ()), (False, 2, ())),
        ({"count": 1, "severity": "high"}, ("high", 0, ()), (True, 1, ())),
        ({}, (None, 0, ("facts.count", "fault")), (None, 0, ("facts.count", "fault"))),
        ({"count": 9}, (None, 0, ("fault",)), (None, 0, ("fault",))),
    ],
)
def test_a_derived_fact_says_which_case_gave_it(
    facts: dict[str, Value],
    severity: tuple[Value, int, tuple[str, ...]],
    kept_service: tuple[Value, int, tuple[str, ...]],
) -> None:
    """Or that the caller said it (case 0), or for which facts it waits, its own sources in place of derived ones."""
    first, second = explained(derives(), **facts).derived
    assert first == DerivedFact("severity", FactType.ENUM, severity[0], severity[1], in_order(severity[2]))
    assert second == DerivedFact(
        "kept_service", FactType.BOOLEAN, kept_service[0], kept_service[1], in_order(kept_service[2])
    )


def in_order(paths: tuple[str, ...]) -> tuple[str, ...]:
    order = pack().vocabulary.order
    return tuple(sorted(paths, key=order.__getitem__))


def test_conditions_see_derived_facts() -> None:
    """What a rule was decided on is what it says it saw."""
    (urgent,) = explained(derives(), count=6).rules
    assert urgent.conditions == (
        ConditionTrace(0, "kept_service: true", truth=True, path="kept_service", type=FactType.BOOLEAN, saw=True),
    )


def test_full_adds_and_changes_nothing_else() -> None:
    """The decision is the same but for its trace, and the plan's trace stands beside it for the wire."""
    built = pack(rule("one", propose("apology"), when=COMPANY), rule("two", propose("apology"), when=at_least(3)))
    compiled, about = CompiledPack(built, BitmapEngine()), situation({"fault": "company", "facts.count": 1})
    fired = compiled.decide(about, role="frontline")
    full = compiled.decide(about, role="frontline", explain_full=True)
    assert full.decision._replace(rules=fired.decision.rules, derived=()) == fired.decision
    assert (full.fired, full.plan) == (fired.decision.rules, fired.plan)
    assert fired.fired is None
    assert [one.rule_id for one in full.decision.rules] == ["one", "two"]


def test_a_decision_says_what_changed_where_it_supersedes_one() -> None:
    """At every level of explanation, and never where none is superseded."""
    built = pack(rule("one", propose("goodwill", usd("5"), kind="gift"), when=COMPANY))
    compiled = CompiledPack(built, ReferenceEngine())
    before = compiled.decide(situation({"fault": "company"}), role="frontline").decision
    assert before.changes == ()
    for full in (False, True):
        after = compiled.decide(
            situation({"fault": "nobody"}), role="frontline", explain_full=full, superseded=Superseded(before.actions)
        )
        assert [(one.kind, one.before) for one in after.decision.changes] == [("gone", usd("5"))]
