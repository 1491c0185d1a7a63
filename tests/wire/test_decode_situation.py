"""A situation that is in order is read whole and exactly."""

from decimal import Decimal
from typing import Final

import pytest

from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import FactSource, Granted, Situation, Subject
from amends.v1 import situation_pb2
from amends.wire.decode_situation import decode_situation
from tests.wire.samples import NOW, VOCABULARY, full_situation

SECOND: Final = 1_000_000_000


def decode(message: situation_pb2.Situation) -> Situation:
    return decode_situation(message, VOCABULARY, now=NOW)


def test_a_situation_is_read_whole() -> None:
    """Every field lands at its path, in the domain's own type, and nothing else does."""
    message = full_situation()
    message.facts["weight"].decimal.value = "1.50"
    message.facts["deposit"].money.currency_code = "JPY"
    message.facts["deposit"].money.units = 500
    message.facts["outage"].duration.seconds = 90
    message.facts["delivered"].timestamp.seconds = 1
    message.facts["carrier"].text = "Swift"
    message.facts["parts"].set.values.extend(["lid", "cable", "lid"])
    message.fact_sources["severity"] = situation_pb2.FACT_SOURCE_MODEL
    message.unobtainable.append("customer.time_zone")

    assert decode(message) == Situation(
        case_id="case-1",
        observe_time=NOW,
        subject=Subject("order-1", "item-1"),
        customer_id="customer-1",
        locale="en",
        unobtainable=frozenset({"customer.time_zone"}),
        fact_sources={"severity": FactSource.MODEL},
        facts={
            "subject.quantity": 2,
            "contact_reason": "late_delivery",
            "tags": frozenset({"vip", "second-call"}),
            "brand": "brand-x",
            "customer.loyalty_tier": "gold",
            "customer.preferred_channel": "voice",
            "customer.channels_on_file": frozenset({"voice", "mail"}),
            "customer.country": "US",
            "customer.prior_failures_90d": 0,
            "stage": "purchase",
            "pain_type": "transactional",
            "cause": "process",
            "fault": "company",
            "severity": "high",
            "failure_reality": "actual",
            "reporter": "customer",
            "requested": frozenset({"refund"}),
            "sentiment": "upset",
            "obvious_mistake": True,
            "kept_service": False,
            "flags": frozenset(),
            "amount_paid": Money("USD", 12_000),
            "amount_affected": Money("USD", 12_000),
            "shipping_fee": Money("USD", 990),
            "waited": 1_200 * SECOND,
            "facts.delay_days": 4,
            "facts.refund_refused": False,
            "facts.packaging": "original",
            "facts.weight": Decimal("1.5"),
            "facts.deposit": Money("JPY", 500),
            "facts.outage": 90 * SECOND,
            "facts.delivered": SECOND,
            "facts.carrier": "Swift",
            "facts.parts": frozenset({"lid", "cable"}),
            "observe_time": NOW,
        },
    )


def test_absence_is_the_one_unknown() -> None:
    """What is not set is not a fact, whatever message it would stand in; only the moment is always known."""
    message = situation_pb2.Situation(case_id="c")
    message.customer.SetInParent()
    message.incident.SetInParent()
    message.subject.SetInParent()

    situation = decode(message)

    assert situation.facts == {"observe_time": NOW}
    assert situation.granted is None
    assert situation == decode(situation_pb2.Situation(case_id="c"))


def test_zero_false_and_empty_are_known() -> None:
    """A zero is known to be zero, a no is a no, an empty set is known to be empty, and nothing given is known too."""
    message = situation_pb2.Situation(case_id="c", kept_service=False)
    message.customer.claims_365d = 0
    message.waited.SetInParent()
    message.amount_paid.currency_code = "EUR"
    message.tags.SetInParent()
    message.granted.SetInParent()
    message.facts["notes"].set.SetInParent()
    message.facts["balance"].integer = 0

    situation = decode(message)

    assert situation.granted == ()
    assert situation.facts == {
        "kept_service": False,
        "customer.claims_365d": 0,
        "waited": 0,
        "amount_paid": Money("EUR", 0),
        "tags": frozenset(),
        "facts.notes": frozenset(),
        "facts.balance": 0,
        "observe_time": NOW,
    }


def test_what_was_given_is_read_whole() -> None:
    """A granted action keeps its kind, what it was for, its other parameters, its amount and its time."""
    message = situation_pb2.Situation(case_id="c")
    entry = message.granted.actions.add(
        action_id="a1",
        kind=situation_pb2.ACTION_KIND_ENTITLEMENT,
        basis="eu261",
        subject=situation_pb2.Subject(order_id="o"),
        incident_id="i",
        parameters={"route": "original_payment"},
    )
    entry.amount.currency_code = "EUR"
    entry.amount.units = 250
    entry.time.seconds = 0
    message.granted.actions.add(kind=situation_pb2.ACTION_KIND_APOLOGY)

    assert decode(message).granted == (
        Granted(
            kind="entitlement",
            action_id="a1",
            subject=Subject("o", ""),
            incident_id="i",
            basis="eu261",
            parameters={"route": "original_payment"},
            amount=Money("EUR", 25_000),
            time=0,
        ),
        Granted(kind="apology"),
    )


@pytest.mark.parametrize("value", ["0.00", "1e2", "+5", ".5", "5.", "1234567890123456789012345678"])
def test_decimals_are_exact(value: str) -> None:
    """Every form of a decimal is read as it is written, without a float in between."""
    message = full_situation()
    message.facts["weight"].decimal.value = value

    assert decode(message).facts["facts.weight"] == Decimal(value)


@pytest.mark.parametrize(
    ("currency", "units", "nanos", "minor"),
    [
        ("USD", 9, 900_000_000, 990),
        ("USD", 0, 10_000_000, 1),
        ("JPY", 12, 0, 12),
        ("KWD", 1, 1_000_000, 1_001),
        ("CLF", 1, 100_000, 10_001),
        ("USD", 10_000_000_000_000, 0, 10**15),
    ],
)
def test_money_is_exact(currency: str, units: int, nanos: int, minor: int) -> None:
    """Units and nanos become minor units of the currency's own exponent."""
    message = situation_pb2.Situation(case_id="c")
    message.amount_paid.currency_code = currency
    message.amount_paid.units = units
    message.amount_paid.nanos = nanos

    assert decode(message).facts["amount_paid"] == Money(currency, minor)


def test_the_clock_stands_in_where_no_moment_is_given() -> None:
    """Unset `observe_time` is the server's clock; up to 5 minutes ahead of it is a difference between clocks."""
    unset = situation_pb2.Situation(case_id="c")
    ahead = situation_pb2.Situation(case_id="c")
    ahead.observe_time.seconds = NOW // SECOND + 300
    expected: dict[str, Value] = {"observe_time": NOW + 300 * SECOND}

    assert decode(unset).observe_time == NOW
    assert decode(ahead).observe_time == NOW + 300 * SECOND
    assert decode(ahead).facts == expected
