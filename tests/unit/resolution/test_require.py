"""Require: a kind that may not stand without a companion is removed where it lacks it, and only where that is known."""

from amends.domain.action import Span
from amends.domain.decision import Effect, Outcome, Step, Verdict
from amends.engines.bitmap import BitmapEngine
from amends.packs.conditions import ALWAYS, OneOf
from amends.resolution.resolve import Resolver
from tests.unit.resolution.building import (
    HOUR,
    UNLESS_KNOWN,
    adjustments,
    amounts,
    blamed,
    decide,
    derive,
    gave,
    holding,
    kinds,
    limit,
    needed,
    only,
    owed,
    pack,
    percent,
    propose,
    requirement,
    rule,
    situation,
    usd,
    verdicts,
)

SORRY = rule("sorry", propose("apology"))
GIFT = rule("gift", propose("goodwill", usd("5"), kind="gift"))
REDO = rule("redo", propose("remedy", kind="redo"))
NO_BARE_APOLOGY = requirement("no-bare", "apology", "remedy", "goodwill")


def test_what_lacks_its_companion_is_removed() -> None:
    """And the trace says by which requirement and why."""
    decision = decide(pack(SORRY, requires=[NO_BARE_APOLOGY]))
    assert kinds(decision) == []
    (removed,) = adjustments(decision, Step.REQUIRE)
    assert (removed.rule_id, removed.by, removed.effect) == ("sorry", "no-bare", Effect.REMOVED)
    assert removed.why == "apology may not stand here without remedy or goodwill"
    assert verdicts(decision) == {"sorry": Verdict.OVERRULED}


def test_one_companion_is_enough() -> None:
    """Any of those listed."""
    for companion in (GIFT, REDO):
        assert "apology" in kinds(decide(pack(SORRY, companion, requires=[NO_BARE_APOLOGY])))


def test_a_requirement_that_does_not_hold_removes_nothing() -> None:
    """The first apology may stand alone."""
    third = requirement("third", "apology", "remedy", when=OneOf("facts.count", (3,)))
    built = pack(SORRY, requires=[third])
    assert kinds(decide(built, situation({"facts.count": 1}))) == ["apology"]
    assert kinds(decide(built, situation({"facts.count": 3}))) == []


def test_it_looks_at_what_limits_left() -> None:
    """A companion that was cut to nothing is none."""
    built = pack(SORRY, GIFT, requires=[NO_BARE_APOLOGY], limits=[limit("none", ["goodwill"], usd("0"))])
    assert kinds(decide(built)) == []


def test_what_was_given_is_a_companion_and_stays() -> None:
    """The gift that was given goes with the apology; and an apology that was made is not unmade."""
    with_gift = decide(pack(SORRY, GIFT, requires=[NO_BARE_APOLOGY]), situation(granted=[gave("goodwill", usd("5"))]))
    assert kinds(with_gift) == ["apology", "goodwill"]
    made = decide(pack(SORRY, requires=[NO_BARE_APOLOGY]), situation(granted=[gave("apology")]))
    assert only(made, "apology").already_given


def test_the_given_part_of_what_is_removed_stays_given() -> None:
    """Nothing more follows, and it is not said to be gone."""
    built = pack(GIFT, requires=[requirement("r", "goodwill", "remedy")])
    decision = decide(built, situation(granted=[gave("goodwill", usd("2"))]))
    action = only(decision, "goodwill")
    assert (action.amount, action.granted_amount, action.already_given) == (None, usd("2"), True)
    assert decision.outcome is Outcome.ALREADY_SETTLED
    assert [one.effect for one in adjustments(decision, Step.REQUIRE)] == [Effect.CHANGED]


def test_what_could_have_raised_it_goes_with_it() -> None:
    """A removal is told to every rule whose proposal is gone by it, also to one whose amount was not known yet."""
    for known, other in (
        (usd("5"), percent("10", "facts.fare")),
        (percent("5", "facts.fare"), percent("10", "facts.fare")),
    ):
        built = pack(
            rule("a", propose("goodwill", known, kind="gift")),
            rule("b", propose("goodwill", other, kind="gift")),
            requires=[requirement("no-bare", "goodwill", "apology")],
        )
        decision = decide(built)
        removed = adjustments(decision, Step.REQUIRE)
        assert {(found.rule_id, found.effect) for found in removed} == {("a", Effect.REMOVED), ("b", Effect.REMOVED)}
        assert verdicts(decision) == {"a": Verdict.OVERRULED, "b": Verdict.OVERRULED}


def test_an_action_without_amount_is_a_companion() -> None:
    """Unsettled, open or on hold: it stands."""
    for companion in (
        rule("b", propose("goodwill", percent("1", "facts.fare"), kind="gift")),
        rule("b", propose("goodwill", usd("1"), kind="gift"), hold=holding("goodwill")),
    ):
        assert "apology" in kinds(decide(pack(SORRY, companion, requires=[NO_BARE_APOLOGY])))


def test_a_removal_may_take_away_another_s_companion() -> None:
    """However they are declared, nothing stands in the end that lacks what it requires."""
    chain = [
        requirement("a", "apology", "remedy"),
        requirement("b", "remedy", "goodwill"),
        requirement("c", "goodwill", "refund"),
    ]
    for declared in (chain, chain[::-1]):
        decision = decide(pack(SORRY, REDO, GIFT, requires=declared))
        assert (kinds(decision), decision.outcome) == ([], Outcome.ALL_OVERRULED)
        assert {one.by for one in adjustments(decision, Step.REQUIRE)} == {"a", "b", "c"}


def test_an_honest_referral_is_never_removed() -> None:
    """The truth needs no companion; another referral may."""
    for outcome, expected in (("not_a_fit", ["referral"]), ("other", [])):
        refer = propose("referral", outcome=outcome, target="x", evidence=("fit",))
        built = pack(rule("a", refer), requires=[requirement("r", "referral", "remedy")])
        assert kinds(decide(built)) == expected


def test_an_unknown_condition_unsettles_a_substantive_kind_that_lacks_its_companion() -> None:
    """It removes nothing, names the fact, and asks for it."""
    built = pack(REDO, requires=[requirement("r", "remedy", "goodwill", when=UNLESS_KNOWN)])
    decision = decide(built)
    action = only(decision, "remedy")
    assert (blamed(action), action.may_grant_now) == ({("", ("obvious_mistake",))}, False)
    assert action.unsettled[0].why == "it may have to be left out without goodwill"
    assert [(fact.path, fact.rule_ids) for fact in decision.needed_facts] == [("obvious_mistake", ("redo",))]
    assert decision.ask_next == decision.needed_facts[0]
    asked_in_vain = decide(built, situation(unobtainable=["obvious_mistake"]))
    assert (needed(asked_in_vain), asked_in_vain.unobtainable_facts) == ([], ("obvious_mistake",))


def test_with_its_companion_nothing_is_unsettled_or_asked() -> None:
    """Whatever the answer, it would stand."""
    decision = decide(pack(REDO, GIFT, requires=[requirement("r", "remedy", "goodwill", when=UNLESS_KNOWN)]))
    assert (only(decision, "remedy").unsettled, needed(decision)) == ((), [])


def test_an_unknown_condition_leaves_care_and_what_was_given_alone() -> None:
    """Care is unsettled by a forbid only, and what was given is settled."""
    care = decide(pack(SORRY, requires=[requirement("r", "apology", "remedy", when=UNLESS_KNOWN)]))
    assert (only(care, "apology").unsettled, needed(care)) == ((), [])
    built = pack(REDO, requires=[requirement("r", "remedy", "goodwill", when=UNLESS_KNOWN)])
    given = decide(built, situation(granted=[gave("remedy")]))
    assert (only(given, "remedy").unsettled, needed(given)) == ((), [])


def test_one_situation_s_doubt_is_not_the_next_one_s() -> None:
    """A plan's own action stays as it is: where the companion stands again, so does the certainty."""
    built = pack(
        REDO,
        rule("b", propose("goodwill", percent("100", "facts.fare"), kind="gift")),
        requires=[requirement("r", "remedy", "goodwill", when=UNLESS_KNOWN)],
    )
    matcher, resolver = BitmapEngine().compile(built.vocabulary, built.conditions), Resolver(built)
    seen = []
    for fare in ("5", "0", "5"):
        about = situation({"facts.fare": usd(fare)})
        decision = resolver.resolve(matcher.match(about.facts), about, role="frontline").decision
        seen.append((only(decision, "remedy").may_grant_now, needed(decision)))
        assert decision == decide(built, about)
    assert seen == [(True, []), (False, ["obvious_mistake"]), (True, [])]


def test_a_derived_condition_is_asked_for_by_its_sources() -> None:
    """Nobody can be asked for what the pack works out."""
    built = pack(
        REDO,
        requires=[requirement("r", "remedy", "goodwill", when=OneOf("facts.derived", (True,)))],
        derives=[derive("facts.derived", (UNLESS_KNOWN, True), (ALWAYS, False))],
    )
    decision = decide(built)
    assert (blamed(only(decision, "remedy")), needed(decision)) == ({("", ("obvious_mistake",))}, ["obvious_mistake"])


def test_an_owner_that_was_removed_is_not_named() -> None:
    """Neither in the words nor as the one who keeps the promise."""
    then = (
        propose("assign_owner", to="it"),
        propose("verify_followup", within=Span(nanos=HOUR)),
    )
    built = pack(
        rule("a", *then, customer="{owner} looks after it."),
        requires=[requirement("r", "assign_owner", "remedy")],
    )
    decision = decide(built)
    (action,) = decision.actions
    assert action.reason_for_customer == "a named person looks after it."
    assert decision.obligations[0].owner == ""


def test_what_is_owed_may_be_a_companion() -> None:
    """An entitlement makes up for what went wrong too."""
    built = pack(SORRY, rule("law", owed(usd("5"))), requires=[requirement("r", "apology", "entitlement")])
    assert (kinds(decide(built)), amounts(decide(built), "entitlement")) == (["apology", "entitlement"], ["5.00 USD"])


NO_SILENT_GIFT = requirement("no-silent", "goodwill", "apology")
MAYBE_NO_BARE_APOLOGY = requirement("maybe", "apology", "remedy", when=UNLESS_KNOWN)


def test_a_companion_that_may_have_to_go_is_not_relied_on() -> None:
    """No gift without an apology, and that may have to go for want of a remedy: the gift may not be promised."""
    built = pack(SORRY, GIFT, requires=[NO_SILENT_GIFT, MAYBE_NO_BARE_APOLOGY])
    decision = decide(built)
    assert kinds(decision) == ["apology", "goodwill"]
    assert blamed(only(decision, "goodwill")) == {("", ("obvious_mistake",))}
    assert (only(decision, "goodwill").may_grant_now, needed(decision)) == (False, ["obvious_mistake"])
    assert kinds(decide(built, situation({"obvious_mistake": True}))) == []
    assert only(decide(built, situation({"obvious_mistake": False})), "goodwill").may_grant_now


def test_a_companion_that_stays_in_any_case_is_enough() -> None:
    """One that was given, or that stands beside the one in doubt."""
    requires = [requirement("no-silent", "goodwill", "apology", "proactive_contact"), MAYBE_NO_BARE_APOLOGY]
    call = rule("call", propose("proactive_contact"))
    assert only(decide(pack(SORRY, GIFT, call, requires=requires)), "goodwill").unsettled == ()
    built = pack(SORRY, GIFT, requires=[NO_SILENT_GIFT, MAYBE_NO_BARE_APOLOGY])
    assert only(decide(built, situation(granted=[gave("apology")])), "goodwill").unsettled == ()


def test_two_that_stand_for_each_other_both_stay() -> None:
    """Neither may have to go, as neither lacks the other."""
    each = [requirement("a", "goodwill", "remedy", when=UNLESS_KNOWN), requirement("b", "remedy", "goodwill")]
    decision = decide(pack(GIFT, REDO, requires=each))
    assert [action.unsettled for action in decision.actions] == [(), ()]


def test_a_companion_that_an_undetermined_rule_may_take_away_is_not_relied_on() -> None:
    """Forbidden, or gone with what keeps the customer: the action names the rule, and the fact that it waits for."""
    no_redo = rule("no-redo", when=UNLESS_KNOWN, forbids=["remedy"])
    honest = rule("honest", propose("referral", outcome="not_a_fit", target="x", evidence=("fit",)), when=UNLESS_KNOWN)
    to_keep = rule("redo", propose("remedy", kind="redo", retention=True))
    for redo, away in ((REDO, no_redo), (to_keep, honest)):
        built = pack(redo, GIFT, away, requires=[requirement("r", "goodwill", "remedy")])
        gift = only(decide(built), "goodwill")
        assert (blamed(gift), gift.may_grant_now) == ({(away.rule_id, ("obvious_mistake",))}, False)
        assert "goodwill" not in kinds(decide(built, situation({"obvious_mistake": True})))
        assert only(decide(built, situation({"obvious_mistake": False})), "goodwill").may_grant_now


def test_a_companion_that_money_may_take_away_is_not_relied_on() -> None:
    """Covered by who knows how much, over a cap that is not known, or an amount that may be nothing."""
    paid = {"amount_paid": usd("100"), "amount_refunded": usd("0")}
    back, fare = rule("back", propose("refund", usd("10"))), percent("100", "facts.fare")
    requires = [requirement("r", "goodwill", "refund")]
    for built, settled in (
        (pack(back, GIFT, rule("law", owed(fare, covers=["refund"])), requires=requires), "0"),
        (pack(back, GIFT, requires=requires, limits=[limit("cap", ["refund"], fare)]), "10"),
        (pack(rule("back", propose("refund", fare)), GIFT, requires=requires), "10"),
        (pack(back, GIFT, rule("law", owed(usd("10"), covers=["refund"]), when=UNLESS_KNOWN), requires=requires), ""),
    ):
        gift = only(decide(built, situation(paid)), "goodwill")
        assert (gift.may_grant_now, len(gift.unsettled)) == (False, 1)
        known = {"facts.fare": usd(settled)} if settled else {"obvious_mistake": False}
        assert only(decide(built, situation({**paid, **known})), "goodwill").may_grant_now


def test_one_that_may_be_replaced_by_its_like_or_is_held_is_relied_on() -> None:
    """Some remedy stands whatever the answer, and so does a held one."""
    other = rule("other", propose("remedy", kind="replace"), when=UNLESS_KNOWN)
    held = rule("held", hold=holding("remedy"), when=UNLESS_KNOWN)
    decision = decide(pack(REDO, GIFT, other, held, requires=[requirement("r", "goodwill", "remedy")]))
    assert (only(decision, "remedy").may_grant_now, only(decision, "goodwill").unsettled) == (False, ())
