"""The product decides as a naive resolver does that was written from the rule language alone."""

from hypothesis import given
from hypothesis import strategies as st

from amends.application.compiled_pack import CompiledPack
from amends.domain.situation import Situation
from amends.engines.reference import ReferenceEngine
from amends.packs.model import Pack
from tests.agreement.effort import thorough
from tests.agreement.pack_generators import cadence_packs, full_packs
from tests.agreement.plain_model import Plain
from tests.agreement.plain_projection import plain_of
from tests.agreement.plain_resolution import decide
from tests.agreement.situation_generators import situations


def product(pack: Pack, situation: Situation, *, role: str) -> Plain:
    """What the product decides, told plainly."""
    return plain_of(CompiledPack(pack, ReferenceEngine()).decide(situation, role=role).decision)


@thorough
@given(pack=full_packs(), asked=st.lists(situations(), min_size=2, max_size=2), data=st.data())
def test_the_product_decides_as_the_plain_resolver_does(
    pack: Pack,
    asked: list[Situation],
    data: st.DataObject,
) -> None:
    """Two resolvers, written apart from one specification, give one decision on whatever pack and situation."""
    role = data.draw(st.sampled_from([role.role for role in pack.authority]))
    for situation in asked:
        assert product(pack, situation, role=role) == decide(pack, situation, role=role)


@thorough
@given(pack=cadence_packs(), situation=situations())
def test_regular_updates_become_one_as_in_the_plain_resolver(pack: Pack, situation: Situation) -> None:
    """Whatever meets in one channel: the shortest counts, and who was to stay with it stays."""
    role = pack.authority[0].role
    assert product(pack, situation, role=role) == decide(pack, situation, role=role)
