"""Needed facts: what could still change something that matters, in the order in which to ask for it."""

from amends.domain.action_kinds import ActionKind
from amends.packs.conditions import AllOf, AnyOf, NoneOf, OneOf
from amends.packs.model import FactParameter
from tests.unit.resolution.building import (
    UNLESS_KNOWN,
    decide,
    eur,
    holding,
    needed,
    pack,
    percent,
    propose,
    rule,
    situation,
    usd,
)

FAULT, FIT = OneOf("fault", ("company",)), OneOf("fit", ("none",))
BRAND = OneOf("brand", ("x",))


def test_what_serves_an_entitlement_comes_first_then_what_serves_most_rules_then_the_vocabulary() -> None:
    """Brand stands last in the vocabulary, and fault first."""
    built = pack(
        rule("owed", propose("entitlement", usd("1"), basis="law"), when=BRAND),
        rule("one", propose("remedy", kind="redo"), when=FAULT),
        rule("two", propose("escalate", to="boss"), when=UNLESS_KNOWN),
        rule("three", propose("decline", what="refund"), when=UNLESS_KNOWN),
        rule("four", propose("failover"), when=FIT),
    )
    decision = decide(built)
    assert needed(decision) == ["brand", "obvious_mistake", "fault", "fit"]
    assert decision.needed_facts[1].rule_ids == ("three", "two")
    assert decision.ask_next == decision.needed_facts[0]


def test_what_a_hold_waits_for_serves_whatever_it_would_hold() -> None:
    """So a flag is asked before what only says how much: the entitlement cannot be promised without it."""
    built = pack(
        rule("owed", propose("entitlement", usd("1"), basis="law"), when=BRAND),
        rule("gift", propose("goodwill", usd("1"), kind="gift"), when=FIT),
        rule("stop", when=UNLESS_KNOWN, hold=holding("entitlement", "goodwill", "apology")),
        rule("sorry", propose("apology"), when=FAULT),
    )
    decision = decide(built)
    assert needed(decision) == ["obvious_mistake", "brand", "fit"]
    assert decision.needed_facts[0].rule_ids == ("stop", "gift", "owed")


def test_each_comes_with_its_question() -> None:
    """The vocabulary's own."""
    decision = decide(pack(rule("a", propose("failover"), when=UNLESS_KNOWN)))
    assert decision.needed_facts[0].question == "Is it an obvious mistake of ours?"


def test_what_is_unobtainable_is_listed_apart_and_not_asked_for() -> None:
    """It was asked for in vain."""
    built = pack(rule("a", propose("failover"), when=AllOf((FAULT, UNLESS_KNOWN))))
    decision = decide(built, situation(unobtainable=["fault"]))
    assert (needed(decision), decision.unobtainable_facts) == (["obvious_mistake"], ("fault",))
    assert decision.ask_next is not None
    assert decision.ask_next.path == "obvious_mistake"
    assert decide(built, situation(unobtainable=["fault", "obvious_mistake"])).ask_next is None


def test_only_what_is_left_after_partial_evaluation_is_asked_for() -> None:
    """A branch that is decided asks for nothing, nor does a rule that is."""
    condition = AnyOf((AllOf((FAULT, UNLESS_KNOWN)), AllOf((FIT, BRAND)), NoneOf((FAULT, BRAND))))
    built = pack(rule("a", propose("failover"), when=condition))
    assert needed(decide(built)) == ["fault", "obvious_mistake", "fit", "brand"]
    assert needed(decide(built, situation({"fault": "customer", "fit": "full"}))) == ["brand"]
    assert needed(decide(built, situation({"fault": "company", "fit": "full"}))) == ["obvious_mistake"]
    assert needed(decide(built, situation({"fault": "customer", "brand": "y"}))) == []


def test_a_rule_that_could_change_care_only_asks_for_nothing() -> None:
    """Neither proposing nor forbidding care settles anything."""
    built = pack(
        rule("a", propose("apology"), when=UNLESS_KNOWN),
        rule("b", propose("ask_perspective")),
        rule("c", when=UNLESS_KNOWN, forbids=["ask_perspective"]),
    )
    assert needed(decide(built)) == []


def test_a_forbid_asks_only_where_there_is_something_to_forbid() -> None:
    """Standing, or proposed by a rule that may yet apply."""
    ban = rule("ban", when=UNLESS_KNOWN, forbids=["escalate"])
    assert needed(decide(pack(ban))) == []
    assert needed(decide(pack(ban, rule("a", propose("escalate", to="boss"))))) == ["obvious_mistake"]
    maybe = rule("a", propose("escalate", to="boss"), when=FAULT)
    assert needed(decide(pack(ban, maybe))) == ["fault", "obvious_mistake"]


def test_a_proposal_that_is_forbidden_anyway_asks_for_nothing() -> None:
    """Nothing it could learn would make it stand."""
    built = pack(rule("a", propose("escalate", to="boss"), when=UNLESS_KNOWN), rule("b", forbids=["escalate"]))
    assert needed(decide(built)) == []


def test_what_an_applied_amount_or_parameter_lacks_is_asked_for() -> None:
    """Of care too: the apology stands, and would know its channel."""
    built = pack(
        rule("a", propose("goodwill", percent("10", "facts.fare"), kind="credit")),
        rule("b", propose("apology", channel=FactParameter("customer.preferred_channel"))),
    )
    assert needed(decide(built)) == ["customer.preferred_channel", "facts.fare"]


def test_a_refund_asks_for_what_bounds_it() -> None:
    """What was paid, and what was refunded unless `granted` says what was."""
    built = pack(rule("a", propose("refund", usd("5"))))
    assert needed(decide(built)) == ["amount_paid"]
    assert needed(decide(built, situation(granted=None))) == ["amount_paid", "amount_refunded"]
    assert needed(decide(built, situation({"amount_paid": usd("9"), "amount_refunded": usd("0")}))) == []


def test_a_currency_that_does_not_compare_asks_for_nothing() -> None:
    """The fact is known; no answer would make it comparable."""
    built = pack(rule("a", propose("failover"), when=OneOf("amount_paid", (usd("5"),))))
    decision = decide(built, situation({"amount_paid": eur("5")}))
    assert needed(decision) == []
    assert decision.rules[0].missing == ()
    assert ActionKind.FAILOVER not in [action.kind for action in decision.actions]
