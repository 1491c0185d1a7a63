"""Cover: an entitlement that covers a kind pays it too; what is proposed beside it is reduced to the excess."""

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind, Combine
from amends.domain.decision import Decision, Effect, Outcome, Step, Verdict
from amends.domain.money import Money
from amends.domain.situation import Granted
from amends.packs.conditions import ALWAYS
from tests.unit.resolution.building import (
    UNLESS_KNOWN,
    adjustments,
    amounts,
    blamed,
    decide,
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
OPEN = owed(percent("100", "facts.fare"), covers=["refund"])


def beside(refund: Money, *entitlements: Money) -> Decision:
    law = rule("law", *(owed(one, basis=f"law-{n}", covers=["refund"]) for n, one in enumerate(entitlements)))
    return decide(pack(law, rule("house", propose("refund", refund))), situation(PAID))


def test_what_is_proposed_is_reduced_to_the_excess() -> None:
    """The law pays 250 of the 400; the trace says who took what off whom."""
    decision = beside(usd("400"), usd("250"))
    assert (amounts(decision, "entitlement"), amounts(decision, "refund")) == (["250.00 USD"], ["150.00 USD"])
    (covered,) = adjustments(decision, Step.COVER)
    assert (covered.kind, covered.rule_id, covered.by, covered.effect) == ("refund", "house", "law", Effect.CHANGED)
    assert (covered.before, covered.after) == (usd("400"), usd("150"))
    assert covered.why == "the entitlement of law, 250.00 USD, covers it"
    assert verdicts(decision)["house"] is Verdict.APPLIED


def test_what_is_covered_wholly_is_removed() -> None:
    """Its rule is overruled, as nothing it asked for stands."""
    decision = beside(usd("250"), usd("250"))
    assert kinds(decision) == ["entitlement"]
    assert [(one.effect, one.after) for one in adjustments(decision, Step.COVER)] == [(Effect.REMOVED, usd("0"))]
    assert verdicts(decision)["house"] is Verdict.OVERRULED


def test_nothing_is_covered_by_default() -> None:
    """Compensation stands beside a ticket refund."""
    built = pack(rule("law", owed(usd("600"))), rule("house", propose("refund", usd("400"))))
    assert amounts(decide(built, situation(PAID)), "refund") == ["400.00 USD"]


def test_several_laws_cover_together() -> None:
    """The excess over what covers them together, and each is told what it took."""
    decision = beside(usd("400"), usd("250"), usd("100"))
    assert amounts(decision, "refund") == ["50.00 USD"]
    assert [str(one.after) for one in adjustments(decision, Step.COVER)] == ["150.00 USD", "50.00 USD"]


def test_the_action_said_first_is_covered_first() -> None:
    """A refund is said before a gesture."""
    built = pack(
        rule("law", owed(usd("70"), covers=["refund", "goodwill"])),
        rule("house", propose("refund", usd("50")), propose("goodwill", usd("30"), kind="credit")),
    )
    decision = decide(built, situation(PAID))
    assert (amounts(decision, "refund"), amounts(decision, "goodwill")) == ([], ["10.00 USD"])


def test_what_covers_one_kind_goes_before_what_covers_both() -> None:
    """Else the wide one would be used up on the refund that the narrow one pays."""
    built = pack(
        rule("law", owed(usd("50"), basis="a", covers=["refund", "goodwill"])),
        rule("law-2", owed(usd("50"), basis="b", covers=["refund"])),
        rule("house", propose("refund", usd("50")), propose("goodwill", usd("50"), kind="credit")),
    )
    assert kinds(decide(built, situation(PAID))) == ["entitlement", "entitlement"]


def test_another_currency_or_kind_is_not_covered() -> None:
    """Euros owed do not pay dollars, and a law on refunds no gesture."""
    built = pack(
        rule("law", owed(eur("600"), covers=["refund"])),
        rule("house", propose("refund", usd("400")), propose("goodwill", usd("9"), kind="gift")),
    )
    decision = decide(built, situation(PAID))
    assert (amounts(decision, "refund"), amounts(decision, "goodwill")) == (["400.00 USD"], ["9.00 USD"])


def test_an_open_entitlement_unsettles_what_it_covers() -> None:
    """Nobody knows the excess: the last role has to look, and the fact is asked for."""
    built = pack(rule("law", OPEN), rule("house", propose("refund", usd("40")), propose("goodwill", kind="gift")))
    decision = decide(built, situation(PAID))
    refund = only(decision, "refund")
    assert (refund.amount, blamed(refund)) == (usd("40"), {("law", ("facts.fare",))})
    assert (refund.approval_needed, refund.may_grant_now) == (True, False)
    assert needed(decision) == ["facts.fare"]
    assert only(decision, "goodwill").unsettled == ()


def test_an_open_floor_covers_what_is_known_of_it() -> None:
    """And the rest may be covered yet."""
    built = pack(
        rule("law", owed(usd("30"), covers=["refund"])),
        rule("law-2", OPEN),
        rule("house", propose("refund", usd("40"))),
    )
    refund = only(decide(built, situation(PAID)), "refund")
    assert (refund.amount, refund.approval_needed) == (usd("10"), True)
    assert blamed(refund) == {("law", ("facts.fare",))}


def test_what_may_come_to_cover_leaves_it_unsettled() -> None:
    """An undetermined rule changes nothing, and is never silent; where all stand, too."""
    for combine in (Combine.HIGHEST, Combine.ALL):
        built = pack(
            rule("open", owed(usd("600"), covers=["refund"]), when=UNLESS_KNOWN),
            rule("house", propose("refund", usd("40")), propose("goodwill", usd("5"), kind="gift")),
            combine={ActionKind.REFUND: combine},
        )
        decision = decide(built, situation(PAID))
        refund = only(decision, "refund")
        assert (refund.amount, blamed(refund)) == (usd("40"), {("open", ("obvious_mistake",))})
        assert refund.unsettled[0].why == "its entitlement would cover refund"
        assert only(decision, "goodwill").unsettled == ()


def test_an_entitlement_without_an_amount_covers_nothing() -> None:
    """Whether it applies or may."""
    for condition in (ALWAYS, UNLESS_KNOWN):
        built = pack(rule("law", owed(None, covers=["refund"]), when=condition), rule("b", propose("refund", usd("4"))))
        assert only(decide(built, situation(PAID)), "refund").unsettled == ()
        assert amounts(decide(built, situation(PAID)), "refund") == ["4.00 USD"]


LAW_AND_HOUSE = pack(
    rule("law", owed(usd("250"), covers=["refund"])),
    rule("house", propose("refund", usd("400"))),
)


def left(*granted: Granted) -> list[str]:
    decision = decide(LAW_AND_HOUSE, situation(PAID, granted=granted))
    return [str(action.amount) for action in decision.actions]


def test_a_refund_that_was_paid_pays_the_entitlement_first() -> None:
    """A payment, not a cut: 150 paid leave 100 of what is owed, and the excess."""
    assert left(gave("refund", usd("150"))) == ["100.00 USD", "150.00 USD"]
    assert left(gave("refund", usd("250"))) == ["None", "150.00 USD"]
    assert left(gave("refund", usd("300"))) == ["None", "100.00 USD"]
    assert left(gave("refund", usd("400"))) == ["None", "None"]


def test_its_own_basis_is_taken_first() -> None:
    """What was paid under the law leaves the refunds that were paid to the refund."""
    assert left(gave("entitlement", usd("250"), basis="law"), gave("refund", usd("150"))) == ["None", "None"]
    assert left(gave("entitlement", usd("250"), basis="law")) == ["None", "150.00 USD"]


def test_paying_the_entitlement_settles_the_refund_that_it_covers() -> None:
    """It is not proposed a second time, at its full amount, once the entitlement is given."""
    built = pack(rule("law", owed(usd("250"), covers=["refund"])), rule("house", propose("refund", usd("200"))))
    decision = decide(built, situation(PAID, granted=[gave("entitlement", usd("250"), basis="law")]))
    assert (kinds(decision), decision.outcome) == (["entitlement"], Outcome.ALREADY_SETTLED)


def test_paying_the_refund_settles_the_entitlement_that_covers_it() -> None:
    """The order in which a customer was paid does not matter."""
    built = pack(rule("law", owed(usd("250"), covers=["refund"])), rule("house", propose("refund", usd("200"))))
    decision = decide(built, situation(PAID, granted=[gave("refund", usd("200"))]))
    assert amounts(decision, "entitlement") == ["50.00 USD"]


def test_a_paid_refund_that_does_not_compare_leaves_the_entitlement_unsettled() -> None:
    """Nobody pays twice by accident."""
    for entry in (gave("refund"), gave("refund", eur("10"))):
        action = only(decide(LAW_AND_HOUSE, situation(PAID, granted=[entry])), "entitlement")
        assert (action.amount, blamed(action), action.approval_needed) == (usd("250"), {("", ())}, True)


def test_what_does_not_compare_is_of_no_matter_once_the_payment_of_a_covered_kind_is_enough() -> None:
    """The refund that was paid is all that is owed; what else was given can't make it less."""
    built = pack(rule("law", owed(usd("5"), covers=["refund"])))
    given = [gave("entitlement", basis="law"), gave("refund", usd("9"))]
    action = only(decide(built, situation(PAID, granted=given)), "entitlement")
    assert (action.already_given, action.unsettled, action.approval_needed) == (True, (), False)


def test_what_was_given_of_a_refund_passes_on_and_what_does_not_compare_stays_with_it() -> None:
    """The dollars pay the entitlement; whether the euros are of the refund that is then left, nobody knows."""
    built = pack(rule("law", owed(usd("40"), covers=["refund"])), rule("house", propose("refund", usd("60"))))
    given = [gave("refund", usd("20")), gave("refund", eur("20"))]
    decision = decide(built, situation(PAID, granted=given))
    assert {action.kind.value: (str(action.amount), blamed(action)) for action in decision.actions} == {
        "entitlement": ("20.00 USD", {("", ())}),
        "refund": ("20.00 USD", {("", ())}),
    }


def test_a_paid_refund_that_does_not_compare_may_be_the_refund_s_own() -> None:
    """What the refund takes in its own currency is taken off once. What it leaves may be the entitlement's."""
    built = pack(rule("law", owed(usd("250"), covers=["refund"])), rule("house", propose("refund", eur("40"))))
    for paid, expected in (("10", set()), ("40", set()), ("50", {("", ())})):
        decision = decide(built, situation({"amount_paid": eur("90")}, granted=[gave("refund", eur(paid))]))
        assert blamed(only(decision, "entitlement")) == expected


def test_a_covered_kind_counts_against_a_limit_and_the_entitlement_is_not_cut() -> None:
    """250 owed use up a limit of 300 on refunds but for 50."""
    built = pack(
        rule("law", owed(usd("250"), covers=["refund"])),
        rule("house", propose("refund", usd("400"))),
        limits=[limit("cap", ["refund"], usd("300"))],
    )
    decision = decide(built, situation(PAID))
    assert [str(action.amount) for action in decision.actions] == ["250.00 USD", "50.00 USD"]
    paid = situation(PAID, granted=[gave("entitlement", usd("250"), basis="law")])
    assert [str(action.amount) for action in decide(built, paid).actions] == ["None", "50.00 USD"]


def test_what_an_entitlement_was_paid_as_still_counts_as_what_it_covers() -> None:
    """Paid by the gesture, it uses up the limit on refunds as it did before."""
    built = pack(
        rule("law", owed(usd("10"), covers=["refund", "goodwill"])),
        rule("house", propose("refund", usd("20")), propose("goodwill", usd("10"), kind="credit")),
        limits=[limit("cap", ["refund"], usd("10"))],
    )
    before = decide(built, situation(PAID))
    assert [str(one.amount) for one in before.actions] == ["10.00 USD", "10.00 USD"]
    after = decide(built, situation(PAID, granted=[gave("goodwill", usd("10"), kind="credit")]))
    assert (amounts(after, "refund"), amounts(after, "goodwill")) == ([], ["10.00 USD"])
    assert only(after, "entitlement").already_given


def test_what_is_left_has_an_id_of_its_own_though_the_entitlement_took_the_payment() -> None:
    """Two refunds of 150 are two payments, and a payment system must not take them for one."""
    seen = set()
    for paid in ([], [gave("refund", usd("150"))], [gave("refund", usd("150")), gave("refund", usd("50"))]):
        refund = only(decide(LAW_AND_HOUSE, situation(PAID, granted=paid)), "refund")
        assert refund.amount == usd("150")
        seen.add(refund.action_id)
    assert len(seen) == 3


def test_without_an_incident_what_is_for_it_is_the_case_s() -> None:
    """What was paid of a refund pays the entitlement first, also where the refund is once for an incident."""
    refund = propose("refund", usd("400"), scope=Scope.INCIDENT)
    built = pack(rule("law", owed(usd("250"), covers=["refund"])), rule("house", refund))
    paid = situation(PAID, granted=[gave("refund", usd("150"))])
    assert only(decide(built, paid), "entitlement").granted_amount == usd("150")
