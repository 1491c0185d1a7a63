"""What is told in full, and what has changed, on random packs and situations: laws that hold whatever the rules say."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.application.compiled_pack import CompiledPack
from amends.domain.decision import ChangeKind, RuleTrace, Verdict
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.model import Hit, Pack, Row
from amends.resolution.changes import Superseded
from amends.wire.decode_decision import decode_superseded
from amends.wire.encode import Encoder
from tests.agreement.effort import EXAMPLES, repeatable, thorough
from tests.agreement.situation_generators import situations

a_third = settings(thorough, max_examples=EXAMPLES // 3)
"""Each example decides a random pack several times."""

HELD = {Verdict.APPLIED, Verdict.LIMITED, Verdict.OVERRULED}


@st.composite
def packs_with_a_table(draw: st.DrawFn) -> Pack:
    """A pack of which some rules, as they stand in deciding order, are the rows of a table that is hit first."""
    pack = draw(full_packs(most=8))
    rows = draw(st.integers(0, len(pack.rules)))
    as_rows = [
        replace(rule, row=Row("table", Hit.FIRST, number)) for number, rule in enumerate(pack.rules[:rows], start=1)
    ]
    return replace(pack, rules=(*as_rows, *pack.rules[rows:]))


def value_of(rule: RuleTrace) -> bool | None:
    """The value of a rule's condition, by what is told of its parts."""
    truths = [one.truth for one in rule.conditions if one.depth == 0]
    return False if False in truths else (None if None in truths else True)


@a_third
@given(pack=packs_with_a_table(), situation=situations())
def test_engines_tell_the_same_in_full(pack: Pack, situation: Situation) -> None:
    """Every rule, every condition, every near miss: the same from the index as from the tree."""
    role = pack.authority[0].role
    told = [
        CompiledPack(pack, engine).decide(situation, role=role, explain_full=True).decision
        for engine in (BitmapEngine(), ReferenceEngine())
    ]
    assert told[0] == told[1]


@a_third
@given(pack=packs_with_a_table(), situation=situations())
def test_conditions_say_what_the_verdict_says(pack: Pack, situation: Situation) -> None:
    """A rule that is no row holds, waits or does not match as its conditions are true, unknown or false."""
    decision = (
        CompiledPack(pack, BitmapEngine()).decide(situation, role=pack.authority[0].role, explain_full=True).decision
    )
    assert [rule.rule_id for rule in decision.rules] == [rule.rule_id for rule in pack.rules]
    for rule, told in zip(pack.rules, decision.rules, strict=True):
        value = value_of(told)
        if rule.row is None:
            assert (told.verdict in HELD) is (value is True)
            assert (told.verdict is Verdict.UNDETERMINED) is (value is None)
        if told.near_misses:
            assert (told.verdict, value) == (Verdict.NOT_MATCHED, False)
        for one in told.conditions:
            assert one.saw == (situation.facts.get(one.path) if one.path else None)


def test_random_rules_come_near() -> None:
    """The laws above speak of near misses: some rules have them, and some that did not match have none."""
    seen: Counter[bool] = Counter()

    @repeatable
    @given(pack=packs_with_a_table(), situation=situations())
    def collect(pack: Pack, situation: Situation) -> None:
        compiled = CompiledPack(pack, BitmapEngine())
        for rule in compiled.decide(situation, role=pack.authority[0].role, explain_full=True).decision.rules:
            if rule.verdict is Verdict.NOT_MATCHED:
                seen[bool(rule.near_misses)] += 1

    collect()
    assert seen[True] > 20
    assert seen[False] > 20


@a_third
@given(pack=full_packs(), before=situations(), after=situations())
def test_an_answer_that_was_written_down_compares_as_it_was(pack: Pack, before: Situation, after: Situation) -> None:
    """Read back from the wire, the earlier actions lead to the same changes; against itself nothing has changed."""
    compiled, role = CompiledPack(pack, BitmapEngine()), pack.authority[0].role
    first = compiled.decide(before, role=role)
    written = decode_superseded(Encoder(software_version="1").decision(first))
    kept = Superseded(first.decision.actions)

    assert compiled.decide(before, role=role, superseded=kept).decision.changes == ()
    found = compiled.decide(after, role=role, superseded=kept).decision
    assert compiled.decide(after, role=role, superseded=written).decision.changes == found.changes

    here, there = {one.action_id for one in found.actions}, {one.action_id for one in first.decision.actions}
    for change in found.changes:
        assert change.action_id in (there if change.kind in {ChangeKind.GONE, ChangeKind.WITHDRAW} else here)


@a_third
@given(pack=full_packs(), before=situations(), after=situations())
def test_only_what_was_offered_is_withdrawn_and_nothing_that_was_done(
    pack: Pack, before: Situation, after: Situation
) -> None:
    """With everything offered, what would be gone is to be withdrawn; with everything carried out, neither."""
    compiled, role = CompiledPack(pack, BitmapEngine()), pack.authority[0].role
    actions = compiled.decide(before, role=role).decision.actions
    every = frozenset(action.action_id for action in actions)

    def lost(offered: frozenset[str], executed: frozenset[str]) -> list[tuple[ChangeKind, str]]:
        found = compiled.decide(after, role=role, superseded=Superseded(actions, offered, executed)).decision.changes
        return [(one.kind, one.action_id) for one in found if one.kind in {ChangeKind.GONE, ChangeKind.WITHDRAW}]

    gone = lost(frozenset(), frozenset())
    assert lost(every, frozenset()) == [(ChangeKind.WITHDRAW, action_id) for _, action_id in gone]
    assert lost(every, every) == []
