"""Oblige: what the standing actions promise, and when each promise is due, from observe_time alone."""

import pytest

from amends.domain.action import Span
from amends.domain.decision import ObligationKind
from amends.packs.model import FactParameter
from tests.unit.resolution.building import (
    HOUR,
    MINUTE,
    NOW,
    cadence,
    decide,
    gave,
    only,
    pack,
    propose,
    rule,
    situation,
    usd,
)

OWED = propose("entitlement", usd("5"), basis="law", due=Span(business_days=1))


def test_cadences_checks_payments_and_reviews_are_promises() -> None:
    """In the actions' order, each with its owner, a team by its id, and due time."""
    then = (
        OWED,
        cadence(30, owner="content"),
        propose("verify_followup", within=Span(nanos=2 * HOUR)),
        propose("escalate", to="boss", review_in=Span(nanos=HOUR)),
        propose("assign_owner", to="it"),
    )
    found = [(one.kind, one.due - NOW, one.owner) for one in decide(pack(rule("a", *then))).obligations]
    assert found == [
        (ObligationKind.PAY, 24 * HOUR, "it"),
        (ObligationKind.REVIEW, HOUR, "it"),
        (ObligationKind.NEXT_UPDATE, 30 * MINUTE, "content"),
        (ObligationKind.VERIFY, 2 * HOUR, "it"),
    ]


def test_who_answers_to_the_customer_keeps_what_they_were_promised() -> None:
    """Whoever mends it inside does not."""
    then = (OWED, propose("assign_owner", to="it", answers="content"))
    assert [one.owner for one in decide(pack(rule("a", *then))).obligations] == ["content"]


def test_a_promise_names_its_action_and_agrees_with_it() -> None:
    """The action's due time is the obligation's."""
    decision = decide(pack(rule("a", OWED)))
    (promise,) = decision.obligations
    assert (promise.action_id, promise.due) == (decision.actions[0].action_id, decision.actions[0].due)


def test_what_was_given_promises_nothing_more() -> None:
    """Neither payment nor review."""
    built = pack(rule("a", propose("goodwill", usd("5"), kind="gift", review_in=Span(nanos=HOUR)), OWED))
    about = situation(granted=[gave("goodwill", usd("5")), gave("entitlement", usd("5"), basis="law")])
    assert decide(built, about).obligations == ()


def test_the_shorter_cadence_is_the_promise() -> None:
    """What is overruled promises nothing."""
    decision = decide(pack(rule("a", cadence(60)), rule("b", cadence(15))))
    assert [one.due - NOW for one in decision.obligations] == [15 * MINUTE]


def test_an_action_without_a_due_time_promises_none() -> None:
    """An entitlement of no said term has none."""
    assert decide(pack(rule("a", propose("entitlement", usd("5"), basis="law"), propose("apology")))).obligations == ()


def test_what_expires_says_until_when() -> None:
    """From observe_time; what does not, says nothing."""
    built = pack(rule("a", propose("goodwill", usd("5"), kind="gift", expires=Span(nanos=HOUR)), propose("apology")))
    decision = decide(built)
    assert only(decision, "goodwill").valid_until == NOW + HOUR
    assert only(decision, "apology").valid_until is None


@pytest.mark.parametrize("said", [0, -5 * HOUR])
def test_no_promise_falls_due_before_now(said: int) -> None:
    """A duration read from a fact counts where it is longer than nothing; else its default does, or there is none."""
    waited = FactParameter("facts.pause", None)
    built = pack(
        rule("a", propose("verify_followup", within=waited), propose("entitlement", usd("5"), basis="law", due=waited))
    )
    assert decide(built, situation({"facts.pause": said})).obligations == ()
    otherwise = FactParameter("facts.pause", Span(nanos=HOUR))
    decision = decide(pack(rule("a", propose("verify_followup", within=otherwise))), situation({"facts.pause": said}))
    assert [one.due - NOW for one in decision.obligations] == [HOUR]
