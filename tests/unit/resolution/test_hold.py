"""Hold: what is held stands, marked with who may release it; nobody may grant it before."""

from amends.domain.action import Hold
from amends.domain.action_kinds import INTERNAL_KINDS, ActionKind
from amends.domain.decision import Effect, Outcome, Step, Verdict
from amends.engines.bitmap import BitmapEngine
from amends.packs.conditions import OneOf
from amends.resolution.resolve import Resolver
from tests.unit.resolution.building import (
    UNLESS_KNOWN,
    adjustments,
    blamed,
    decide,
    gave,
    holding,
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

EVERYTHING = [kind.value for kind in ActionKind if kind not in INTERNAL_KINDS]
THEN = (
    owed(usd("600")),
    propose("goodwill", usd("5"), kind="gift"),
    propose("apology"),
    propose("escalate", to="boss"),
)
PAY = rule("pay", *THEN)
WAITS = {("stop", ("obvious_mistake",))}


def test_held_actions_stand_and_may_not_be_granted() -> None:
    """Entitlements included: they stay owed. What brings people in is not held."""
    decision = decide(pack(PAY, rule("stop", hold=holding(*EVERYTHING, because="Chargeback open."))))
    stop = (Hold("it", "Chargeback open.", ("stop",)),)
    assert {action.kind.value: action.on_hold for action in decision.actions} == {
        "entitlement": stop,
        "goodwill": stop,
        "apology": stop,
        "escalate": (),
    }
    assert [action.may_grant_now for action in decision.actions] == [not action.on_hold for action in decision.actions]
    assert only(decision, "entitlement").amount == usd("600")
    assert decision.outcome is Outcome.ACTIONS_RECOMMENDED
    assert set(verdicts(decision).values()) == {Verdict.APPLIED}


def test_only_the_named_kinds_are_held() -> None:
    """The rest may go on."""
    decision = decide(pack(PAY, rule("stop", hold=holding("goodwill"))))
    assert [action.kind.value for action in decision.actions if action.on_hold] == ["goodwill"]


def test_the_trace_says_who_holds_whose_action_and_why() -> None:
    """One line for every rule that holds and every rule that asked."""
    built = pack(
        rule("one", propose("remedy", kind="redo")),
        rule("two", propose("remedy", kind="redo")),
        rule("stop", hold=holding("remedy", because="Fraud suspected.")),
    )
    found = adjustments(decide(built), Step.HOLD)
    assert [(one.rule_id, one.by, one.effect, one.why) for one in found] == [
        ("one", "stop", Effect.CHANGED, "on hold: Fraud suspected."),
        ("two", "stop", Effect.CHANGED, "on hold: Fraud suspected."),
    ]


def test_several_holds_are_listed_one_a_team() -> None:
    """In deciding order, with the rules of that team; the reason is the first rule's."""
    built = pack(
        PAY,
        rule("b", hold=holding("apology", team="it", because="second")),
        rule("a", hold=holding("apology", team="content", because="first")),
        rule("c", hold=holding("apology", "goodwill", team="it", because="third")),
        rule("z", hold=holding("apology", team="content", because="urgent"), priority=9),
    )
    assert only(decide(built), "apology").on_hold == (
        Hold("content", "urgent", ("z", "a")),
        Hold("it", "second", ("b", "c")),
    )
    assert only(decide(built), "goodwill").on_hold == (Hold("it", "third", ("c",)),)


def test_the_reason_is_said_in_the_decision_s_language() -> None:
    """As every word for people."""
    built = pack(PAY, rule("stop", hold=holding("apology", because={"en": "wait", "de": "warten"})))
    assert only(decide(built, situation(locale="de-AT")), "apology").on_hold[0].reason == "warten"


def test_what_was_given_is_not_held() -> None:
    """Also where the same plan held it before it was given."""
    built = pack(PAY, rule("stop", hold=holding(*EVERYTHING)))
    matcher, resolver = BitmapEngine().compile(built.vocabulary, built.conditions), Resolver(built)
    before, after = situation(granted=[]), situation(granted=[gave("apology"), gave("goodwill", usd("5"))])
    for about, given in ((before, []), (after, ["apology", "goodwill"]), (before, [])):
        decision = resolver.resolve(matcher.match(about.facts), about, role="frontline").decision
        assert [one.kind.value for one in decision.actions if one.already_given] == given
        assert all(bool(one.on_hold) is (one.kind != "escalate" and not one.already_given) for one in decision.actions)
        assert decision == decide(built, about)


def test_a_hold_that_does_not_apply_holds_nothing() -> None:
    """Not even where the same pack held it a moment ago."""
    built = pack(PAY, rule("stop", when=OneOf("obvious_mistake", (True,)), hold=holding(*EVERYTHING)))
    matcher, resolver = BitmapEngine().compile(built.vocabulary, built.conditions), Resolver(built)
    for known in (True, False, True, False):
        about = situation({"obvious_mistake": known})
        decision = resolver.resolve(matcher.match(about.facts), about, role="frontline").decision
        assert any(action.on_hold for action in decision.actions) is known


def test_an_undetermined_hold_unsettles_what_it_would_hold() -> None:
    """Entitlements included, care and what brings people in excepted; the fact is asked for."""
    decision = decide(pack(PAY, rule("stop", when=UNLESS_KNOWN, hold=holding(*EVERYTHING))))
    assert {action.kind.value: blamed(action) for action in decision.actions} == {
        "entitlement": WAITS,
        "goodwill": WAITS,
        "apology": set(),
        "escalate": set(),
    }
    assert only(decision, "goodwill").unsettled[0].why == "it would put this on hold"
    assert not any(action.on_hold for action in decision.actions)
    assert needed(decision) == ["obvious_mistake"]


def test_an_undetermined_hold_of_care_alone_asks_for_nothing() -> None:
    """It could change no substantive kind."""
    decision = decide(pack(PAY, rule("stop", when=UNLESS_KNOWN, hold=holding("apology"))))
    assert needed(decision) == []


def test_what_was_given_does_not_wait_for_a_hold() -> None:
    """Nor is it said to; another reason to wait stays."""
    stop = rule("stop", when=UNLESS_KNOWN, hold=holding("remedy", "goodwill"))
    ban = rule("ban", when=UNLESS_KNOWN, forbids=["remedy"])
    built = pack(rule("a", propose("remedy", kind="redo"), propose("goodwill", usd("5"), kind="gift")), stop, ban)
    about = situation(granted=[gave("remedy"), gave("goodwill", usd("5"))])
    decision = decide(built, about)
    assert blamed(only(decision, "remedy")) == {("ban", ("obvious_mistake",))}
    assert only(decision, "goodwill").unsettled == ()


def test_a_rule_that_would_both_forbid_and_hold_says_the_worse() -> None:
    """One reason a rule."""
    built = pack(
        rule("a", propose("remedy", kind="redo")),
        rule("stop", when=UNLESS_KNOWN, forbids=["remedy"], hold=holding("remedy")),
    )
    assert [found.why for found in only(decide(built), "remedy").unsettled] == ["it would forbid remedy"]


def test_a_held_amount_still_says_who_approves_it() -> None:
    """Release and approval are two things."""
    built = pack(
        rule("a", propose("goodwill", percent("1", "facts.fare"), kind="gift")),
        rule("stop", hold=holding("goodwill")),
    )
    action = only(decide(built), "goodwill")
    assert (action.approval_needed, bool(action.on_hold)) == (True, True)
