"""The reference engine: one bit a rule, in the pack's order."""

from amends.engines.reference import ReferenceEngine
from amends.packs.conditions import ALWAYS, AnyOf, OneOf
from amends.resolution.matches import Matches
from tests.agreement.generators import VOCABULARY, pack_of, rule_of

REFUSED = OneOf("facts.refused", (True,))


def test_bits_follow_the_order_of_rules() -> None:
    """Bit i is rule i of the pack: highest priority first, whatever order they were written in."""
    pack = pack_of(
        [rule_of(0, AnyOf(()), priority=1), rule_of(1, ALWAYS, priority=2), rule_of(2, REFUSED, priority=3)],
    )
    matcher = ReferenceEngine().compile(pack.vocabulary, pack.conditions)
    assert matcher.match({"facts.refused": True}) == Matches(true=0b011, may=0b011)
    assert matcher.match({"facts.refused": False}) == Matches(true=0b010, may=0b010)
    assert matcher.match({}) == Matches(true=0b010, may=0b011)


def test_it_claims_no_witness() -> None:
    """None: nothing may be memoised on its word."""
    assert ReferenceEngine().compile(VOCABULARY, [REFUSED]).match({}).witness is None
