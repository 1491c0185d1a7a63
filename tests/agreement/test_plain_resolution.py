"""The product decides as a naive resolver does that was written from the rule language alone."""

from hypothesis import assume, given
from hypothesis import strategies as st

from amends.application.compiled_pack import CompiledPack
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Step
from amends.domain.money import Money
from amends.domain.situation import Situation
from amends.engines.reference import ReferenceEngine
from amends.packs.model import Pack
from tests.agreement.effort import thorough
from tests.agreement.pack_generators import full_packs
from tests.agreement.plain_model import Plain
from tests.agreement.plain_projection import plain_of
from tests.agreement.plain_resolution import decide
from tests.agreement.situation_generators import situations


def product(pack: Pack, situation: Situation, *, role: str) -> Plain:
    """What the product decides, told plainly."""
    return plain_of(CompiledPack(pack, ReferenceEngine()).decide(situation, role=role).decision)


@thorough
@given(pack=full_packs(), situation=situations(), data=st.data())
def test_the_product_decides_as_the_plain_resolver_does(pack: Pack, situation: Situation, data: st.DataObject) -> None:
    """Two resolvers, written apart from one specification, give one decision on whatever pack and situation."""
    compare(pack, situation, role=data.draw(st.sampled_from([role.role for role in pack.authority])))


@thorough
@given(pack=whole_packs(), situation=situations(), data=st.data())
def test_they_agree_on_every_construct_of_the_language(pack: Pack, situation: Situation, data: st.DataObject) -> None:
    """Derived facts, tables, limits, requirements, holds and calendars too, and all of them together."""
    compare(pack, situation, role=data.draw(st.sampled_from([role.role for role in pack.authority])))


def compare(pack: Pack, situation: Situation, *, role: str) -> None:
    """Both decide alike, but for what `test_plain_disputes` holds by itself."""
    expected = decide(pack, situation, role=role)
    assume(not disputed(situation, expected))
    assert product(pack, situation, role=role) == expected


def disputed(situation: Situation, expected: Plain) -> bool:
    """Whether it hangs on a refund whose bound is known in part only."""
    paid, refunded = situation.facts.get("amount_paid"), situation.facts.get("amount_refunded")
    if isinstance(refunded, Money):
        comparable = isinstance(paid, Money) and paid.currency == refunded.currency
        return not comparable and any(found.step is Step.BOUND for found in expected.adjustments)
    granted = [entry.amount for entry in situation.granted or () if entry.kind == ActionKind.REFUND]
    whole = all(isinstance(paid, Money) and amount and amount.currency == paid.currency for amount in granted)
    return not whole or (situation.granted is None and any(one.step is Step.BOUND for one in expected.adjustments))
