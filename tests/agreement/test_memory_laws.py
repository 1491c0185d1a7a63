"""What is remembered, in which order things are listed, and which engine matches: none of it is in a decision."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.application.compiled_pack import CompiledPack
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.conditions import paths
from amends.packs.model import Derive, Pack
from tests.agreement.effort import EXAMPLES, thorough
from tests.agreement.laws import decide, lawful, read_by, variations
from tests.agreement.pack_generators import full_packs
from tests.agreement.situation_generators import situations

memorable = settings(thorough, max_examples=max(EXAMPLES // 3, 1))


@st.composite
def packs_and_similar(draw: st.DrawFn) -> tuple[Pack, list[Situation]]:
    """A pack, and situations in each of which one thing is changed: a plan may fit the next one, or must not."""
    pack, asked = draw(full_packs()), [draw(situations())]
    read = sorted(read_by(pack)) or ["severity"]
    for _ in range(draw(st.integers(5, 12))):
        asked.append(draw(variations(draw(st.sampled_from(asked)), read)))
    return pack, asked


@memorable
@given(asked_of=packs_and_similar(), data=st.data())
def test_a_remembered_plan_gives_the_decision_of_a_fresh_one(
    asked_of: tuple[Pack, list[Situation]],
    data: st.DataObject,
) -> None:
    """Whatever was decided before under the same pack, for whomever: the plan's key leaves nothing out."""
    pack, asked = asked_of
    remembering = CompiledPack(pack, BitmapEngine())
    roles = st.sampled_from([role.role for role in pack.authority])
    for situation in (*asked, *asked):
        role = data.draw(roles)
        assert remembering.decide(situation, role=role).decision == decide(pack, situation, role=role)


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4))
def test_both_engines_lead_to_the_same_decision(pack: Pack, asked: list[Situation]) -> None:
    """Everything in it, not only the rules that matched; told in full too."""
    role = pack.authority[0].role
    bitmap = CompiledPack(pack, BitmapEngine())
    for situation in asked:
        assert bitmap.decide(situation, role=role).decision == decide(pack, situation)


@lawful
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=4), data=st.data())
def test_the_order_in_which_anything_is_listed_does_not_matter(
    pack: Pack,
    asked: list[Situation],
    data: st.DataObject,
) -> None:
    """Facts, what was granted, derived facts as far as they read each other, and what a pack names in mappings."""
    shuffled = replace(
        pack,
        derives=_another_order(pack.derives, data),
        combine={kind: pack.combine[kind] for kind in data.draw(st.permutations(list(pack.combine)))},
        actions={name: pack.actions[name] for name in data.draw(st.permutations(list(pack.actions)))},
    )
    for situation in asked:
        facts = {path: situation.facts[path] for path in data.draw(st.permutations(sorted(situation.facts)))}
        granted = None if situation.granted is None else tuple(data.draw(st.permutations(situation.granted)))
        assert decide(shuffled, situation._replace(facts=facts, granted=granted)) == decide(pack, situation)


def _another_order(derives: tuple[Derive, ...], data: st.DataObject) -> tuple[Derive, ...]:
    """Each after those it reads."""
    left, found = data.draw(st.permutations(derives)), list[Derive]()
    while left:
        waiting = {derive.path for derive in left}
        ready = [one for one in left if not any(waiting & paths(case.when) for case in one.cases)]
        found += ready
        left = [one for one in left if one not in ready]
    return tuple(found)
