"""Limit: at most so much of some kinds together. What is owed is never cut; an unknown cap lifts nothing silently."""

import pytest

from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Decision, Effect, Outcome, Step, Verdict
from amends.domain.money import Money
from amends.domain.situation import Granted, Subject
from amends.packs.amounts import AmountRow, AmountTable, Fixed, Lowest
from amends.packs.conditions import ALWAYS, OneOf
from amends.packs.model import Limit
from tests.unit.resolution.building import (
    UNLESS_KNOWN,
    adjustments,
    amounts,
    blamed,
    decide,
    derive,
    eur,
    gave,
    kinds,
    limit,
    needed,
    only,
    owed,
    pack,
    percent,
    propose,
    rule,
    situation,
    usd,
    verdicts,
)

PAID = {"amount_paid": usd("1000"), "amount_refunded": usd("0")}
BOTH = (rule("a", propose("refund", usd("80"))), rule("b", propose("goodwill", usd("50"), kind="credit")))
TOGETHER = limit("together", ["refund", "goodwill"], usd("100"))
CREDIT = rule("a", propose("goodwill", usd("50"), kind="credit"))


def given(decision: Decision) -> list[str]:
    return [f"{action.kind} {action.amount}" for action in decision.actions]


def test_cuts_start_at_the_last_kind_listed() -> None:
    """The gesture goes before the refund; the trace says which limit cut whose action, and the rule is limited."""
    decision = decide(pack(*BOTH, limits=[TOGETHER]), situation(PAID))
    assert given(decision) == ["refund 80.00 USD", "goodwill 20.00 USD"]
    (cut,) = adjustments(decision, Step.LIMIT)
    assert (cut.kind, cut.rule_id, cut.by, cut.effect) == ("goodwill", "b", "together", Effect.CHANGED)
    assert (cut.before, cut.after) == (usd("50"), usd("20"))
    assert cut.why == "the limit together leaves 100.00 USD for refund and goodwill together"
    assert (verdicts(decision)["a"], verdicts(decision)["b"]) == (Verdict.APPLIED, Verdict.LIMITED)


def test_the_order_of_the_list_is_the_pack_s() -> None:
    """Listed the other way round, the refund is cut."""
    turned = limit("together", ["goodwill", "refund"], usd("100"))
    assert given(decide(pack(*BOTH, limits=[turned]), situation(PAID))) == ["refund 50.00 USD", "goodwill 50.00 USD"]


def test_an_action_cut_to_nothing_is_removed() -> None:
    """And what still exceeds is cut from the kind before it."""
    decision = decide(pack(*BOTH, limits=[limit("low", ["refund", "goodwill"], usd("60"))]), situation(PAID))
    assert given(decision) == ["refund 60.00 USD"]
    assert [one.effect for one in adjustments(decision, Step.LIMIT)] == [Effect.REMOVED, Effect.CHANGED]
    assert verdicts(decision) == {"a": Verdict.LIMITED, "b": Verdict.OVERRULED}


def test_within_a_kind_what_is_said_last_is_cut_first() -> None:
    """The second refund before the first."""
    built = pack(
        rule("a", propose("refund", usd("30"))),
        rule("b", propose("refund", usd("40"))),
        combine={ActionKind.REFUND: Combine.ALL},
        limits=[limit("low", ["refund"], usd("50"))],
    )
    assert amounts(decide(built, situation(PAID)), "refund") == ["30.00 USD", "20.00 USD"]


def test_exactly_the_cap_is_within_it() -> None:
    """Not a cent is cut."""
    decision = decide(pack(*BOTH, limits=[limit("fits", ["refund", "goodwill"], usd("130"))]), situation(PAID))
    assert (given(decision), adjustments(decision, Step.LIMIT)) == (["refund 80.00 USD", "goodwill 50.00 USD"], [])


def test_a_share_is_rounded_down() -> None:
    """150 % of 0.33 are 0.495: 49 cents."""
    built = pack(CREDIT, limits=[limit("share", ["goodwill"], percent("150", "amount_affected"))])
    assert amounts(decide(built, situation({"amount_affected": usd("0.33")})), "goodwill") == ["0.49 USD"]
    lowest = Lowest((percent("150", "amount_affected"), Fixed((usd("9"),))))
    nested = pack(CREDIT, limits=[limit("share", ["goodwill"], lowest)])
    assert amounts(decide(nested, situation({"amount_affected": usd("0.33")})), "goodwill") == ["0.49 USD"]


def test_entitlements_are_never_cut_and_count_only_if_listed() -> None:
    """What is owed uses up the room for what is not."""
    law = rule("law", owed(usd("90")))
    for of, expected in (
        (["goodwill"], ["entitlement 90.00 USD", "goodwill 50.00 USD"]),
        (["goodwill", "entitlement"], ["entitlement 90.00 USD", "goodwill 10.00 USD"]),
        (["entitlement"], ["entitlement 90.00 USD", "goodwill 50.00 USD"]),
    ):
        assert given(decide(pack(law, CREDIT, limits=[limit("cap", of, usd("100"))]))) == expected
    only_owed = decide(pack(law, limits=[limit("cap", ["entitlement"], usd("1"))]))
    assert (given(only_owed), adjustments(only_owed, Step.LIMIT)) == (["entitlement 90.00 USD"], [])


def test_what_was_granted_of_its_kinds_counts() -> None:
    """Whatever its subject: 70 given elsewhere in the case leave 30."""
    built = pack(CREDIT, limits=[limit("case", ["goodwill"], usd("100"))])
    other = gave("goodwill", usd("70"), kind="gift", subject=Subject("order-2"))
    assert amounts(decide(built, situation(granted=[other])), "goodwill") == ["30.00 USD"]
    assert amounts(decide(built, situation(granted=[gave("refund", usd("70"))])), "goodwill") == ["50.00 USD"]
    beyond = gave("goodwill", usd("170"), kind="gift")
    assert kinds(decide(built, situation(granted=[beyond]))) == []


def test_what_was_granted_of_a_basis_counts_as_what_it_covers() -> None:
    """Whether or not the decision says how much is owed now: 80 given of a law that pays refunds leave 20 of 100."""
    for now in (usd("80"), None):
        rules = (rule("law", owed(now, covers=["refund"])), rule("house", propose("goodwill", usd("50"), kind="gift")))
        built = pack(*rules, limits=[limit("most", ["refund", "goodwill"], usd("100"))])
        given = [gave("entitlement", usd("80"), basis="law")]
        assert amounts(decide(built, situation(granted=given)), "goodwill") == ["20.00 USD"]


def test_with_minus_the_history_counts_and_not_what_was_granted() -> None:
    """The history includes this case: counting both would count it twice."""
    year = limit("year", ["goodwill"], usd("150"), minus="customer.goodwill_granted_365d")
    built = pack(CREDIT, limits=[year])
    for history, left in (("0", ["50.00 USD"]), ("120", ["30.00 USD"]), ("150", []), ("900", [])):
        about = situation(
            {"customer.goodwill_granted_365d": usd(history)}, granted=[gave("goodwill", usd("99"), kind="gift")]
        )
        assert amounts(decide(built, about), "goodwill") == left


@pytest.mark.parametrize(
    ("capped", "missing"),
    [
        (
            limit("cap", ["goodwill"], usd("150"), minus="customer.goodwill_granted_365d"),
            ("customer.goodwill_granted_365d",),
        ),
        (limit("cap", ["goodwill"], percent("150", "amount_affected")), ("amount_affected",)),
        (
            limit("cap", ["goodwill"], percent("150", "amount_affected"), minus="facts.fare"),
            ("amount_affected", "facts.fare"),
        ),
        (
            limit(
                "cap",
                ["goodwill"],
                AmountTable((AmountRow(UNLESS_KNOWN, Fixed((usd("1"),))), AmountRow(ALWAYS, Fixed((usd("9"),))))),
            ),
            ("obvious_mistake",),
        ),
    ],
)
def test_a_missing_base_or_minus_lifts_no_cap_silently(capped: Limit, missing: tuple[str, ...]) -> None:
    """Nothing is cut, nothing may be promised, the last role approves, and the facts are asked for."""
    decision = decide(pack(CREDIT, limits=[capped]))
    action = only(decision, "goodwill")
    assert (action.amount, blamed(action)) == (usd("50"), {("", missing)})
    assert (action.approval_needed, action.may_grant_now) == (True, False)
    assert set(needed(decision)) == set(missing)
    assert {rule_id for fact in decision.needed_facts for rule_id in fact.rule_ids} == {"a"}


def test_an_unknown_cap_leaves_entitlements_and_what_has_no_amount_alone() -> None:
    """What is owed is owed, and there is nothing to bound; then nothing is asked for either."""
    built = pack(
        rule("a", owed(usd("5"), covers=["goodwill"]), propose("goodwill", kind="recognition")),
        limits=[limit("cap", ["goodwill", "entitlement"], percent("1", "facts.fare"))],
    )
    decision = decide(built)
    assert [action.unsettled for action in decision.actions] == [(), ()]
    assert needed(decision) == []


def test_an_unknown_amount_beside_an_unknown_cap_waits_for_both() -> None:
    """Each says its own facts."""
    built = pack(
        rule("a", propose("goodwill", percent("1", "facts.fare"), kind="gift")),
        limits=[limit("cap", ["goodwill"], percent("1", "amount_affected"))],
    )
    decision = decide(built)
    assert blamed(only(decision, "goodwill")) == {("a", ("facts.fare",)), ("", ("amount_affected",))}
    assert needed(decision) == ["amount_affected", "facts.fare"]


def test_a_currency_that_the_cap_lacks_goes_to_the_last_role() -> None:
    """It is neither cut nor counted."""
    built = pack(
        rule("a", propose("goodwill", eur("90"), kind="credit")),
        rule("b", propose("refund", usd("40"))),
        limits=[limit("cap", ["refund", "goodwill"], usd("50"))],
    )
    decision = decide(built, situation(PAID))
    action = only(decision, "goodwill")
    assert (action.amount, blamed(action), action.approval_needed) == (eur("90"), {("", ())}, True)
    assert (only(decision, "refund").amount, only(decision, "refund").unsettled) == (usd("40"), ())


def test_a_cap_in_several_currencies_bounds_each_by_itself() -> None:
    """Fifty dollars, or forty-five euros."""
    cap = limit("cap", ["goodwill"], Fixed((usd("50"), eur("45"))))
    for amount, expected in ((usd("90"), "50.00 USD"), (eur("90"), "45.00 EUR")):
        built = pack(rule("a", propose("goodwill", amount, kind="credit")), limits=[cap])
        action = only(decide(built), "goodwill")
        assert (str(action.amount), action.unsettled) == (expected, ())


@pytest.mark.parametrize("entry", [gave("goodwill", kind="gift"), gave("goodwill", eur("1"), kind="gift")])
def test_what_was_granted_and_does_not_compare_leaves_less_than_the_cap_and_nobody_knows_how_much(
    entry: Granted,
) -> None:
    """What surely exceeds the cap is cut; of the rest nothing is cut by guess, and a person looks at it."""
    action = only(
        decide(pack(CREDIT, limits=[limit("cap", ["goodwill"], usd("10"))]), situation(granted=[entry])), "goodwill"
    )
    assert (action.amount, blamed(action), action.approval_needed) == (usd("10"), {("", ())}, True)


def test_a_history_in_another_currency_does_not_compare() -> None:
    """Known, and still no cap."""
    year = limit("year", ["goodwill"], usd("150"), minus="facts.fare")
    action = only(decide(pack(CREDIT, limits=[year]), situation({"facts.fare": eur("1")})), "goodwill")
    assert (action.amount, blamed(action), action.approval_needed) == (usd("50"), {("", ())}, True)


def test_limits_act_one_after_the_other() -> None:
    """The second acts on what the first left, in the order declared."""
    first, second = (
        limit("first", ["refund", "goodwill"], usd("100")),
        limit("second", ["goodwill", "refund"], usd("90")),
    )
    assert given(decide(pack(*BOTH, limits=[first, second]), situation(PAID))) == [
        "refund 70.00 USD",
        "goodwill 20.00 USD",
    ]
    assert given(decide(pack(*BOTH, limits=[second, first]), situation(PAID))) == [
        "refund 40.00 USD",
        "goodwill 50.00 USD",
    ]


def test_after_an_unknown_cap_a_known_one_still_cuts() -> None:
    """To nothing if it must: a cap that is not known is no floor."""
    unknown, nothing = limit("unknown", ["goodwill"], percent("1", "facts.fare")), limit("no", ["goodwill"], usd("0"))
    decision = decide(pack(CREDIT, limits=[unknown, nothing]))
    assert (kinds(decision), verdicts(decision)["a"]) == ([], Verdict.OVERRULED)


def test_of_an_open_floor_the_unknown_part_stands() -> None:
    """The known part counts and is cut; the action still waits for the rest."""
    built = pack(
        rule("a", propose("goodwill", usd("50"), kind="credit")),
        rule("b", propose("goodwill", percent("10", "facts.fare"), kind="credit")),
        limits=[limit("cap", ["goodwill"], usd("0"))],
    )
    decision = decide(built)
    action = only(decision, "goodwill")
    assert (action.amount, action.amount_needs, action.approval_needed) == (None, ("facts.fare",), True)
    assert [one.effect for one in adjustments(decision, Step.LIMIT)] == [Effect.CHANGED]


def test_an_unknown_amount_does_not_count() -> None:
    """The known gift is cut by what is known, and the unknown one stands, unsettled."""
    built = pack(
        rule(
            "a",
            propose("goodwill", usd("50"), kind="credit"),
            propose("goodwill", percent("1", "facts.fare"), kind="gift"),
        ),
        limits=[limit("cap", ["goodwill"], usd("40"))],
    )
    assert amounts(decide(built), "goodwill") == ["40.00 USD", "None"]


FARE = percent("100", "facts.fare")


def test_what_gives_way_to_an_unknown_amount_is_not_promised() -> None:
    """The refund gets what the entitlement leaves of the limit, whichever stands first in it, or covers the other."""
    back, law = rule("back", propose("refund", usd("60"))), rule("law", owed(FARE))
    covering = rule("law", owed(FARE, covers=["refund"]))
    for owing, of in ((law, ["entitlement", "refund"]), (law, ["refund", "entitlement"]), (covering, ["refund"])):
        built = pack(back, owing, limits=[limit("cap", of, usd("150"))])
        refund = only(decide(built, situation(PAID)), "refund")
        assert ("law", ("facts.fare",)) in blamed(refund)
        assert (refund.amount, refund.may_grant_now, refund.approval_needed) == (usd("60"), False, True)
        assert needed(decide(built, situation(PAID))) == ["facts.fare"]
    built = pack(back, law, limits=[limit("cap", ["entitlement", "refund"], usd("150"))])
    settled = only(decide(built, situation({**PAID, "facts.fare": usd("140")})), "refund")
    assert (settled.amount, settled.may_grant_now) == (usd("10"), True)


def test_what_goes_before_an_unknown_amount_stays_settled() -> None:
    """A kind listed earlier, and within a kind what is said earlier: the open one is cut first."""
    back, gift = rule("back", propose("refund", usd("60"))), rule("gift", propose("goodwill", FARE, kind="credit"))
    for of, settled in ((["refund", "goodwill"], True), (["goodwill", "refund"], False)):
        built = pack(back, gift, limits=[limit("cap", of, usd("100"))])
        assert only(decide(built, situation(PAID)), "refund").may_grant_now is settled
    for first, second, settled in ((usd("5"), FARE, True), (FARE, usd("5"), False)):
        built = pack(
            rule("a", propose("goodwill", first, kind="credit"), propose("goodwill", second, kind="gift")),
            limits=[limit("cap", ["goodwill"], usd("100"))],
        )
        known = next(action for action in decide(built).actions if action.amount is not None)
        assert (known.unsettled == (), known.may_grant_now) == (settled, False)


def test_only_the_open_amount_s_currency_is_left_to_it() -> None:
    """A cap in several currencies bounds each by itself; what is not known is of the case currency."""
    both = limit("cap", ["entitlement", "goodwill"], Fixed((usd("100"), eur("100"))))
    for gift, settled in ((eur("5"), True), (usd("5"), False)):
        built = pack(rule("law", owed(FARE)), rule("gift", propose("goodwill", gift, kind="gift")), limits=[both])
        assert only(decide(built), "goodwill").may_grant_now is settled


def test_what_was_given_in_part_is_not_gone_when_its_rest_is_cut() -> None:
    """A limited gesture that was paid is settled, and not overruled."""
    built = pack(CREDIT, limits=[limit("cap", ["goodwill"], usd("20"))])
    assert amounts(decide(built), "goodwill") == ["20.00 USD"]
    decision = decide(built, situation(granted=[gave("goodwill", usd("20"), kind="credit")]))
    action = only(decision, "goodwill")
    assert (action.amount, action.granted_amount, action.already_given) == (None, usd("20"), True)
    assert (decision.outcome, verdicts(decision)["a"]) == (Outcome.ALREADY_SETTLED, Verdict.LIMITED)


def test_derived_facts_that_a_cap_lacks_are_asked_for_by_their_sources() -> None:
    """Nobody can be asked for what the pack works out."""
    cap = limit(
        "cap",
        ["goodwill"],
        AmountTable(
            (AmountRow(OneOf("facts.derived", (True,)), Fixed((usd("1"),))), AmountRow(ALWAYS, Fixed((usd("9"),))))
        ),
    )
    built = pack(CREDIT, limits=[cap], derives=[derive("facts.derived", (UNLESS_KNOWN, True), (ALWAYS, False))])
    decision = decide(built)
    assert blamed(only(decision, "goodwill")) == {("", ("obvious_mistake",))}
    assert needed(decision) == ["obvious_mistake"]


def test_a_limit_on_other_kinds_asks_for_nothing() -> None:
    """Its facts cannot change this decision."""
    built = pack(CREDIT, limits=[limit("cap", ["refund"], percent("1", "facts.fare"))])
    decision = decide(built)
    assert (needed(decision), only(decision, "goodwill").unsettled) == ([], ())


def test_a_zero_amount_of_money_stays_money() -> None:
    """A yen has no cents: a share of a yen rounds down to none, and nothing is left to give."""
    built = pack(
        rule("a", propose("goodwill", Money("JPY", 5), kind="credit")),
        limits=[limit("cap", ["goodwill"], percent("50", "amount_affected"))],
    )
    assert kinds(decide(built, situation({"amount_affected": Money("JPY", 1)}))) == []


def test_what_is_open_of_a_floor_stays_in_its_currency() -> None:
    """Of fifty euros and more nothing known is left beside what is owed in euros; the rest gives way to that too."""
    rules = (
        rule("law", owed(eur("9"))),
        rule("law-2", owed(FARE)),
        rule("gift", propose("goodwill", eur("50"), kind="gift")),
        rule("gift-2", propose("goodwill", percent("1", "shipping_fee"), kind="gift")),
    )
    built = pack(*rules, limits=[limit("cap", ["entitlement", "goodwill"], eur("5"))])
    gift = only(decide(built, situation({"amount_affected": usd("1")})), "goodwill")
    assert (gift.amount, blamed(gift)) == (None, {("gift-2", ("shipping_fee",)), ("law", ("facts.fare",))})
