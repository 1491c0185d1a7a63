"""Every kind of action in words that a person reads."""

import pytest
from google.protobuf.duration_pb2 import Duration
from google.type.money_pb2 import Money

from amends.cli.action_words import action_words, member_words, span_words
from amends.v1 import action_pb2, situation_pb2
from amends.v1.action_pb2 import Action, Span

KINDS = [field.name for field in Action.DESCRIPTOR.oneofs_by_name["kind"].fields]
FIVE = Money(currency_code="USD", units=5)
PARTS = situation_pb2.FactValue(set=situation_pb2.TextSet(values=["lid", "box"]))
HALF_HOUR = Span(duration=Duration(seconds=1800))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_the_contract_has_words(kind: str) -> None:
    """A kind that the contract gains fails here, until somebody says how it reads."""
    action = Action()
    getattr(action, kind).SetInParent()

    words = action_words(action)

    assert words.strip()
    assert "does not know" not in words


def test_a_kind_of_a_newer_contract_says_so() -> None:
    """An action whose kind this version does not know is shown, not left out."""
    assert "update" in action_words(Action(action_id="a-1"))


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (
            Action(
                entitlement=action_pb2.Entitlement(
                    basis="14 CFR 260", jurisdiction="US", due=Span(business_days=7), route="original_payment"
                )
            ),
            "Entitlement under 14 CFR 260 (US), within 7 business days, by original payment",
        ),
        (Action(goodwill=action_pb2.Goodwill(kind=action_pb2.GOODWILL_KIND_CREDIT)), "Goodwill: credit"),
        (
            Action(apology=action_pb2.Apology(literal=True, channel=situation_pb2.CHANNEL_IN_PERSON)),
            "Say “I am sorry”, face to face",
        ),
        (
            Action(
                update_cadence=action_pb2.UpdateCadence(
                    every=HALF_HOUR,
                    channel=situation_pb2.CHANNEL_VOICE,
                    owner="assigned",
                    until="resolved",
                    hours="support",
                )
            ),
            "News every 30 minutes, by telephone, from the named owner, until resolved, in the hours of support",
        ),
        (
            Action(referral=action_pb2.Referral(target="none_known", need="a bigger plan")),
            "Refer the customer: nobody we know of; the need: a bigger plan",
        ),
        (
            Action(
                custom=action_pb2.Custom(
                    name="accept_return",
                    parameters=[
                        action_pb2.Parameter(name="fee", value=situation_pb2.FactValue(money=FIVE)),
                        action_pb2.Parameter(name="parts", value=PARTS),
                    ],
                )
            ),
            "Pack’s own action: accept return; fee 5 USD, parts lid, box",
        ),
    ],
)
def test_an_action_is_one_readable_line(action: Action, words: str) -> None:
    """Names of the contract become words; what a rule left out leaves no gap."""
    assert action_words(action) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(duration=Duration(seconds=60)), "1 minute"),
        (Span(duration=Duration(seconds=90)), "90 seconds"),
        (Span(duration=Duration(seconds=86_400)), "1 day"),
        (Span(duration=Duration(seconds=90_000)), "25 hours"),
        (Span(business_days=1), "1 business day"),
    ],
)
def test_a_span_reads_in_its_largest_whole_unit(span: Span, words: str) -> None:
    """Nothing is rounded to read better."""
    assert span_words(span) == words


def test_a_number_that_an_enum_does_not_have_stays_a_number() -> None:
    """A newer server's member is shown, not guessed."""
    assert member_words(situation_pb2.Channel, situation_pb2.CHANNEL_SMS) == "sms"
    assert member_words(situation_pb2.Channel, 99) == "99"
