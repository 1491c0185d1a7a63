"""Bound: a refund never exceeds amount_paid - amount_refunded, whatever a pack says."""

from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Effect, Outcome, Step, Verdict
from amends.domain.situation import Subject
from amends.packs.conditions import ALWAYS, OneOf
from tests.unit.resolution.building import (
    adjustments,
    amounts,
    blamed,
    decide,
    derive,
    eur,
    gave,
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

BUILT = pack(rule("a", propose("refund", usd("50"))))


def test_a_refund_is_cut_to_what_is_left() -> None:
    """The rule is limited, and the trace holds both amounts."""
    decision = decide(BUILT, situation({"amount_paid": usd("100"), "amount_refunded": usd("70")}))
    assert amounts(decision, "refund") == ["30.00 USD"]
    (cut,) = adjustments(decision, Step.BOUND)
    assert (cut.effect, cut.before, cut.after) == (Effect.CHANGED, usd("50"), usd("30"))
    assert verdicts(decision) == {"a": Verdict.LIMITED}


def test_a_refund_without_room_is_removed() -> None:
    """Everything was refunded, even a little more: nothing stands, and the rule is overruled."""
    for refunded in ("100", "120"):
        decision = decide(BUILT, situation({"amount_paid": usd("100"), "amount_refunded": usd(refunded)}))
        assert (kinds(decision), decision.outcome) == ([], Outcome.ALL_OVERRULED)
        assert verdicts(decision) == {"a": Verdict.OVERRULED}
        assert [found.effect for found in adjustments(decision, Step.BOUND)] == [Effect.REMOVED]


def test_every_rule_that_asked_is_told_of_the_cut() -> None:
    """Merged proposals share their fate."""
    built = pack(rule("a", propose("refund", usd("50"))), rule("b", propose("refund", usd("50"))))
    cut = decide(built, situation({"amount_paid": usd("30"), "amount_refunded": usd("0")}))
    assert verdicts(cut) == {"a": Verdict.LIMITED, "b": Verdict.LIMITED}
    gone = decide(built, situation({"amount_paid": usd("30"), "amount_refunded": usd("30")}))
    assert verdicts(gone) == {"a": Verdict.OVERRULED, "b": Verdict.OVERRULED}


def test_without_amount_paid_the_refund_is_unsettled_and_the_fact_needed() -> None:
    """It stands, at the last role for approval."""
    decision = decide(BUILT, situation({"amount_refunded": usd("0")}))
    action = only(decision, "refund")
    assert (action.amount, action.approval_needed) == (usd("50"), True)
    assert blamed(action) == {("", ("amount_paid",))}
    assert needed(decision) == ["amount_paid"]


def test_without_amount_refunded_what_was_granted_counts() -> None:
    """Of this subject: ten granted leave forty of fifty paid, and nothing needs to be asked."""
    granted = [gave("refund", usd("10")), gave("refund", usd("99"), subject=Subject("order-2"))]
    decision = decide(
        pack(rule("a", propose("refund", usd("90")))), situation({"amount_paid": usd("50")}, granted=granted)
    )
    assert amounts(decision, "refund") == ["40.00 USD"]
    assert needed(decision) == []


def test_without_amount_refunded_and_granted_the_refund_is_unsettled() -> None:
    """Nobody said what was given: it is not taken for nothing."""
    decision = decide(BUILT, situation({"amount_paid": usd("100")}, granted=None))
    assert blamed(only(decision, "refund")) == {("", ("amount_refunded",))}
    assert needed(decision) == ["amount_refunded"]


def test_a_granted_refund_of_unknown_amount_leaves_the_room_unknown() -> None:
    """It is not taken for nothing either, and how much was refunded is asked for."""
    decision = decide(BUILT, situation({"amount_paid": usd("100")}, granted=[gave("refund")]))
    action = only(decision, "refund")
    assert ("", ("amount_refunded",)) in blamed(action)
    assert action.approval_needed
    assert needed(decision) == ["amount_refunded"]
    other = gave("refund", subject=Subject("order-2"))
    assert needed(decide(BUILT, situation({"amount_paid": usd("100")}, granted=[other]))) == []


def test_what_was_paid_in_another_currency_does_not_compare() -> None:
    """Unknown, not unlimited."""
    decision = decide(BUILT, situation({"amount_paid": eur("100"), "amount_refunded": eur("0")}))
    action = only(decision, "refund")
    assert (action.amount, blamed(action)) == (usd("50"), {("", ())})
    assert action.approval_needed


def test_several_refunds_share_the_room() -> None:
    """Apart or not, together they do not exceed it."""
    built = pack(
        rule("a", propose("refund", usd("30"))),
        rule("b", propose("refund", usd("40"))),
        combine={ActionKind.REFUND: Combine.ALL},
    )
    decision = decide(built, situation({"amount_paid": usd("50"), "amount_refunded": usd("0")}))
    assert amounts(decision, "refund") == ["30.00 USD", "20.00 USD"]


def test_entitlements_and_goodwill_are_not_bound() -> None:
    """Only refunds: compensation owed by law may exceed the price."""
    built = pack(rule("a", propose("entitlement", usd("600"), basis="law"), propose("goodwill", usd("9"), kind="gift")))
    decision = decide(built, situation({"amount_paid": usd("5"), "amount_refunded": usd("5")}))
    assert [str(action.amount) for action in decision.actions] == ["600.00 USD", "9.00 USD"]


def test_a_floor_without_room_stands_without_amount() -> None:
    """The unknown refund beside the known one is never dropped, as it would not be alone."""
    built = pack(rule("a", propose("refund", usd("5"))), rule("b", propose("refund", percent("10", "facts.fare"))))
    decision = decide(built, situation({"amount_paid": usd("9"), "amount_refunded": usd("9")}))
    action = only(decision, "refund")
    assert (action.amount, action.amount_needs, action.approval_needed) == (None, ("facts.fare",), True)
    assert [found.rule_id for found in adjustments(decision, Step.BOUND)] == ["a"]


def test_what_is_not_known_to_be_refunded_leaves_what_was_paid_as_the_bound() -> None:
    """More than was paid is never right: it is cut to that, and what stands is unsettled."""
    built = pack(rule("a", propose("refund", usd("90"))))
    unknown = decide(built, situation({"amount_paid": usd("50")}, granted=None))
    assert (amounts(unknown, "refund"), blamed(only(unknown, "refund"))) == (
        ["50.00 USD"],
        {("", ("amount_refunded",))},
    )
    in_part = decide(built, situation({"amount_paid": usd("50")}, granted=[gave("refund", usd("10")), gave("refund")]))
    assert amounts(in_part, "refund") == ["40.00 USD"]
    assert only(in_part, "refund").approval_needed
    assert amounts(decide(built, situation({"amount_paid": usd("0")}, granted=None)), "refund") == []


def test_facts_that_are_derived_are_asked_for_by_their_sources() -> None:
    """Where a pack works out what was paid, nobody can be asked for that."""
    paid = derive("amount_paid", (OneOf("facts.count", (1,)), usd("100")), (ALWAYS, usd("9")))
    built = pack(rule("a", propose("refund", usd("50"))), derives=[paid])
    decision = decide(built, situation({"amount_refunded": usd("0")}))
    assert blamed(only(decision, "refund")) == {("", ("facts.count",))}
    assert needed(decision) == ["facts.count"]


def test_a_sum_that_does_not_compare_is_no_reason_to_refund_twice() -> None:
    """What was granted is refunded, whatever the currency of the sum that the caller knows."""
    built = pack(rule("a", propose("refund", usd("90"))))
    facts = {"amount_paid": usd("50"), "amount_refunded": eur("0")}
    assert amounts(decide(built, situation(facts)), "refund") == ["50.00 USD"]
    decision = decide(built, situation(facts, granted=[gave("refund", usd("50"))]))
    assert only(decision, "refund").already_given
