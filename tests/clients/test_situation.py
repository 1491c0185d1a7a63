"""The builder: plain Python in, exactly that in the message, or every mistake at once."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor
from google.type.money_pb2 import Money

from amends.v1 import situation_pb2
from amends.v1.situation_pb2 import Channel, Fault, Request, Situation, Stage
from amends_client import fact_value, money, money_text, situation
from amends_client.situation import CustomerFields, GrantedFields, IncidentFields, SituationFields, SubjectFields


def test_plain_values_become_the_contracts() -> None:
    """Every plain form has one message form, and it is exact."""
    built = situation(
        case_id="c-1",
        subject={"order_id": "o-1", "quantity": 2},
        customer={"loyalty_tier": "gold", "channels_on_file": ["voice", "mail"], "apologies_90d": 0},
        stage="purchase",
        fault=Fault.FAULT_COMPANY,
        obvious_mistake=False,
        amount_paid="59.90 USD",
        waited=timedelta(minutes=20, microseconds=1),
        observe_time=datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        unobtainable=["severity"],
        fact_sources={"fault": "agent"},
    )

    assert built.subject.quantity == 2
    assert (built.stage, built.fault) == (Stage.STAGE_PURCHASE, Fault.FAULT_COMPANY)
    assert list(built.customer.channels_on_file.values) == [Channel.CHANNEL_VOICE, Channel.CHANNEL_MAIL]
    assert built.customer.HasField("apologies_90d")
    assert built.HasField("obvious_mistake")
    assert built.amount_paid == Money(currency_code="USD", units=59, nanos=900_000_000)
    assert (built.waited.seconds, built.waited.nanos) == (1200, 1000)
    assert built.observe_time.seconds == 1_767_225_600
    assert list(built.unobtainable) == ["severity"]
    assert built.fact_sources == {"fault": situation_pb2.FACT_SOURCE_AGENT}


def test_unknown_and_empty_differ() -> None:
    """None is unknown and leaves the field unset; an empty collection is known to be empty."""
    unknown = situation(case_id="c", flags=None, granted=None, requested=None, tags=None)
    empty = situation(case_id="c", flags=[], granted=[], requested=set(), tags=())

    for field in ("flags", "granted", "requested", "tags"):
        assert not unknown.HasField(field)
        assert empty.HasField(field)


def test_sets_read_the_same_in_any_order() -> None:
    """Order and repetition of a set mean nothing, so they do not reach the message."""
    one = situation(case_id="c", requested=["refund", "apology", "refund"], tags={"b", "a"})
    other = situation(case_id="c", requested={"apology", Request.REQUEST_REFUND}, tags={"a", "b"})

    assert one.SerializeToString(deterministic=True) == other.SerializeToString(deterministic=True)


@pytest.mark.parametrize(
    ("plain", "which", "text"),
    [
        (True, "boolean", "true"),
        (4, "integer", "4"),
        (Decimal("1.50"), "decimal", '"1.50"'),
        ("original", "text", "original"),
        ("9.90 USD", "money", "900000000"),
        (timedelta(hours=3), "duration", "10800"),
        (datetime(2026, 1, 1, tzinfo=UTC), "timestamp", "1767225600"),
        ({"b", "a"}, "set", 'values: "a"'),
    ],
)
def test_a_fact_takes_the_form_of_its_python_type(plain: object, which: str, text: str) -> None:
    """A bool is not an integer, money is not text, a Decimal keeps its digits."""
    value = fact_value(plain)

    assert value.WhichOneof("value") == which
    assert text in str(value)


def test_every_mistake_is_told_at_once_with_the_nearest_name() -> None:
    """A developer mends a situation in one go."""
    wrong: dict[str, Any] = {
        "satge": "purchase",
        "fault": "compny",
        "amount_paid": 9.9,
        "flags": "safety",
        "customer": {"loyalty": "gold", "apologies_90d": True},
        "waited": timedelta(-1),
        "observe_time": datetime(2026, 1, 1),  # noqa: DTZ001  # a naive time is what is tested
        "facts": {"facts.x": 1, "y": 1.5},
        "granted": [{"knd": "refund"}],
        "fact_sources": {"fault": "guess", 1: "agent"},
    }

    with pytest.raises(ValueError, match="not a situation") as caught:
        situation(**wrong)

    mistakes = str(caught.value).splitlines()[1:]
    expected = {
        "satge": "did you mean stage?",
        "fault": "did you mean company?",
        "amount_paid": '"9.90 USD"',
        "flags": "a list or a set",
        "customer.loyalty": "did you mean loyalty_tier?",
        "customer.apologies_90d": "whole number",
        "waited": "not negative",
        "observe_time": "time zone",
        "facts.facts.x": "without the leading",
        "facts.y": "a float is not exact",
        "granted[0].knd": "did you mean kind?",
        "granted[0].kind": "required",
        "fact_sources.fault": "expected one of customer",
        "fact_sources.1": "a name is text",
        "case_id": "required",
    }
    assert [line.strip().partition(": ")[0] for line in mistakes] == list(expected)
    for line, what in zip(mistakes, expected.values(), strict=True):
        assert what in line


@pytest.mark.parametrize("wrong", [1.5, Decimal("NaN"), 2**63, date(2026, 1, 1), [1], None, object()])
def test_what_is_not_exact_is_no_fact(wrong: object) -> None:
    """A float, a day without a moment, a number beyond 64 bits: refused, never rounded."""
    with pytest.raises(ValueError, match="expected"):
        fact_value(wrong)


@pytest.mark.parametrize("text", ["0.00 USD", "9.90 USD", "-9.90 USD", "-0.05 EUR", "12 JPY", "0.001 KWD"])
def test_money_keeps_its_value_through_the_message(text: str) -> None:
    """Text to message to text is the same amount."""
    assert money(money_text(money(text))) == money(text)


@pytest.mark.parametrize("text", ["9,90 USD", "9.90 usd", "9.90", "USD 9.90", "1e3 USD", "9.9000000001 USD", "NaN USD"])
def test_what_only_looks_like_money_is_refused(text: str) -> None:
    """There is one spelling, so nobody guesses what a comma means."""
    with pytest.raises(ValueError, match="expected money"):
        money(text)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (SituationFields, Situation.DESCRIPTOR),
        (SubjectFields, situation_pb2.Subject.DESCRIPTOR),
        (CustomerFields, situation_pb2.Customer.DESCRIPTOR),
        (IncidentFields, situation_pb2.Incident.DESCRIPTOR),
        (GrantedFields, situation_pb2.GrantedAction.DESCRIPTOR),
    ],
)
def test_the_typed_fields_are_the_contracts(typed: type, message: Descriptor) -> None:
    """What an editor completes is what the contract has, no more and no less."""
    assert list(typed.__annotations__) == [field.name for field in message.fields]
