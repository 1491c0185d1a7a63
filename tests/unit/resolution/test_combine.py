"""Combine: several proposals of one kind become one action, or stay apart; what loses says what beat it."""

import pytest

from amends.domain.action import Span
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Effect, Outcome, Step, Verdict
from amends.domain.money import Money
from amends.packs.model import FactParameter, Proposal
from tests.unit.resolution.building import (
    MINUTE,
    adjustments,
    amounts,
    blamed,
    cadence,
    decide,
    eur,
    kinds,
    needed,
    only,
    pack,
    percent,
    propose,
    rule,
    situation,
    usd,
    verdicts,
)

PAID = situation({"amount_paid": usd("100"), "amount_refunded": usd("0")})
REFUND_ALL = {ActionKind.REFUND: Combine.ALL}
REFUND_FIRST = {ActionKind.REFUND: Combine.FIRST}
REFUND_SUM = {ActionKind.REFUND: Combine.SUM}


def test_the_highest_amount_stands_and_the_lower_says_so() -> None:
    """One refund, and the trace names what overruled the other."""
    decision = decide(pack(rule("low", propose("refund", usd("10"))), rule("top", propose("refund", usd("20")))), PAID)
    assert amounts(decision, "refund") == ["20.00 USD"]
    (lost,) = adjustments(decision, Step.COMBINE)
    assert (lost.rule_id, lost.by, lost.before, lost.why) == ("low", "top", usd("10"), "20.00 USD is higher")
    assert verdicts(decision) == {"low": Verdict.OVERRULED, "top": Verdict.APPLIED}


def test_equal_proposals_merge_and_name_every_rule() -> None:
    """By whatever form they came to the same; nobody is overruled."""
    rules = (rule("a", propose("refund", usd("50"))), rule("b", propose("refund", percent("50", "amount_paid"))))
    decision = decide(pack(*rules), PAID)
    assert only(decision, "refund").rule_ids == ("a", "b")
    assert decision.adjustments == ()


def test_merged_proposals_meet_what_each_of_them_meets() -> None:
    """What a rule says its action answers is answered, whichever rule goes first."""
    rules = (rule("a", propose("escalate", to="boss")), rule("b", propose("escalate", to="boss", meets=("other",))))
    decision = decide(pack(*rules), situation({"requested": frozenset({"other"})}))
    assert only(decision, "escalate").planned.meets == ("other",)
    assert decision.unanswered_requests == ()


def test_of_equal_amounts_the_earliest_due_stands() -> None:
    """Before priority and id: what is owed sooner is paid sooner."""
    late = propose("entitlement", usd("10"), basis="law", due=Span(business_days=7))
    soon = propose("entitlement", usd("10"), basis="law", due=Span(business_days=3))
    undated = propose("entitlement", usd("10"), basis="law")
    decision = decide(pack(rule("a", undated, priority=9), rule("b", late, priority=5), rule("c", soon)))
    assert only(decision, "entitlement").rule_ids == ("c",)


def test_without_any_amount_the_earliest_due_stands_too() -> None:
    """Two entitlements in kind under one basis."""
    late = propose("entitlement", basis="law", due=Span(business_days=7))
    soon = propose("entitlement", basis="law", due=Span(business_days=3))
    assert only(decide(pack(rule("a", late), rule("b", soon))), "entitlement").rule_ids == ("b",)


def test_of_equal_amounts_due_alike_priority_then_id_decide() -> None:
    """They differ in what they say (the route), so they do not merge."""
    card, cash, cheque = (propose("entitlement", usd("10"), basis="law", route=way) for way in ("x", "y", "z"))
    decision = decide(pack(rule("a", card), rule("b", cash, priority=1), rule("c", cheque, priority=1)))
    assert only(decision, "entitlement").rule_ids == ("b",)
    assert only(decide(pack(rule("b", cash), rule("a", card))), "entitlement").rule_ids == ("a",)


def test_entitlements_combine_within_their_basis_only() -> None:
    """Two laws with a basis each are both paid."""
    one, other = propose("entitlement", usd("10"), basis="law-1"), propose("entitlement", usd("5"), basis="law-2")
    assert amounts(decide(pack(rule("a", one, other))), "entitlement") == ["10.00 USD", "5.00 USD"]


def test_goodwill_combines_within_its_kind_only() -> None:
    """A gift does not overrule a credit."""
    rules = (
        rule("a", propose("goodwill", usd("10"), kind="credit"), propose("goodwill", usd("20"), kind="gift")),
        rule("b", propose("goodwill", usd("15"), kind="credit")),
    )
    assert sorted(amounts(decide(pack(*rules)), "goodwill")) == ["15.00 USD", "20.00 USD"]


def test_another_currency_is_overruled_where_one_of_the_case_exists() -> None:
    """Within a kind, whatever the key: the case is in dollars, so the larger amount in euros goes."""
    rules = (
        rule("euros", propose("goodwill", eur("90"), kind="credit"), propose("goodwill", eur("7"), kind="gift")),
        rule("dollars", propose("goodwill", usd("10"), kind="credit")),
    )
    decision = decide(pack(*rules), PAID)
    assert amounts(decision, "goodwill") == ["10.00 USD"]
    assert {found.why.partition(":")[0] for found in adjustments(decision, Step.COMBINE)} == {"OTHER_CURRENCY"}
    assert verdicts(decision)["euros"] is Verdict.OVERRULED


def test_another_currency_stands_where_none_of_the_case_exists() -> None:
    """Better an amount in euros than none."""
    assert amounts(decide(pack(rule("a", propose("goodwill", eur("9"), kind="credit"))), PAID), "goodwill") == [
        "9.00 EUR"
    ]


def test_amounts_in_two_foreign_currencies_do_not_compete() -> None:
    """None is the case's: the currency of the first in deciding order stays, and the other amount says why it goes."""
    rules = (
        rule("a", propose("goodwill", eur("9"), kind="credit")),
        rule("b", propose("goodwill", usd("50"), kind="credit")),
    )
    for mode in (Combine.HIGHEST, Combine.SUM):
        yen = situation({"amount_affected": Money("JPY", 100)})
        decision = decide(pack(*rules, combine={ActionKind.GOODWILL: mode}), yen)
        action = only(decision, "goodwill")
        assert (action.amount, action.rule_ids, action.unsettled) == (eur("9"), ("a",), ())
        assert verdicts(decision)["b"] is Verdict.OVERRULED


def test_entitlements_are_exempt_from_the_case_currency() -> None:
    """What a law owes in euros is owed in euros, beside what another owes in dollars."""
    both = (propose("entitlement", eur("400"), basis="eu-261"), propose("entitlement", usd("99"), basis="us-dot"))
    assert amounts(decide(pack(rule("a", *both)), PAID), "entitlement") == ["400.00 EUR", "99.00 USD"]


def test_of_one_basis_in_two_currencies_neither_is_called_higher() -> None:
    """Comparing them is unknown: the case currency's amount is a floor, unsettled, and nothing owed is overruled."""
    rules = (
        rule("a", propose("entitlement", eur("400"), basis="law")),
        rule("b", propose("entitlement", usd("99"), basis="law")),
    )
    decision = decide(pack(*rules), PAID)
    action = only(decision, "entitlement")
    assert (str(action.amount), action.rule_ids) == ("99.00 USD", ("b",))
    assert blamed(action) == {("a", ())}
    assert action.approval_needed
    assert decision.adjustments == ()


def test_an_unknown_amount_beside_a_known_one_leaves_it_as_a_floor() -> None:
    """Unsettled, with the facts that could raise it; the last role, with approval."""
    rules = (
        rule("known", propose("goodwill", usd("10"), kind="credit")),
        rule("open", propose("goodwill", percent("10", "facts.fare"), kind="credit")),
    )
    decision = decide(pack(*rules))
    action = only(decision, "goodwill")
    assert (str(action.amount), action.rule_ids, action.amount_needs) == ("10.00 USD", ("known",), ("facts.fare",))
    assert blamed(action) == {("open", ("facts.fare",))}
    assert (action.approval_needed, action.may_grant_now) == (True, False)
    assert needed(decision) == ["facts.fare"]
    assert verdicts(decision) == {"known": Verdict.APPLIED, "open": Verdict.APPLIED}


def test_an_unknown_amount_goes_before_none() -> None:
    """A gift of unknown worth is not the gift without a price."""
    rules = (
        rule("a", propose("goodwill", kind="gift")),
        rule("b", propose("goodwill", percent("1", "facts.fare"), kind="gift")),
    )
    action = only(decide(pack(*rules)), "goodwill")
    assert (action.rule_ids, action.amount, action.amount_needs) == (("b",), None, ("facts.fare",))


def test_first_takes_the_first_whatever_the_others_may_come_to() -> None:
    """An unknown amount that comes later can't raise it: it is overruled, and nothing is left open."""
    rules = (
        rule("a", propose("refund", usd("5")), priority=1),
        rule("b", propose("refund", percent("10", "facts.fare"))),
        rule("c", propose("refund", usd("50"))),
    )
    decision = decide(pack(*rules, combine=REFUND_FIRST), PAID)
    action = only(decision, "refund")
    assert (str(action.amount), action.unsettled, action.amount_needs) == ("5.00 USD", (), ())
    assert verdicts(decision) == {"a": Verdict.APPLIED, "b": Verdict.OVERRULED, "c": Verdict.OVERRULED}


def test_sum_adds_every_amount_and_names_every_rule() -> None:
    """Equal ones too: two rules that give five each give ten."""
    rules = [rule(name, propose("refund", usd("5"))) for name in ("a", "b")] + [rule("c", propose("refund", usd("1")))]
    action = only(decide(pack(*rules, combine=REFUND_SUM), PAID), "refund")
    assert (str(action.amount), action.rule_ids) == ("11.00 USD", ("a", "b", "c"))


def test_a_sum_with_an_unknown_part_is_a_floor() -> None:
    """And the sum of unknown parts alone is unknown, never an action without amount."""
    fare, goods = percent("10", "facts.fare"), percent("10", "shipping_fee")
    rules = (rule("a", propose("refund", fare)), rule("b", propose("refund", usd("5"))))
    action = only(decide(pack(*rules, combine=REFUND_SUM), PAID), "refund")
    assert (str(action.amount), blamed(action)) == ("5.00 USD", {("a", ("facts.fare",))})
    action = only(decide(pack(rules[0], rule("b", propose("refund", goods)), combine=REFUND_SUM), PAID), "refund")
    assert action.amount is None
    assert action.amount_needs == ("facts.fare", "shipping_fee")


def test_a_sum_is_due_when_its_earliest_part_is() -> None:
    """Paying everything at once keeps every promise."""
    late = propose("entitlement", usd("1"), basis="law", due=Span(nanos=9 * MINUTE))
    soon = propose("entitlement", usd("2"), basis="law", due=Span(nanos=3 * MINUTE))
    decision = decide(pack(rule("a", late), rule("b", soon), combine={ActionKind.ENTITLEMENT: Combine.SUM}))
    action = only(decision, "entitlement")
    assert (str(action.amount), action.due) == ("3.00 USD", situation().observe_time + 3 * MINUTE)


def test_all_keeps_different_amounts_apart_each_with_its_own_id() -> None:
    """A payment system that knows the first must not take the second for it."""
    rules = (rule("a", propose("refund", usd("5"))), rule("b", propose("refund", usd("7"))))
    decision = decide(pack(*rules, combine=REFUND_ALL), PAID)
    assert amounts(decision, "refund") == ["5.00 USD", "7.00 USD"]
    assert len({action.action_id for action in decision.actions}) == 2


def test_first_is_by_deciding_order() -> None:
    """Priority, then id; the later one is overruled."""
    rules = (rule("b", propose("remedy", kind="replace")), rule("a", propose("remedy", kind="repair")))
    assert only(decide(pack(*rules)), "remedy").parameter("kind") == "repair"
    rules = (rule("b", propose("remedy", kind="replace"), priority=1), rules[1])
    assert only(decide(pack(*rules)), "remedy").parameter("kind") == "replace"


def test_all_keeps_what_differs_and_merges_what_does_not() -> None:
    """Two next steps, one of them asked for twice."""
    rules = (
        rule("a", propose("set_expectations", next="we call"), propose("set_expectations", next="you wait")),
        rule("b", propose("set_expectations", next="we call")),
    )
    found = {action.parameter("next"): action.rule_ids for action in decide(pack(*rules)).actions}
    assert found == {"we call": ("a", "b"), "you wait": ("a",)}


def test_the_strongest_apology_stands() -> None:
    """Literal goes before spoken, and of literal ones the most personal channel."""
    spoken = rule("a", propose("apology", literal=False, channel="in_person"), priority=9)
    mailed = rule("b", propose("apology", literal=True, channel="mail"))
    voiced = rule("c", propose("apology", literal=True, channel="voice"))
    somehow = rule("d", propose("apology", literal=True), priority=9)
    assert only(decide(pack(spoken, mailed)), "apology").rule_ids == ("b",)
    assert only(decide(pack(spoken, mailed, voiced, somehow)), "apology").rule_ids == ("c",)


def test_the_shortest_cadence_stands_per_channel_and_scope() -> None:
    """Half an hour by mail goes before an hour by mail, and beside an hour by voice."""
    rules = (rule("a", cadence(60)), rule("b", cadence(30)), rule("c", cadence(60, channel="voice")))
    decision = decide(pack(*rules))
    assert kinds(decision) == ["update_cadence", "update_cadence"]
    assert {action.rule_ids for action in decision.actions} == {("b",), ("c",)}


def test_the_same_person_survives_a_shorter_cadence() -> None:
    """Who was promised to stay, stays; the trace says so."""
    rules = (rule("person", cadence(60, owner="same_person")), rule("short", cadence(30, owner="it")))
    decision = decide(pack(*rules))
    action = only(decision, "update_cadence")
    assert (action.parameter("every"), action.parameter("owner")) == (Span(nanos=30 * MINUTE), "same_person")
    changed = [found for found in decision.adjustments if found.effect is Effect.CHANGED]
    assert [(found.rule_id, found.by) for found in changed] == [("short", "person")]


def test_the_same_person_stays_where_a_shorter_cadence_names_nobody() -> None:
    """Whose updates they are is not known for the shorter one; who was promised to stay is."""
    unnamed = propose(
        "update_cadence", every=Span(nanos=30 * MINUTE), channel="mail", owner=FactParameter("brand"), until="resolved"
    )
    decision = decide(pack(rule("person", cadence(60, owner="same_person")), rule("short", unnamed)))
    action = only(decision, "update_cadence")
    assert (action.parameter("every"), action.parameter("owner")) == (Span(nanos=30 * MINUTE), "same_person")
    assert [name for name, _ in action.parameters] == ["every", "channel", "owner", "until"]


@pytest.mark.parametrize(("rules", "shortest"), [("ab", "b"), ("ba", "b")])
def test_as_many_days_are_shorter_than_business_days(rules: str, shortest: str) -> None:
    """Whichever comes first in deciding order: 7 business days are never earlier than 7 days."""
    written = {"a": Span(business_days=7), "b": Span(nanos=7 * 24 * 60 * MINUTE)}
    proposals = [
        propose("update_cadence", every=written[one], channel="mail", owner="it", until="resolved") for one in rules
    ]
    decision = decide(pack(rule("x", *proposals)))
    assert only(decision, "update_cadence").parameter("every") == written[shortest]


def test_a_business_day_is_longer_than_an_hour() -> None:
    """And an unknown interval is no short one."""
    daily = propose("update_cadence", every=Span(business_days=1), channel="mail", owner="it", until="resolved")
    unknown = propose("update_cadence", every=FactParameter("waited"), channel="mail", owner="it", until="resolved")
    decision = decide(pack(rule("a", daily, unknown), rule("b", cadence(60))))
    assert only(decision, "update_cadence").rule_ids == ("b",)


def test_what_lacks_a_parameter_is_not_equal_to_what_never_had_it() -> None:
    """They differ as soon as the fact is known, so both stand, each with an id of its own."""
    lacking = propose("set_expectations", next=FactParameter("brand"))
    bare = propose("set_expectations")
    decision = decide(pack(rule("a", bare), rule("b", lacking)))
    assert len({action.action_id for action in decision.actions}) == 2
    assert needed(decision) == ["brand"]


FEE = percent("100", "shipping_fee")


@pytest.mark.parametrize(
    ("nothing", "something"),
    [
        (propose("refund", FEE), propose("refund", usd("3"))),
        (propose("goodwill", FEE, kind="credit"), propose("goodwill", usd("3"), kind="credit")),
        (propose("entitlement", FEE, basis="law"), propose("entitlement", usd("3"), basis="law")),
    ],
)
def test_what_comes_to_nothing_falls_away_and_says_so(nothing: Proposal, something: Proposal) -> None:
    """A gift of 0.00 is no gift; beside another proposal it is no rival either."""
    about = situation({"amount_paid": usd("100"), "amount_refunded": usd("0"), "shipping_fee": usd("0")})
    decision = decide(pack(rule("a", nothing)), about)
    assert decision.outcome is Outcome.ALL_OVERRULED
    assert [(found.rule_id, found.by, found.why) for found in decision.adjustments] == [
        ("a", "shipping_fee", "it comes to 0.00 USD"),
    ]
    both = decide(pack(rule("a", nothing), rule("b", something)), about)
    assert [str(action.amount) for action in both.actions] == ["3.00 USD"]
