"""What is told in full, and what has changed, on random packs and situations: laws that hold whatever the rules say."""

from hypothesis import given, settings

from amends.application.compiled_pack import CompiledPack
from amends.domain.decision import ChangeKind, RuleTrace, Verdict
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import evaluate
from amends.packs.model import Pack
from amends.resolution.changes import Superseded
from amends.v1.decision_pb2 import Decision
from amends.wire.decode_decision import decode_superseded
from amends.wire.encode import Encoder
from tests.agreement.effort import EXAMPLES, thorough
from tests.agreement.generators import VOCABULARY, values_near
from tests.agreement.pack_generators import full_packs
from tests.agreement.situation_generators import situations

few = settings(thorough, max_examples=max(EXAMPLES // 6, 1))
"""Each example decides a random pack several times."""

HELD = {Verdict.APPLIED, Verdict.LIMITED, Verdict.OVERRULED}


def value_of(rule: RuleTrace) -> bool | None:
    """The value of a rule's condition, by what is told of its parts."""
    truths = [one.truth for one in rule.conditions if one.depth == 0]
    return False if False in truths else (None if None in truths else True)


@few
@given(pack=full_packs(), situation=situations())
def test_engines_tell_the_same_in_full(pack: Pack, situation: Situation) -> None:
    """Every rule, every condition, every near miss: the same from the index as from the tree."""
    role = pack.authority[0].role
    told = [
        CompiledPack(pack, engine).decide(situation, role=role, explain_full=True).decision
        for engine in (BitmapEngine(), ReferenceEngine())
    ]
    assert told[0] == told[1]


@few
@given(pack=full_packs(), situation=situations())
def test_conditions_say_what_the_verdict_says(pack: Pack, situation: Situation) -> None:
    """A rule that is no row holds, waits or does not match as its conditions are true, unknown or false."""
    compiled = CompiledPack(pack, BitmapEngine())
    decision, facts = (
        compiled.decide(situation, role=pack.authority[0].role, explain_full=True).decision,
        compiled.match(situation.facts)[0],
    )
    assert [rule.rule_id for rule in decision.rules] == [rule.rule_id for rule in pack.rules]
    for rule, told in zip(pack.rules, decision.rules, strict=True):
        value = value_of(told)
        if rule.row is None:
            assert (told.verdict in HELD) is (value is True)
            assert (told.verdict is Verdict.UNDETERMINED) is (value is None)
        for missed in told.near_misses:
            assert (told.verdict, value) == (Verdict.NOT_MATCHED, False)
            others = ({**facts, missed.path: other} for other in values_near(VOCABULARY.specs[missed.path]))
            assert any(evaluate(rule.when, other) for other in others)
        for one in told.conditions:
            assert one.saw == (facts.get(one.path) if one.path else None)


@few
@given(pack=full_packs(), before=situations(), after=situations())
def test_an_answer_that_was_written_down_compares_as_it_was(pack: Pack, before: Situation, after: Situation) -> None:
    """Read back from the wire, the earlier actions lead to the same changes; against itself nothing has changed."""
    compiled, role = CompiledPack(pack, BitmapEngine()), pack.authority[0].role
    first = compiled.decide(before, role=role)
    written = decode_superseded(Decision.FromString(Encoder(software_version="1").decision(first)))
    kept = Superseded(first.decision.actions)

    assert compiled.decide(before, role=role, superseded=kept).decision.changes == ()
    found = compiled.decide(after, role=role, superseded=kept).decision
    assert compiled.decide(after, role=role, superseded=written).decision.changes == found.changes

    here, there = {one.action_id for one in found.actions}, {one.action_id for one in first.decision.actions}
    for change in found.changes:
        if change.before is not None and change.after is not None and change.before.currency == change.after.currency:
            assert (change.kind is ChangeKind.HIGHER) is (change.after.minor_units > change.before.minor_units)
        assert change.action_id in (there if change.kind in {ChangeKind.GONE, ChangeKind.WITHDRAW} else here)


@few
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
