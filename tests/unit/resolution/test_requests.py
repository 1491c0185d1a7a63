"""Requests: what the customer asked for and nobody meets or declines is said to be unanswered."""

import pytest

from amends.domain.decision import Decision
from amends.packs.conditions import AnyOf, Has, OneOf, SetTest
from amends.packs.model import FactParameter, Proposal, Rule
from tests.unit.resolution.building import cadence, decide, gave, pack, propose, rule, situation, text, usd

REFUND = propose("refund", usd("5"))
ROOM = {"amount_paid": usd("50"), "amount_refunded": usd("0")}


def asked(*requests: str, rules: tuple[Rule, ...]) -> Decision:
    return decide(pack(*rules), situation({**ROOM, "requested": frozenset(requests)}))


@pytest.mark.parametrize(
    ("request_", "proposal"),
    [
        ("refund", REFUND),
        ("refund", propose("entitlement", usd("5"), basis="law")),
        ("replacement", propose("remedy", kind="replace")),
        ("compensation", propose("entitlement", usd("5"), basis="law")),
        ("compensation", REFUND),
        ("compensation", propose("goodwill", usd("5"), kind="gift")),
        ("explanation", propose("clarify", script="so it was")),
        ("explanation", propose("offer_perspective", risk="anger")),
        ("apology", propose("apology")),
        ("callback", cadence(30, channel="voice")),
        ("callback", propose("proactive_contact")),
        ("cancellation", propose("escalate", to="boss", meets=("cancellation",))),
        ("refund", propose("decline", what="refund")),
    ],
)
def test_a_request_is_met_by_its_kinds_by_meets_or_declined(request_: str, proposal: Proposal) -> None:
    """The table of the language."""
    assert asked(request_, rules=(rule("a", proposal),)).unanswered_requests == ()


@pytest.mark.parametrize(
    ("request_", "proposal"),
    [
        ("refund", propose("goodwill", usd("5"), kind="gift")),
        ("replacement", REFUND),
        ("explanation", propose("apology")),
        ("callback", cadence(30, channel="mail")),
        ("cancellation", propose("decline", what="refund")),
        ("other", propose("apology")),
    ],
)
def test_anything_else_leaves_it_unanswered(request_: str, proposal: Proposal) -> None:
    """Another kind, another channel, another thing declined."""
    assert asked(request_, rules=(rule("a", proposal),)).unanswered_requests == (request_,)


@pytest.mark.parametrize(
    "when",
    [
        Has("requested", SetTest.ANY, frozenset({"cancellation", "other"})),
        Has("requested", SetTest.ALL, frozenset({"cancellation"})),
        OneOf("requested", (frozenset({"cancellation"}),)),
        AnyOf((OneOf("brand", ("x",)), Has("requested", SetTest.ANY, frozenset({"cancellation"})))),
    ],
)
def test_a_rule_that_tests_the_request_answers_it(when: AnyOf | Has | OneOf) -> None:
    """It was written for who asks for that."""
    assert asked("cancellation", rules=(rule("a", propose("apology"), when=when),)).unanswered_requests == ()


def test_a_rule_that_tests_for_its_absence_does_not() -> None:
    """It was written for everybody else."""
    absent = Has("requested", SetTest.NONE, frozenset({"refund"}))
    decision = asked("cancellation", rules=(rule("a", propose("apology"), when=absent),))
    assert decision.unanswered_requests == ("cancellation",)


def test_only_what_stands_answers() -> None:
    """A refund that is forbidden meets nothing, and its rule's test does not either."""
    tests = rule("a", REFUND, when=Has("requested", SetTest.ANY, frozenset({"refund"})))
    assert asked("refund", rules=(tests, rule("b", forbids=["refund"]))).unanswered_requests == ("refund",)


def test_only_the_rules_of_what_stands_answer() -> None:
    """The higher refund overruled that of the rule which was written for the cancellation."""
    tests = rule("a", REFUND, when=Has("requested", SetTest.ANY, frozenset({"cancellation"})))
    higher = rule("b", propose("refund", usd("9")))
    assert asked("cancellation", rules=(tests, higher)).unanswered_requests == ("cancellation",)
    same = rule("b", REFUND)
    assert asked("cancellation", rules=(tests, same)).unanswered_requests == ()


def test_what_was_given_before_answers() -> None:
    """They asked for a refund and have it."""
    about = situation({**ROOM, "requested": frozenset({"refund"})}, granted=[gave("refund", usd("5"))])
    assert decide(pack(rule("a", REFUND)), about).unanswered_requests == ()


def test_they_are_listed_in_the_order_of_the_vocabulary() -> None:
    """Whatever the set's own order."""
    assert asked("other", "callback", "refund", rules=()).unanswered_requests == ("refund", "callback", "other")


def test_nothing_asked_for_or_not_known_leaves_nothing_unanswered() -> None:
    """An empty set is known to be empty."""
    assert asked(rules=()).unanswered_requests == ()
    assert decide(pack()).unanswered_requests == ()


@pytest.mark.parametrize("locale", ["en", "de", "de-AT", "fr", ""])
def test_what_is_declined_in_one_language_is_declined_in_all(locale: str) -> None:
    """Told in German it is the same answer; also where it is what a fact falls back on."""
    words = text({"de": "Erstattung", "en": "refund"})
    for what in (words, FactParameter("brand", words)):
        built = pack(rule("a", propose("decline", what=what)))
        decision = decide(built, situation({"requested": frozenset({"refund", "callback"})}, locale=locale))
        assert decision.unanswered_requests == ("callback",)
    told = situation({"requested": frozenset({"refund"}), "brand": "the colour"}, locale=locale)
    decided = decide(pack(rule("a", propose("decline", what=FactParameter("brand", words)))), told)
    assert decided.unanswered_requests == ("refund",)
